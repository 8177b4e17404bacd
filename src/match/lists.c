/* See lists.h. Sorted by bytes; a test holds them to it. */
#include "match/lists.h"

#include <stdlib.h>

static const char *const business_words[] = {"acquire", "acquires",
	"acquisition", "activist", "ads", "advertising", "airline", "airlines",
	"analyst", "analysts", "antitrust", "app", "apps", "automaker",
	"automakers", "bankruptcy", "beats", "bid", "billion", "bln", "bn",
	"bonds", "bookings", "boss", "brand", "brands", "brokerage", "buyback",
	"buybacks", "carmaker", "cars", "ceo", "cfo", "chief", "chip", "chips",
	"cloud", "company", "competitor", "competitors", "contract",
	"contracts", "corporate", "customers", "cuts", "deal", "deals", "debt",
	"delisted", "deliveries", "demand", "dividend", "dividends",
	"downgrade", "downgraded", "downgrades", "drivers", "drugmaker",
	"earnings", "employees", "engineers", "eps", "estimate", "estimates",
	"exec", "execs", "executive", "executives", "exports", "factory",
	"fares", "fined", "fintech", "firm", "firms", "fiscal", "flight",
	"flights", "founder", "funding", "giant", "guidance", "hires",
	"imports", "insurer", "insurers", "invest", "investor", "investors",
	"ipo", "jet", "jets", "jobs", "lawsuit", "layoffs", "lender", "listing",
	"loss", "losses", "maker", "makers", "margin", "margins", "merger",
	"million", "mln", "multibillion", "orders", "outlook", "output",
	"owner", "partnership", "passengers", "patent", "patents", "payments",
	"phones", "pilots", "plane", "planes", "plant", "plants", "posts",
	"premarket", "premiums", "prices", "pricing", "product", "production",
	"products", "profit", "profits", "quarter", "quarterly", "rally",
	"recall", "recalls", "refinery", "regulator", "regulators",
	"restructuring", "results", "retailer", "retailers", "revenue",
	"revenues", "rival", "rivals", "routes", "sales", "service", "services",
	"share", "shareholder", "shareholders", "shares", "slump", "software",
	"sources", "staff", "stake", "startup", "stock", "stocks", "store",
	"stores", "strike", "strikes", "subscribers", "subsidiary", "sue",
	"sues", "supplier", "suppliers", "takeover", "tech", "telecom",
	"trucks", "union", "unit", "unveils", "upgrade", "upgraded", "upgrades",
	"users", "valuation", "vehicles", "walkout", "wall", "workers",
	"workforce"};

static const char *const other_words[] = {"actor", "actress", "album", "alert",
	"ancient", "animals", "archaeologists", "army", "arrest", "arrested",
	"arrests", "artist", "band", "baseball", "basketball", "beach",
	"bishop", "blaze", "book", "cake", "campaign", "cancer", "cell",
	"championship", "child", "children", "church", "coach", "coast",
	"concert", "congress", "convention", "cooking", "county", "covid",
	"crew", "crews", "cricket", "crop", "cup", "dead", "defeat",
	"deforestation", "democrats", "deported", "diet", "disease", "drought",
	"ecb", "election", "explorers", "fair", "farmers", "fed", "festival",
	"film", "fire", "fires", "football", "forest", "free", "galaxies",
	"galaxy", "gender", "goal", "goals", "grief", "gunman", "halftime",
	"harvest", "health", "hearts", "heatwave", "hikers", "holiday",
	"hostages", "hurricane", "hurt", "immigration", "inflation", "innings",
	"killed", "killing", "kills", "kitchen", "knicks", "labour",
	"lawmakers", "league", "legend", "life", "lottery", "marathon", "mayor",
	"medal", "migrants", "militants", "military", "minister", "minutes",
	"missile", "missiles", "movie", "museum", "music", "musical", "nasa",
	"nfl", "novel", "olympic", "olympics", "opera", "overtime", "pageant",
	"painting", "parade", "parliament", "planet", "playoff", "playoffs",
	"poet", "police", "poll", "polls", "pope", "premiere", "prince",
	"prison", "quake", "quarterback", "queen", "rainforest", "rebels",
	"recipe", "republican", "republicans", "river", "rover", "rowing",
	"samba", "school", "scientists", "season", "senate", "singer", "soccer",
	"soldiers", "song", "songs", "spacecraft", "species", "spoilers",
	"squad", "stadium", "storm", "striker", "student", "students", "study",
	"suspect", "telescope", "tennis", "theatre", "tories", "tourists",
	"tournament", "tribe", "troops", "trophy", "ukraine", "vacation",
	"vaccine", "variant", "victims", "village", "virus", "vote", "voters",
	"wedding", "wicket", "wickets", "wildfire", "wildfires"};

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
static const char *const venues[] = {"arena", "award", "awards", "ballpark",
	"bowl", "centre", "championship", "classic", "college", "cup",
	"fellowship", "field", "foundation", "fund", "hall", "hospital",
	"house", "institute", "institution", "library", "marathon", "memorial",
	"museum", "open", "orchestra", "park", "prize", "scholarship", "school",
	"stadium", "street", "theater", "theatre", "trophy", "university"};

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
static const char *const before_verbs[] = {"can", "cannot", "could", "help",
	"helps", "let", "may", "might", "must", "never", "not", "should", "t",
	"to", "will", "would"};

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
