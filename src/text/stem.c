#include "text/stem.h"

#include <libstemmer.h>

#include "base/mem.h"

/* Longer runs are no words; they are their own stem. */
#define WORD_BYTES_MAX 64

/* Forms that no ending tells, sorted: they have their verb's stem. */
struct irregular {
	const char *form, *verb;
};

static const struct irregular english[] = {
	{"became", "become"},
	{"began", "begin"},
	{"begun", "begin"},
	{"bought", "buy"},
	{"broke", "break"},
	{"broken", "break"},
	{"brought", "bring"},
	{"built", "build"},
	{"came", "come"},
	{"chose", "choose"},
	{"chosen", "choose"},
	{"drawn", "draw"},
	{"drew", "draw"},
	{"driven", "drive"},
	{"drove", "drive"},
	{"fallen", "fall"},
	{"fell", "fall"},
	{"flew", "fly"},
	{"flown", "fly"},
	{"fought", "fight"},
	{"froze", "freeze"},
	{"frozen", "freeze"},
	{"gave", "give"},
	{"given", "give"},
	{"gone", "go"},
	{"got", "get"},
	{"gotten", "get"},
	{"grew", "grow"},
	{"grown", "grow"},
	{"had", "have"},
	{"held", "hold"},
	{"kept", "keep"},
	{"laid", "lay"},
	{"led", "lead"},
	{"left", "leave"},
	{"lost", "lose"},
	{"made", "make"},
	{"met", "meet"},
	{"oversaw", "oversee"},
	{"overseen", "oversee"},
	{"overtaken", "overtake"},
	{"overtook", "overtake"},
	{"paid", "pay"},
	{"risen", "rise"},
	{"rose", "rise"},
	{"said", "say"},
	{"sank", "sink"},
	{"sent", "send"},
	{"shaken", "shake"},
	{"shook", "shake"},
	{"shrank", "shrink"},
	{"shrunk", "shrink"},
	{"slid", "slide"},
	{"sold", "sell"},
	{"sought", "seek"},
	{"spent", "spend"},
	{"spoke", "speak"},
	{"spoken", "speak"},
	{"spun", "spin"},
	{"stole", "steal"},
	{"stolen", "steal"},
	{"stood", "stand"},
	{"struck", "strike"},
	{"sunk", "sink"},
	{"swung", "swing"},
	{"taken", "take"},
	{"thought", "think"},
	{"threw", "throw"},
	{"thrown", "throw"},
	{"told", "tell"},
	{"took", "take"},
	{"undergone", "undergo"},
	{"underwent", "undergo"},
	{"upheld", "uphold"},
	{"went", "go"},
	{"withdrawn", "withdraw"},
	{"withdrew", "withdraw"},
	{"won", "win"},
	{"written", "write"},
	{"wrote", "write"},
};

#define N_ENGLISH (sizeof(english) / sizeof(*english))

struct stemmer {
	struct sb_stemmer *sb;
	bool is_english;
};

static struct span
regular(struct span word)
{
	size_t low = 0, high = N_ENGLISH;

	while (low < high) {
		size_t mid = (low + high) / 2;
		int order = span_cmp(word, span_of(english[mid].form));

		if (order == 0)
			return span_of(english[mid].verb);
		if (order < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return word;
}

struct span
stem_language(struct span tag, char out[4])
{
	size_t n = 0;

	while (n < tag.n && tag.p[n] != '-' && tag.p[n] != '_') {
		if (n == 3)
			return SPAN_NULL;
		out[n] = (char)(tag.p[n] | 0x20);
		n++;
	}
	out[n] = '\0';
	return span_make(out, n);
}

struct stemmer *
stemmer_new(struct span language)
{
	char code[4];
	struct sb_stemmer *sb;
	struct stemmer *s;

	if (stem_language(language, code).n == 0)
		return NULL;
	sb = sb_stemmer_new(code, "UTF_8");
	if (sb == NULL)
		return NULL;
	s = mem_new(s);
	s->sb = sb;
	s->is_english = span_eq_str(span_of(code), "en");
	return s;
}

void
stemmer_free(struct stemmer **s)
{
	if (*s)
		sb_stemmer_delete((*s)->sb);
	mem_free(s);
}

struct span
stemmer_stem(struct stemmer *s, struct span folded)
{
	const sb_symbol *out;

	if (folded.n > WORD_BYTES_MAX)
		return folded;
	if (s->is_english)
		folded = regular(folded);
	out = sb_stemmer_stem(
		s->sb, (const sb_symbol *)folded.p, (int)folded.n);
	if (out == NULL)
		return folded;
	return span_make((const char *)out, (size_t)sb_stemmer_length(s->sb));
}
