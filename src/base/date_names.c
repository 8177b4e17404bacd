/*
 * Names are written folded (date_fold): lower case, Latin letters without
 * diacritics, Greek without accents, Cyrillic with й as и. A cell holds all
 * forms of a name that its abbreviations are no prefix of, separated by spaces.
 * Croatian listopad is left out: it is November in Polish and Czech.
 * Source: Unicode CLDR 42, months and days, format and stand-alone forms.
 */
#include "base/date_names.h"

#include <assert.h>

struct month_row {
	const char *language;
	const char *names[12];
};

struct day_row {
	const char *language;
	const char *names[7]; /* Sunday first */
};

/* clang-format off */
static const struct month_row month_rows[] = {
	{"en", {"january", "february", "march mar", "april", "may", "june", "july",
		"august", "september", "october", "november", "december"}},
	{"de", {"januar janner", "februar feber", "marz maerz mrz", "april",
		"mai", "juni", "juli", "august", "september", "oktober",
		"november", "dezember"}},
	{"fr", {"janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet",
		"aout", "septembre", "octobre", "novembre", "decembre"}},
	{"es", {"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio",
		"agosto", "septiembre setiembre", "octubre", "noviembre",
		"diciembre"}},
	{"it", {"gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno",
		"luglio", "agosto", "settembre", "ottobre", "novembre",
		"dicembre"}},
	{"pt", {"janeiro", "fevereiro", "marco", "abril", "maio", "junho",
		"julho", "agosto", "setembro", "outubro", "novembro",
		"dezembro"}},
	{"nl", {"januari", "februari", "maart mrt", "april", "mei", "juni",
		"juli", "augustus", "september", "oktober", "november",
		"december"}},
	{"sv", {"januari", "februari", "mars", "april", "maj", "juni", "juli",
		"augusti", "september", "oktober", "november", "december"}},
	{"da", {"januar", "februar", "marts", "april", "maj", "juni", "juli",
		"august", "september", "oktober", "november", "december"}},
	{"no", {"januar", "februar", "mars", "april", "mai", "juni", "juli",
		"august", "september", "oktober", "november", "desember"}},
	{"is", {"januar", "februar", "mars", "april", "mai", "juni", "juli",
		"agust", "september", "oktober", "november", "desember"}},
	{"fi", {"tammikuuta", "helmikuuta", "maaliskuuta", "huhtikuuta",
		"toukokuuta", "kesakuuta", "heinakuuta", "elokuuta",
		"syyskuuta", "lokakuuta", "marraskuuta", "joulukuuta"}},
	{"et", {"jaanuar", "veebruar", "marts", "aprill", "mai", "juuni",
		"juuli", "august", "september", "oktoober", "november",
		"detsember"}},
	{"lv", {"janvaris", "februaris", "marts", "aprilis", "maijs", "junijs",
		"julijs", "augusts", "septembris", "oktobris", "novembris",
		"decembris"}},
	{"lt", {"sausis sausio", "vasaris vasario", "kovas kovo",
		"balandis balandzio", "geguze geguzes", "birzelis birzelio",
		"liepa liepos", "rugpjutis rugpjucio", "rugsejis rugsejo",
		"spalis spalio", "lapkritis lapkricio", "gruodis gruodzio"}},
	{"pl", {"styczen stycznia", "luty lutego lut", "marzec marca",
		"kwiecien kwietnia", "maj maja", "czerwiec czerwca cze",
		"lipiec lipca lip", "sierpien sierpnia", "wrzesien wrzesnia",
		"pazdziernik pazdziernika", "listopad listopada",
		"grudzien grudnia"}},
	{"cs", {"leden ledna", "unor unora", "brezen brezna", "duben dubna",
		"kveten kvetna", "cerven cervna cvn", "cervenec cervence cvc",
		"srpen srpna srp", "zari", "rijen rijna", "listopadu",
		"prosinec prosince pro"}},
	{"sk", {"januara", "februara", "marec marca", "aprila", "maj maja",
		"jun juna", "jul jula", "augusta", "septembra", "oktobra",
		"novembra", "decembra"}},
	{"hu", {"januar", "februar febr", "marcius", "aprilis", "majus",
		"junius", "julius", "augusztus", "szeptember szept", "oktober",
		"november", "december"}},
	{"ro", {"ianuarie", "februarie", "martie", "aprilie", "mai", "iunie",
		"iulie", "august", "septembrie", "octombrie", "noiembrie",
		"decembrie"}},
	{"tr", {"ocak", "subat", "mart", "nisan", "mayis", "haziran", "temmuz",
		"agustos", "eylul", "ekim", "kasim", "aralik"}},
	{"sl", {"januar", "februar", "marec marca", "april", "maj", "junij",
		"julij", "avgust", "september", "oktober", "november",
		"december"}},
	{"sr", {"januar јануар", "februar фебруар", "mart март", "april април",
		"maj мај", "jun јун", "jul јул", "avgust август",
		"septembar септембар", "oktobar октобар", "novembar новембар",
		"decembar децембар"}},
	{"hr", {"sijecanj sijecnja", "veljaca veljace", "ozujak ozujka",
		"travanj travnja", "svibanj svibnja", "lipanj lipnja",
		"srpanj srpnja", "kolovoz kolovoza", "rujan rujna",
		"", "studeni studenoga studenog",
		"prosinac prosinca"}},
	{"ru", {"январь января", "февраль февраля", "март марта",
		"апрель апреля", "маи мая", "июнь июня", "июль июля",
		"август августа", "сентябрь сентября", "октябрь октября",
		"ноябрь ноября", "декабрь декабря"}},
	{"uk", {"січень січня", "лютии лютого", "березень березня",
		"квітень квітня", "травень травня", "червень червня",
		"липень липня", "серпень серпня", "вересень вересня",
		"жовтень жовтня", "листопад листопада", "грудень грудня"}},
	{"bg", {"януари", "февруари", "март", "април", "маи", "юни", "юли",
		"август", "септември", "октомври", "ноември", "декември"}},
	{"el", {"ιανουαριοσ ιανουαριου", "φεβρουαριοσ φεβρουαριου",
		"μαρτιοσ μαρτιου", "απριλιοσ απριλιου", "μαιοσ μαιου",
		"ιουνιοσ ιουνιου", "ιουλιοσ ιουλιου", "αυγουστοσ αυγουστου",
		"σεπτεμβριοσ σεπτεμβριου", "οκτωβριοσ οκτωβριου",
		"νοεμβριοσ νοεμβριου", "δεκεμβριοσ δεκεμβριου"}},
	{"ca", {"gener", "febrer", "marc", "abril", "maig", "juny", "juliol",
		"agost", "setembre", "octubre", "novembre", "desembre"}},
	{"id", {"januari", "februari", "maret", "april", "mei", "juni", "juli",
		"agustus agt ags", "september", "oktober", "november",
		"desember"}},
	{"ms", {"januari", "februari", "mac", "april", "mei", "jun", "julai",
		"ogos", "september", "oktober", "november", "disember"}},
	{"ar", {"يناير جانفي", "فبراير فيفري شباط", "مارس اذار",
		"ابريل افريل نيسان", "مايو ماي ايار",
		"يونيو يونيه جوان حزيران", "يوليو يوليه جويلية تموز",
		"اغسطس اوت اب", "سبتمبر ايلول", "اكتوبر", "نوفمبر",
		"ديسمبر"}},
	{"he", {"ינואר בינואר", "פברואר בפברואר", "מרץ במרץ", "אפריל באפריל",
		"מאי במאי", "יוני ביוני", "יולי ביולי", "אוגוסט באוגוסט",
		"ספטמבר בספטמבר", "אוקטובר באוקטובר", "נובמבר בנובמבר",
		"דצמבר בדצמבר"}},
	{"hi", {"जनवरी", "फरवरी", "मार्च", "अप्रैल", "मई", "जून", "जुलाई", "अगस्त",
		"सितंबर सितम्बर", "अक्टूबर अक्तूबर", "नवंबर नवम्बर",
		"दिसंबर दिसम्बर"}},
};

static const struct day_row day_rows[] = {
	{"en", {"sunday", "monday", "tuesday", "wednesday", "thursday",
		"friday", "saturday"}},
	{"de", {"sonntag", "montag", "dienstag", "mittwoch", "donnerstag",
		"freitag", "samstag sonnabend"}},
	{"fr", {"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi",
		"samedi"}},
	{"es", {"domingo", "lunes", "martes", "miercoles", "jueves", "viernes",
		"sabado"}},
	{"it", {"domenica", "lunedi", "martedi", "mercoledi", "giovedi",
		"venerdi", "sabato"}},
	{"pt", {"domingo", "segunda", "terca", "quarta", "quinta", "sexta",
		"sabado"}},
	{"nl", {"zondag", "maandag", "dinsdag", "woensdag", "donderdag",
		"vrijdag", "zaterdag"}},
	{"sv", {"sondag", "mandag", "tisdag", "onsdag", "torsdag", "fredag",
		"lordag"}},
	{"da", {"sondag", "mandag", "tirsdag", "onsdag", "torsdag", "fredag",
		"lordag"}},
	{"no", {"sondag", "mandag", "tirsdag", "onsdag", "torsdag", "fredag",
		"lordag"}},
	{"fi", {"sunnuntai", "maanantai", "tiistai", "keskiviikko", "torstai",
		"perjantai", "lauantai"}},
	{"et", {"puhapaev", "esmaspaev", "teisipaev", "kolmapaev", "neljapaev",
		"reede", "laupaev"}},
	{"lv", {"svetdiena", "pirmdiena", "otrdiena", "tresdiena",
		"ceturtdiena", "piektdiena", "sestdiena"}},
	{"lt", {"sekmadienis", "pirmadienis", "antradienis", "treciadienis",
		"ketvirtadienis", "penktadienis", "sestadienis"}},
	{"pl", {"niedziela", "poniedzialek pon", "wtorek", "sroda",
		"czwartek czw", "piatek", "sobota"}},
	{"cs", {"nedele", "pondeli", "utery", "streda", "ctvrtek", "patek",
		"sobota"}},
	{"sk", {"nedela", "pondelok", "utorok", "streda", "stvrtok", "piatok",
		"sobota"}},
	{"hu", {"vasarnap", "hetfo", "kedd", "szerda", "csutortok", "pentek",
		"szombat"}},
	{"ro", {"duminica", "luni", "marti", "miercuri", "joi", "vineri",
		"sambata"}},
	{"tr", {"pazar", "pazartesi pzt", "sali", "carsamba", "persembe",
		"cuma", "cumartesi cmt"}},
	{"sr", {"nedelja nedjelja недеља", "ponedeljak ponedjeljak понедељак",
		"utorak уторак", "sreda srijeda среда",
		"cetvrtak четвртак", "petak петак", "subota субота"}},
	{"ru", {"воскресенье вс", "понедельник пн", "вторник вт", "среда ср",
		"четверг чт", "пятница пт", "суббота сб"}},
	{"uk", {"неділя нд", "понеділок", "вівторок", "середа", "четвер",
		"п'ятниця", "субота"}},
	{"bg", {"неделя", "понеделник", "вторник", "сряда", "четвъртък",
		"петък", "събота"}},
	{"el", {"κυριακη", "δευτερα", "τριτη", "τεταρτη", "πεμπτη",
		"παρασκευη", "σαββατο"}},
	{"id", {"minggu", "senin", "selasa", "rabu", "kamis", "jumat",
		"sabtu"}},
	{"ar", {"الاحد", "الاثنين", "الثلاثاء", "الاربعاء", "الخميس",
		"الجمعة", "السبت"}},
	{"he", {"ראשון", "שני", "שלישי", "רביעי", "חמישי", "שישי", "שבת"}},
	{"hi", {"रविवार", "सोमवार", "मंगलवार", "बुधवार", "गुरुवार", "शुक्रवार",
		"शनिवार"}},
};

/* Bare 年, 月, 日 are read as Chinese: of two guesses, the one that is at most
 * an hour off for Japan. */
static const struct date_cjk cjk_rows[] = {
	{"年", CJK_UNIT, DATE_YEAR, 480},
	{"月", CJK_UNIT, DATE_MONTH, 480},
	{"日", CJK_UNIT, DATE_DAY, 480},
	{"号", CJK_UNIT, DATE_DAY, 480},
	{"时", CJK_UNIT, DATE_HOUR, 480},
	{"点", CJK_UNIT, DATE_HOUR, 480},
	{"時", CJK_UNIT, DATE_HOUR, 0},
	{"分", CJK_UNIT, DATE_MINUTE, 0},
	{"秒", CJK_UNIT, DATE_SECOND, 0},
	{"년", CJK_UNIT, DATE_YEAR, 540},
	{"월", CJK_UNIT, DATE_MONTH, 540},
	{"일", CJK_UNIT, DATE_DAY, 540},
	{"시", CJK_UNIT, DATE_HOUR, 540},
	{"분", CJK_UNIT, DATE_MINUTE, 540},
	{"초", CJK_UNIT, DATE_SECOND, 540},
	{"上午", CJK_HALF, 0, 480},
	{"凌晨", CJK_HALF, 0, 480},
	{"早上", CJK_HALF, 0, 480},
	{"中午", CJK_HALF, 12, 480},
	{"下午", CJK_HALF, 12, 480},
	{"晚上", CJK_HALF, 12, 480},
	{"午前", CJK_HALF, 0, 540},
	{"午後", CJK_HALF, 12, 540},
	{"오전", CJK_HALF, 0, 540},
	{"오후", CJK_HALF, 12, 540},
	{"日曜日", CJK_WEEKDAY, 0, 540},
	{"月曜日", CJK_WEEKDAY, 1, 540},
	{"火曜日", CJK_WEEKDAY, 2, 540},
	{"水曜日", CJK_WEEKDAY, 3, 540},
	{"木曜日", CJK_WEEKDAY, 4, 540},
	{"金曜日", CJK_WEEKDAY, 5, 540},
	{"土曜日", CJK_WEEKDAY, 6, 540},
	{"日曜", CJK_WEEKDAY, 0, 540},
	{"星期日", CJK_WEEKDAY, 0, 480},
	{"星期天", CJK_WEEKDAY, 0, 480},
	{"星期一", CJK_WEEKDAY, 1, 480},
	{"星期二", CJK_WEEKDAY, 2, 480},
	{"星期三", CJK_WEEKDAY, 3, 480},
	{"星期四", CJK_WEEKDAY, 4, 480},
	{"星期五", CJK_WEEKDAY, 5, 480},
	{"星期六", CJK_WEEKDAY, 6, 480},
	{"周日", CJK_WEEKDAY, 0, 480},
	{"周一", CJK_WEEKDAY, 1, 480},
	{"周二", CJK_WEEKDAY, 2, 480},
	{"周三", CJK_WEEKDAY, 3, 480},
	{"周四", CJK_WEEKDAY, 4, 480},
	{"周五", CJK_WEEKDAY, 5, 480},
	{"周六", CJK_WEEKDAY, 6, 480},
	{"일요일", CJK_WEEKDAY, 0, 540},
	{"월요일", CJK_WEEKDAY, 1, 540},
	{"화요일", CJK_WEEKDAY, 2, 540},
	{"수요일", CJK_WEEKDAY, 3, 540},
	{"목요일", CJK_WEEKDAY, 4, 540},
	{"금요일", CJK_WEEKDAY, 5, 540},
	{"토요일", CJK_WEEKDAY, 6, 540},
};
/* clang-format on */

#define N_ROWS(rows) (sizeof(rows) / sizeof(*(rows)))

/* U+00C0..U+017F to their base letters. */
static const char latin_bases[] =
	"aaaaaaaceeeeiiiidnooooo.ouuuuytsaaaaaaaceeeeiiiidnooooo.ouuuuyty"
	"aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllll"
	"lllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

_Static_assert(sizeof(latin_bases) - 1 == 0x180 - 0xc0, "one per letter");

static const struct {
	uint32_t from, to;
} letters[] = {
	{0x218, 's'},
	{0x219, 's'},
	{0x21a, 't'},
	{0x21b, 't'}, /* ș ț */
	{0x386, 0x3b1},
	{0x388, 0x3b5},
	{0x389, 0x3b7},
	{0x38a, 0x3b9},
	{0x38c, 0x3bf},
	{0x38e, 0x3c5},
	{0x38f, 0x3c9},
	{0x390, 0x3b9},
	{0x3aa, 0x3b9},
	{0x3ab, 0x3c5},
	{0x3ac, 0x3b1},
	{0x3ad, 0x3b5},
	{0x3ae, 0x3b7},
	{0x3af, 0x3b9},
	{0x3b0, 0x3c5},
	{0x3c2, 0x3c3},
	{0x3ca, 0x3b9},
	{0x3cb, 0x3c5},
	{0x3cc, 0x3bf},
	{0x3cd, 0x3c5},
	{0x3ce, 0x3c9},
	{0x439, 0x438},
	{0x451, 0x435},
	{0x457, 0x456},
	{0x622, 0x627},
	{0x623, 0x627},
	{0x625, 0x627},
	{0x649, 0x64a},
	{0x901, 0x902},
	{0x95e, 0x92b},
};

/* 0: the character is dropped. */
static uint32_t
fold_rune(uint32_t r)
{
	if (r < 0xc0)
		return r >= 'A' && r <= 'Z' ? r + 32 : r;
	if (r < 0x180)
		return (uint32_t)latin_bases[r - 0xc0];
	if ((r >= 0x300 && r <= 0x36f) || (r >= 0x64b && r <= 0x652) ||
		r == 0x640 || r == 0x93c)
		return 0; /* combining marks, tatweel, nukta */
	if (r >= 0x410 && r <= 0x42f)
		r += 0x20;
	else if (r >= 0x400 && r <= 0x40f)
		r += 0x50;
	else if (r >= 0x391 && r <= 0x3a9)
		r += 0x20;
	for (size_t i = 0; i < N_ROWS(letters); i++)
		if (letters[i].from == r)
			return letters[i].to;
	return r;
}

size_t
date_fold(struct span word, char out[DATE_WORD_MAX])
{
	size_t n = 0;
	uint32_t rune;

	while (span_next_rune(&word, &rune)) {
		char bytes[4];
		uint32_t folded = fold_rune(rune);
		size_t more = folded ? span_rune_bytes(folded, bytes) : 0;

		if (n + more > DATE_WORD_MAX)
			return 0;
		memcpy(out + n, bytes, more);
		n += more;
	}
	return n;
}

/*
 * All names of all languages, sorted; made from the rows at first use. (By
 * hand: glibc's qsort may ask the system for its memory size, which a sandbox
 * does not allow.)
 */
struct name {
	const char *p; /* not terminated */
	size_t n;
	int value; /* 0: January or Sunday */
};

#define NAMES_MAX 1024

struct name_index {
	struct name names[NAMES_MAX];
	size_t n;
};

static struct name_index month_index, day_index;

/* The first name that is not before word. */
static size_t
lower_bound(const struct name_index *index, struct span word)
{
	size_t low = 0, high = index->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct name *name = &index->names[middle];

		if (span_cmp(span_make(name->p, name->n), word) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Of equal names the first one counts. */
static void
add_name(struct name_index *index, struct span text, int value)
{
	size_t at = lower_bound(index, text);
	struct name *name = &index->names[at];

	if (at < index->n && span_eq(span_make(name->p, name->n), text))
		return;
	assert(index->n < NAMES_MAX);
	memmove(name + 1, name, (index->n - at) * sizeof(*name));
	*name = (struct name){text.p, text.n, value};
	index->n++;
}

static void
add_names(struct name_index *index, const char *const *cells, int n_cells)
{
	for (int i = 0; i < n_cells; i++) {
		struct span rest = span_of(cells[i]), name;

		while (span_next(&rest, ' ', &name))
			add_name(index, name, i);
	}
}

static void
make_indexes(void)
{
	for (size_t i = 0; i < N_ROWS(month_rows); i++)
		add_names(&month_index, month_rows[i].names, 12);
	for (size_t i = 0; i < N_ROWS(day_rows); i++)
		add_names(&day_index, day_rows[i].names, 7);
}

#define NONE (-1)
#define DISAGREE (-2)

/* A name counts at once; a prefix if all names that it begins agree on it. */
static int
find(const struct name_index *index, struct span word)
{
	int value = NONE;

	if (index->n == 0)
		make_indexes();
	for (size_t i = lower_bound(index, word); i < index->n; i++) {
		const struct name *name = &index->names[i];

		if (name->n < word.n || memcmp(name->p, word.p, word.n) != 0)
			break;
		if (name->n == word.n)
			return name->value;
		if (value != NONE && value != name->value)
			return DISAGREE;
		value = name->value;
	}
	return value;
}

static size_t
count_letters(struct span s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += (s.p[i] & 0xc0) != 0x80;
	return n;
}

int
date_month(struct span word)
{
	/* The only shorter name is the Arabic August. */
	bool is_long = count_letters(word) >= 3 || span_eq_str(word, "اب");
	int found = is_long ? find(&month_index, word) : NONE;

	return found >= 0 ? found + 1 : 0;
}

bool
date_weekday(struct span word, int *day)
{
	int found = count_letters(word) < 2 ? NONE : find(&day_index, word);

	*day = found >= 0 ? found : NONE;
	return found != NONE;
}

const struct date_cjk *
date_cjk(struct span text)
{
	const struct date_cjk *best = NULL;
	size_t n_best = 0;

	for (size_t i = 0; i < N_ROWS(cjk_rows); i++) {
		size_t n = strlen(cjk_rows[i].text);

		if (n <= n_best || !span_starts(text, cjk_rows[i].text))
			continue;
		best = &cjk_rows[i];
		n_best = n;
	}
	return best;
}
