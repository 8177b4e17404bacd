/* Edges of names inside words, per script. See bounds.h. */
#include "text/bounds.h"

#include "text/fold.h"

#define AFFIX_MAX 36 /* bytes of the longest particle or clitic chain */

static uint32_t
rune_at(struct span s, size_t at, unsigned *n)
{
	return rune_decode(s.p + at, s.p + s.n, n);
}

static uint32_t
rune_before(struct span s, size_t at, size_t *start)
{
	unsigned n;

	for (at--; at > 0 && ((unsigned char)s.p[at] & 0xc0) == 0x80;)
		at--;
	*start = at;
	return rune_at(s, at, &n);
}

static bool
is_letter_of(uint32_t r, enum rune_script script)
{
	enum rune_class c;

	if (r < 0x300 || rune_script(r) != script)
		return false;
	c = rune_class(r);
	return c == RUNE_LETTER || c == RUNE_MARK;
}

/* The letters of one script from `at` on. */
static struct span
letters_after(struct span s, size_t at, enum rune_script script)
{
	size_t end = at;
	unsigned n;

	while (end < s.n && end - at < AFFIX_MAX) {
		if (!is_letter_of(rune_at(s, end, &n), script))
			break;
		end += n;
	}
	return span_make(s.p + at, end - at);
}

static struct span
letters_before(struct span s, size_t at, enum rune_script script)
{
	size_t start = at, prev;

	while (start > 0 && at - start < AFFIX_MAX) {
		if (!is_letter_of(rune_before(s, start, &prev), script))
			break;
		start = prev;
	}
	return span_make(s.p + start, at - start);
}

static bool
is_one_of(struct span s, const char *const *list)
{
	for (; *list; list++)
		if (span_eq_str(s, *list))
			return true;
	return false;
}

/* -- Katakana -------------------------------------------------------------- */

/* What a company's name goes on with: Group, Holdings, Japan, Motor, ... */
static const char *const katakana_forms[] = {"グループ", "ホールディングス",
	"ホールディング", "ジャパン", "モーター", "モータース",
	"コーポレーション", "インターナショナル", "テクノロジー",
	"テクノロジーズ", NULL};

/* -- Hangul ---------------------------------------------------------------- */

/* Case particles, postpositions, copulas and the nouns that news writes onto
 * a company's name. */
static const char *const hangul_particles[] = {"은", "는", "이", "가", "을",
	"를", "의", "에", "에서", "에게", "에게서", "에는", "에서는", "에도",
	"와", "과", "와의", "과의", "도", "로", "으로", "로부터", "으로부터",
	"로의", "으로의", "만", "만의", "만이", "까지", "부터", "처럼", "보다",
	"이나", "나", "이란", "란", "이라고", "라고", "이라는", "라는", "이며",
	"며", "이고", "고", "이다", "다", "입니다", "측", "측은", "측이", "등",
	"들", "사", "사는", "사의", "주", "주가", "한테", "께서", "랑", "이랑",
	"하고", "마다", "조차", "마저", "밖에", "뿐", "야", "이야", "인", "대",
	NULL};

/* -- Arabic and Hebrew ----------------------------------------------------- */

static const char *const arabic_clitics[] = {"و", "ف", "ب", "ك", "ل", "س", "ال",
	"لل", "وال", "فال", "بال", "كال", "ولل", "وب", "ول", "وك", "فب", "فل",
	"وبال", "وكال", NULL};
static const char *const hebrew_clitics[] = {"ו", "ה", "ב", "ל", "מ", "ש", "כ",
	"וה", "וב", "ול", "ומ", "וש", "וכ", "שה", "שב", "של", "שמ", "מה", "כש",
	"וכש", "כשה", NULL};

/* -- Thai, Lao, Khmer, Myanmar: no letter may be torn apart ---------------- */

/* Vowels written before the consonant they follow in speech. */
static bool
leads_next(uint32_t r)
{
	return (r >= 0xe40 && r <= 0xe44) || (r >= 0xec0 && r <= 0xec4);
}

/* Vowels written after their consonant that are letters to Unicode. */
static bool
follows_last(uint32_t r)
{
	return (r >= 0xe30 && r <= 0xe33) || r == 0xe45 || r == 0xe46 ||
		(r >= 0xeb0 && r <= 0xeb3);
}

/* -- Kana ------------------------------------------------------------------ */

/* Particles and endings of which one may stand at a Hiragana name's edge. */
static const char *const kana_particles[] = {"は", "が", "を", "に", "の", "と",
	"で", "も", "へ", "や", "から", "まで", "より", "では", "には", "とは",
	"への", "との", "での", "からの", "など", "って", "だ", "です", "した",
	"する", "として", "による", "によると", "について", "さん", NULL};

bool
bounds_left_ok(struct span s, size_t start)
{
	enum rune_script script;
	unsigned n;
	size_t at;
	uint32_t prev;

	if (start == 0 || start >= s.n || (unsigned char)s.p[start] < 0x80)
		return true;
	script = rune_script(rune_at(s, start, &n));
	prev = rune_before(s, start, &at);
	if (!is_letter_of(prev, script))
		return true;
	switch (script) {
	case SCRIPT_SPACED:
	case SCRIPT_HAN:
		return true;
	case SCRIPT_KATAKANA:
	case SCRIPT_HANGUL:
		return false;
	case SCRIPT_HIRAGANA:
		return is_one_of(
			span_make(s.p + at, start - at), kana_particles);
	case SCRIPT_SEA:
		return !leads_next(prev);
	case SCRIPT_ARABIC:
		return is_one_of(
			letters_before(s, start, script), arabic_clitics);
	case SCRIPT_HEBREW:
		return is_one_of(
			letters_before(s, start, script), hebrew_clitics);
	}
	return true;
}

bool
bounds_right_ok(struct span s, size_t end)
{
	enum rune_script script;
	unsigned n;
	size_t at;
	uint32_t next;

	if (end == 0 || end >= s.n || (unsigned char)s.p[end] < 0x80)
		return true;
	script = rune_script(rune_before(s, end, &at));
	next = rune_at(s, end, &n);
	if (!is_letter_of(next, script))
		return true;
	switch (script) {
	case SCRIPT_SPACED:
	case SCRIPT_HAN:
		return true;
	case SCRIPT_KATAKANA:
		return is_one_of(letters_after(s, end, script), katakana_forms);
	case SCRIPT_ARABIC:
	case SCRIPT_HEBREW:
		return false;
	case SCRIPT_HANGUL:
		return is_one_of(
			letters_after(s, end, script), hangul_particles);
	case SCRIPT_HIRAGANA:
		return is_one_of(letters_after(s, end, script), kana_particles);
	case SCRIPT_SEA:
		return !follows_last(next);
	}
	return true;
}
