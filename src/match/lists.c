/* See lists.h. Sorted by bytes; a test holds them to it. */
#include "match/lists.h"

#include <stdlib.h>

static const char *const business_words[] = {"acquire", "acquires",
	"acquisition", "activist", "ads", "advertiser", "advertisers",
	"advertising", "airline", "airlines", "analyst", "analysts",
	"antitrust", "app", "apps", "audit", "auditors", "automaker",
	"automakers", "backlog", "bankruptcy", "beats", "bid", "billings",
	"billion", "bln", "bn", "bonds", "bookings", "boss", "brand", "brands",
	"brokerage", "buyback", "buybacks", "buyer", "buyout", "cards",
	"carmaker", "cars", "ceo", "cfo", "chief", "chip", "chipmaker",
	"chipmakers", "chips", "cloud", "cofounder", "company", "competitor",
	"competitors", "conglomerate", "contract", "contracts", "corporate",
	"creditors", "ctr", "customers", "cuts", "datacenter", "deal", "deals",
	"debt", "delisted", "deliveries", "demand", "developers", "distributor",
	"divestiture", "dividend", "dividends", "downgrade", "downgraded",
	"downgrades", "drivers", "drugmaker", "e-commerce", "earnings",
	"ecommerce", "employees", "engineers", "eps", "estimate", "estimates",
	"exec", "execs", "executive", "executives", "exports", "fab", "fabs",
	"factory", "fares", "fee", "fees", "fiber", "fibre", "fined", "fintech",
	"firm", "firms", "fiscal", "flight", "flights", "forecast", "forecasts",
	"founder", "franchise", "franchisee", "franchisees", "funding",
	"fundraise", "fundraising", "giant", "grocer", "guidance",
	"headquarters", "hires", "hiring", "hq", "imports", "insurer",
	"insurers", "invest", "investor", "investors", "ipo", "jet", "jets",
	"jobs", "lawsuit", "layoffs", "lender", "licence", "license", "listing",
	"loss", "losses", "maker", "makers", "margin", "margins", "market",
	"marketplace", "markets", "merchants", "merger", "million", "mln",
	"monopoly", "multibillion", "orders", "outage", "outages", "outlook",
	"output", "owner", "owners", "partner", "partners", "partnership",
	"passengers", "patent", "patents", "payments", "payout", "payroll",
	"phones", "pilots", "pipeline", "plane", "planes", "plant", "plants",
	"platform", "posts", "premarket", "premiums", "preorders", "prices",
	"pricing", "prime", "product", "production", "products", "profit",
	"profits", "quarter", "quarterly", "quarters", "rally", "rebrand",
	"recall", "recalls", "refinancing", "refinery", "regulator",
	"regulators", "reorganization", "restructuring", "results", "retailer",
	"retailers", "revenue", "revenues", "rights", "rival", "rivals",
	"rollout", "routes", "salaries", "sales", "service", "services",
	"settlement", "share", "shareholder", "shareholders", "shares",
	"shoppers", "shopping", "showroom", "slump", "software", "sources",
	"sourcing", "spinoff", "staff", "stake", "startup", "stock", "stocks",
	"store", "stores", "strike", "strikes", "subscriber", "subscribers",
	"subscription", "subscriptions", "subsidiary", "sue", "sues",
	"supplier", "suppliers", "takeover", "tariff", "tariffs", "tech",
	"telco", "telecom", "tender", "tenders", "trading", "trucks",
	"turnaround", "union", "unionize", "unions", "unit", "unveils",
	"upgrade", "upgraded", "upgrades", "users", "valuation", "vehicles",
	"vendor", "vendors", "venture", "walkout", "wall", "warehouse",
	"warehouses", "wholesale", "wholesaler", "workers", "workforce", "yoy"};

static const char *const other_words[] = {"actor", "actress", "album", "alert",
	"ambulance", "ancient", "animals", "archaeologists", "archive", "arena",
	"army", "arrest", "arrested", "arrests", "artillery", "artist",
	"astronaut", "astronauts", "astronomers", "athlete", "athletes", "bake",
	"baked", "baking", "ballet", "band", "baseball", "basketball", "bath",
	"batter", "batting", "beach", "biologists", "bird", "birds", "birthday",
	"bishop", "blaze", "blossom", "boat", "boil", "bomb", "book",
	"botanists", "bowl", "boxer", "boxing", "boy", "breakfast", "brigade",
	"bullpen", "butter", "butterfly", "cake", "camp", "campaign", "cancer",
	"cardinal", "cathedral", "caucus", "ceasefire", "cell", "championship",
	"cheese", "chef", "child", "children", "chocolate", "choir", "chop",
	"christmas", "church", "cinema", "climbers", "coach", "coast", "comedy",
	"comet", "concert", "congress", "conservationists", "convention",
	"cook", "cooked", "cooking", "county", "covid", "cream", "crew",
	"crews", "cricket", "crop", "culture", "cup", "curry", "dance",
	"dancer", "dancing", "darts", "dead", "defeat", "defence", "defender",
	"deforestation", "democrat", "democrats", "deported", "derby",
	"dessert", "diet", "dinner", "diplomats", "disease", "divers", "dog",
	"dogs", "donors", "drama", "dressing", "dribble", "drought", "ecb",
	"election", "embassy", "exhibition", "exile", "explorers", "fair",
	"fans", "farm", "farmer", "farmers", "fed", "festival", "film", "fire",
	"fires", "fish", "fisherman", "fishermen", "flavor", "flavour", "flood",
	"floods", "flour", "flowers", "football", "footballer", "forest",
	"fossil", "fossils", "free", "fruit", "galaxies", "galaxy", "garden",
	"gardeners", "garlic", "gender", "gene", "genes", "genome", "ghost",
	"girl", "girls", "goal", "goalkeeper", "goals", "god", "golf",
	"governor", "grandmother", "grief", "guitar", "gunman", "gunmen",
	"habitat", "hair", "halftime", "hamlet", "handball", "harvest",
	"health", "hearts", "heatwave", "herbs", "hike", "hiker", "hikers",
	"hitter", "hockey", "holiday", "homer", "hospital", "hospitals",
	"hostages", "hunters", "hunting", "hurricane", "hurt", "immigration",
	"inflation", "injured", "injury", "innings", "insects", "invasion",
	"jailed", "journalist", "jungle", "kids", "killed", "killing", "kills",
	"kitchen", "knicks", "knockout", "labour", "lamb", "lap", "larvae",
	"lawmakers", "league", "legend", "lemon", "life", "lioness", "lions",
	"lottery", "lunch", "lyrics", "mammals", "marathon", "maths", "mayor",
	"medal", "medals", "mezzo", "midfielder", "migrants", "militants",
	"military", "militia", "minister", "minutes", "missile", "missiles",
	"mosque", "mother", "movie", "mural", "murder", "muscle", "museum",
	"mushrooms", "music", "musical", "nasa", "naval", "nest", "neurons",
	"nfl", "novel", "nurses", "oak", "ocean", "olive", "olympic",
	"olympics", "opera", "oven", "overtime", "pageant", "painting", "pan",
	"parade", "parenting", "parents", "parliament", "party", "pasta",
	"patient", "patients", "penalty", "pianist", "pie", "pilgrims",
	"pitcher", "planet", "planets", "playoff", "playoffs", "playwright",
	"podium", "poem", "poet", "poetry", "police", "poll", "polls",
	"pollution", "pond", "pope", "potatoes", "prayer", "premier",
	"premiere", "priest", "prince", "prison", "prisoner", "prisoners",
	"protest", "protesters", "protests", "province", "psychologists",
	"pupils", "quake", "quarterback", "quarterfinal", "queen", "raid",
	"rain", "rainforest", "rape", "rapper", "rebel", "rebels", "recipe",
	"recipes", "referee", "referendum", "refugees", "relay", "religion",
	"republican", "republicans", "rescue", "rescued", "researchers", "rice",
	"riders", "river", "roast", "rockets", "rookie", "rover", "rowing",
	"rugby", "runner", "runners", "sailors", "salad", "salt", "samba",
	"sauce", "school", "scientists", "scored", "scorer", "scores",
	"scoring", "sculptor", "seabirds", "season", "semifinal", "semifinals",
	"senate", "sheep", "shooting", "shot", "singer", "sister", "skier",
	"skin", "sky", "snow", "soccer", "soldier", "soldiers", "song", "songs",
	"songwriter", "soprano", "souls", "soup", "spacecraft", "species",
	"spoilers", "spy", "squad", "stadium", "stars", "storm", "striker",
	"student", "students", "study", "suburb", "sugar", "suicide", "surfer",
	"surfers", "surgeon", "surgeons", "suspect", "swimmer", "swimmers",
	"symphony", "synagogue", "tackle", "talent", "taste", "teacher",
	"teachers", "teammate", "telescope", "temple", "tennis", "theatre",
	"therapy", "toddler", "tories", "touchdown", "tourist", "tourists",
	"tournament", "toys", "trail", "trainer", "trees", "trench", "tribe",
	"tribute", "troops", "trophy", "tumour", "ukraine", "unbeaten", "uncle",
	"vacation", "vaccine", "variant", "victims", "village", "virus",
	"volcano", "volleyball", "vote", "voters", "war", "warship", "weather",
	"wedding", "weekend", "whales", "wicket", "wickets", "wife", "wildfire",
	"wildfires", "wildlife", "wine", "witnesses", "woman", "worship",
	"wrestler", "yacht", "yoga", "youth", "zoo"};

/* What follows is no company: the band Tesla, hurricane Delta. */
static const char *const other_kinds[] = {"actor", "artist", "author", "band",
	"city", "composer", "constellation", "county", "cyclone", "district",
	"god", "goddess", "hurricane", "inventor", "island", "jungle", "lake",
	"moon", "novel", "operation", "painter", "planet", "poet", "pop",
	"president", "professor", "province", "rainforest", "rapper", "region",
	"river", "rover", "scientist", "ship", "singer", "song", "state",
	"storm", "tiny", "town", "typhoon", "village", "yacht"};

/* A house or an institution that bears a company's or a person's name, and
 * games played in it. */
static const char *const venues[] = {"airport", "arena", "award", "awards",
	"ballpark", "bowl", "centre", "championship", "classic", "college",
	"cup", "fellowship", "field", "foundation", "fund", "hall", "hospital",
	"hotel", "house", "institute", "institution", "library", "marathon",
	"memorial", "museum", "open", "opera", "orchestra", "park", "prize",
	"scholarship", "school", "stadium", "street", "theater", "theatre",
	"trophy", "university"};

static const char *const times[] = {"april", "august", "autumn", "century",
	"chapter", "day", "days", "decade", "december", "election", "fall",
	"february", "friday", "generation", "hour", "january", "july", "june",
	"march", "may", "meeting", "monday", "month", "months", "november",
	"october", "saturday", "season", "september", "spring", "step", "steps",
	"stop", "summer", "sunday", "thursday", "time", "tuesday", "wednesday",
	"week", "weekend", "weeks", "winter", "year", "years"};

/* Market indexes; a company beside them, or in points, is one too. */
static const char *const indexes[] = {"500", "asx", "cac", "dax", "ftse",
	"futures", "hang", "indexes", "indices", "industrials", "jones",
	"kospi", "nasdaq", "nifty", "nikkei", "points", "russell", "s&p",
	"sensex", "stoxx", "theory", "topix", "vix"};

/* After these a word that can be a verb is one. */
static const char *const before_verbs[] = {"can", "cannot", "could", "didn",
	"doesn", "don", "gonna", "help", "helps", "i", "let", "lets", "may",
	"might", "must", "never", "not", "please", "should", "t", "they", "to",
	"we", "who", "will", "won", "would", "you"};

/* "a stake in Orange" is no place where something happens. */
static const char *const held_in[] = {"back", "believe", "bet", "bets", "buy",
	"confidence", "control", "faith", "holding", "holdings", "interest",
	"interests", "invest", "invested", "investing", "investment",
	"investments", "investor", "investors", "invests", "majority",
	"options", "position", "share", "shareholder", "shareholders",
	"shareholding", "shares", "stake", "stakes", "stock", "trading"};

/* Names of companies that are names of indexes too. */
static const char *const index_names[] = {"dax", "dow", "nasdaq", "nifty",
	"nikkei", "russell", "sensex", "wilshire"};

static const char *const places_before[] = {"across", "around", "in", "inside",
	"near", "on", "outside", "over", "through", "throughout"};

/* What a hyphen joins to a company: "Ford-backed". */
static const char *const participles[] = {"acquired", "affiliated", "backed",
	"based", "branded", "built", "controlled", "designed", "developed",
	"financed", "founded", "funded", "led", "linked", "listed", "made",
	"managed", "operated", "organised", "organized", "owned", "powered",
	"related", "run", "sponsored", "supplied", "supported"};

/* "Discover how", "Match these". */
static const char *const commanded[] = {"all", "how", "more", "new", "these",
	"what", "when", "where", "which", "who", "why"};

static const char *const of_words[] = {"de", "del", "des", "di", "du", "of"};

static const char *const aimed[] = {
	"against", "between", "for", "of", "on", "to"};

static const char *const ands[] = {"and", "et", "und", "y"};

static const char *const copulas[] = {
	"are", "be", "is", "isn", "was", "wasn", "were"};

static const char *const clause_words[] = {"after", "as", "because", "before",
	"could", "did", "does", "how", "if", "once", "says", "should", "since",
	"that", "until", "what", "when", "where", "whether", "while", "why"};

static const char *const determiners[] = {"a", "an", "any", "each", "every",
	"her", "his", "its", "my", "no", "our", "that", "the", "their", "these",
	"this", "those", "your"};

/* "Orange Poland": a daughter by its country. */
static const char *const countries[] = {"africa", "america", "argentina",
	"asia", "australia", "austria", "belgium", "brazil", "britain",
	"bulgaria", "canada", "chile", "china", "colombia", "croatia",
	"denmark", "egypt", "europe", "finland", "france", "germany", "ghana",
	"greece", "hungary", "india", "indonesia", "ireland", "israel", "italy",
	"japan", "kenya", "korea", "luxembourg", "malaysia", "mexico",
	"morocco", "netherlands", "nigeria", "norway", "pakistan", "peru",
	"philippines", "poland", "portugal", "romania", "russia", "scotland",
	"senegal", "singapore", "slovakia", "spain", "sweden", "switzerland",
	"taiwan", "thailand", "tunisia", "turkey", "uk", "ukraine", "us", "usa",
	"vietnam"};

/* People of whom the news says no more than a name and this. A plumber or a
 * striker of a name is somebody else than who is watched for business. */
static const char *const known_for[] = {"actor", "actress", "analyst", "banker",
	"billionaire", "boss", "ceo", "chair", "chairman", "chairwoman",
	"champion", "chief", "comedian", "designer", "developer", "director",
	"economist", "entrepreneur", "exec", "executive", "filmmaker",
	"founder", "governor", "heiress", "icon", "inventor", "investor",
	"lawyer", "leader", "legend", "magnate", "manager", "millionaire",
	"minister", "mogul", "musician", "oligarch", "owner", "partner",
	"performer", "philanthropist", "pioneer", "president", "producer",
	"rapper", "researcher", "rocker", "scientist", "senator", "singer",
	"songwriter", "star", "starlet", "strategist", "superstar", "trader",
	"tycoon"};

/* Of German, French, Spanish and Italian; none that is an English word. */
static const char *const foreign[] = {"als", "auf", "aus", "aux", "avec", "bei",
	"beim", "ce", "ces", "cette", "che", "chez", "como", "contra", "contre",
	"così", "dans", "das", "dei", "del", "della", "delle", "depuis", "der",
	"des", "desde", "di", "donde", "du", "durch", "ein", "eine", "einem",
	"einen", "einer", "el", "entre", "esta", "este", "et", "für", "gegen",
	"gli", "hacia", "hasta", "ihre", "il", "im", "ist", "kann", "kein",
	"la", "las", "le", "les", "leur", "los", "mais", "mise", "más", "nach",
	"nel", "nella", "nicht", "não", "oder", "par", "para", "pero", "por",
	"pour", "qu", "que", "qui", "según", "sein", "seine", "selon", "sich",
	"sind", "statt", "su", "sul", "sur", "sus", "también", "una", "und",
	"une", "vom", "von", "wegen", "werden", "wie", "wird", "y", "zu", "zum",
	"zur", "à", "às", "über"};

static const char *const foreign_articles[] = {"am", "das", "dem", "den", "der",
	"des", "du", "ein", "eine", "einem", "einen", "einer", "el", "gli",
	"il", "im", "la", "las", "le", "les", "los", "un", "una", "une", "zum",
	"zur"};

static const char *const foreign_prepositions[] = {"avec", "bei", "beim",
	"chez", "con", "contra", "contre", "da", "durch", "für", "gegen", "mit",
	"par", "para", "por", "pour", "von", "à"};

/* German, French, Spanish, Italian; none that is an English word. */
static const char *const foreign_verbs[] = {"abandona", "abre", "amplía",
	"annonce", "annuncia", "anuncia", "apre", "augmente", "baja", "baut",
	"bringt", "chiude", "cierra", "compra", "condamné", "darf", "demanda",
	"despedirá", "despide", "detiene", "droht", "einigt", "eleva",
	"entlässt", "erhöht", "ferme", "gagne", "gana", "hebt", "invertirá",
	"investe", "investiert", "investit", "invierte", "kauft", "klagt",
	"kündigt", "lance", "lancia", "lanza", "licencie", "macht", "meldet",
	"multado", "muss", "negocia", "ouvre", "perd", "pierde", "planea",
	"presenta", "prevé", "présente", "prévoit", "prüft", "punta", "quiere",
	"rachète", "rechnet", "recorta", "relève", "sagt", "scheitert",
	"schließt", "senkt", "setzt", "siegt", "sieht", "signe", "startet",
	"steigert", "stellt", "streicht", "sube", "supera", "supprime",
	"taglia", "va", "vend", "vende", "verdient", "verhandelt", "verkauft",
	"verliert", "veut", "visé", "vuole", "warnt", "wächst", "zahlt",
	"öffnet", "übernimmt"};

/* German joins names to nouns: "Apple-Aktie". */
static const char *const foreign_business[] = {"aktie", "aktien", "aktionäre",
	"anteil", "anteile", "app", "beschäftigte", "beteiligung",
	"betriebsrat", "bilanz", "chef", "chefin", "chefs", "deal", "einstieg",
	"filiale", "filialen", "fusion", "geschäft", "gewinn", "gründer",
	"gründerin", "händler", "konkurrent", "konto", "konzern", "kunde",
	"kunden", "lieferant", "lieferanten", "manager", "managerin",
	"mitarbeiter", "mitarbeiterin", "mutter", "nutzer", "partner", "patron",
	"produkte", "quartal", "rivale", "rivalen", "server", "sparte",
	"sprecher", "sprecherin", "standort", "standorte", "tochter", "töchter",
	"umsatz", "vorstand", "werk", "werke", "zahlen", "zentrale",
	"zulieferer", "übernahme"};

#define LIST(words) \
	{ \
		words, sizeof(words) / sizeof(*(words)) \
	}

const struct word_list word_lists[LIST_N] = {
	[LIST_BUSINESS] = LIST(business_words),
	[LIST_OTHER] = LIST(other_words),
	[LIST_OTHER_KINDS] = LIST(other_kinds),
	[LIST_VENUES] = LIST(venues),
	[LIST_TIMES] = LIST(times),
	[LIST_INDEXES] = LIST(indexes),
	[LIST_BEFORE_VERBS] = LIST(before_verbs),
	[LIST_HELD_IN] = LIST(held_in),
	[LIST_INDEX_NAMES] = LIST(index_names),
	[LIST_PLACES_BEFORE] = LIST(places_before),
	[LIST_PARTICIPLES] = LIST(participles),
	[LIST_COMMANDED] = LIST(commanded),
	[LIST_OF] = LIST(of_words),
	[LIST_AIMED] = LIST(aimed),
	[LIST_ANDS] = LIST(ands),
	[LIST_COPULAS] = LIST(copulas),
	[LIST_CLAUSE_WORDS] = LIST(clause_words),
	[LIST_DETERMINERS] = LIST(determiners),
	[LIST_COUNTRIES] = LIST(countries),
	[LIST_KNOWN_FOR] = LIST(known_for),
	[LIST_FOREIGN] = LIST(foreign),
	[LIST_FOREIGN_ARTICLES] = LIST(foreign_articles),
	[LIST_FOREIGN_PREPOSITIONS] = LIST(foreign_prepositions),
	[LIST_FOREIGN_VERBS] = LIST(foreign_verbs),
	[LIST_FOREIGN_BUSINESS] = LIST(foreign_business),
};

static int
compare(const void *key, const void *row)
{
	const struct span *word = key;

	return span_cmp(*word, span_of(*(const char *const *)row));
}

bool
lists_has(enum list which, struct span folded)
{
	const struct word_list *l = &word_lists[which];

	return bsearch(&folded, l->words, l->n, sizeof(*l->words), compare) !=
		NULL;
}
