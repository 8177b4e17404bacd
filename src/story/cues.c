/*
 * The table is looked through by the first letter of each word. Longer phrases
 * stand before their own beginnings. Words as tokens see them: hyphens and
 * apostrophes are gaps.
 */
#include "story/cues.h"

#define NAME_TOKENS_MAX 8 /* longer runs of capitals are cut */
#define NO_ENTITY SIZE_MAX

struct cue_row {
	const char *words; /* lower case, spaces between */
	enum cue_mark mark;
};

/* Sorted by mark and language for the reader; order within a first letter
 * decides: the longest match is taken. */
static const struct cue_row rows[] = {
	{"first reported by", MARK_FIRST},
	{"first reported in", MARK_FIRST},
	{"first reported on by", MARK_FIRST},
	{"first published by", MARK_FIRST},
	{"first revealed by", MARK_FIRST},
	{"originally reported by", MARK_FIRST},
	{"earlier reported by", MARK_FIRST},
	{"previously reported by", MARK_FIRST},
	{"reported earlier by", MARK_FIRST},
	{"zuerst berichtete", MARK_FIRST},
	{"zuerst hatte", MARK_FIRST},
	{"révélé par", MARK_FIRST},
	{"révélée par", MARK_FIRST},
	{"adelantado por", MARK_FIRST},
	{"adelantada por", MARK_FIRST},

	{"was first to report", MARK_BROKE},
	{"was the first to report", MARK_BROKE},
	{"were first to report", MARK_BROKE},
	{"first reported", MARK_BROKE},
	{"earlier reported", MARK_BROKE},
	{"previously reported", MARK_BROKE},
	{"originally reported", MARK_BROKE},
	{"reported earlier", MARK_BROKE},
	{"broke the news", MARK_BROKE},
	{"broke the story", MARK_BROKE},
	{"had reported", MARK_BROKE},

	{"reported", MARK_REPORT},
	{"reports", MARK_REPORT},
	{"reporting", MARK_REPORT},
	{"writes", MARK_REPORT},
	{"wrote", MARK_REPORT},
	{"revealed", MARK_REPORT},
	{"reveals", MARK_REPORT},
	{"has learned", MARK_REPORT},
	{"berichtet", MARK_REPORT},
	{"berichtete", MARK_REPORT},
	{"berichten", MARK_REPORT},
	{"schreibt", MARK_REPORT},
	{"meldet", MARK_REPORT},
	{"meldete", MARK_REPORT},
	{"rapporte", MARK_REPORT},
	{"révèle", MARK_REPORT},
	{"rapportent", MARK_REPORT},
	{"écrit", MARK_REPORT},
	{"a rapporté", MARK_REPORT},
	{"a révélé", MARK_REPORT},
	{"informó", MARK_REPORT},
	{"informa", MARK_REPORT},
	{"reportó", MARK_REPORT},
	{"publica", MARK_REPORT},
	{"publicó", MARK_REPORT},
	{"adelanta", MARK_REPORT},
	{"riporta", MARK_REPORT},
	{"scrive", MARK_REPORT},
	{"meldt", MARK_REPORT},
	{"noticiou", MARK_REPORT},

	{"told", MARK_TOLD},
	{"tells", MARK_TOLD},
	{"tell", MARK_TOLD},
	{"confirmed to", MARK_TOLD},
	{"spoke to", MARK_TOLD},
	{"spoke with", MARK_TOLD},
	{"speaking to", MARK_TOLD},
	{"in an interview with", MARK_TOLD},
	{"in interview with", MARK_TOLD},
	{"an interview with", MARK_TOLD},
	{"in an interview on", MARK_TOLD},
	{"interviewed by", MARK_TOLD},
	{"sagte dem", MARK_TOLD},
	{"sagte der", MARK_TOLD},
	{"sagte gegenüber", MARK_TOLD},
	{"gegenüber", MARK_TOLD},
	{"im gespräch mit", MARK_TOLD},
	{"im interview mit", MARK_TOLD},
	{"a déclaré à", MARK_TOLD},
	{"a indiqué à", MARK_TOLD},
	{"a dit à", MARK_TOLD},
	{"a confié à", MARK_TOLD},
	{"dijo a", MARK_TOLD},
	{"dijeron a", MARK_TOLD},
	{"declaró a", MARK_TOLD},
	{"en una entrevista con", MARK_TOLD},
	{"ha detto a", MARK_TOLD},

	{"according to", MARK_ACCORDING},
	{"citing", MARK_ACCORDING},
	{"per", MARK_ACCORDING},
	{"via", MARK_ACCORDING},
	{"laut", MARK_ACCORDING},
	{"nach angaben von", MARK_ACCORDING},
	{"nach angaben des", MARK_ACCORDING},
	{"nach angaben der", MARK_ACCORDING},
	{"nach informationen des", MARK_ACCORDING},
	{"nach informationen der", MARK_ACCORDING},
	{"nach informationen von", MARK_ACCORDING},
	{"unter berufung auf", MARK_ACCORDING},
	{"selon", MARK_ACCORDING},
	{"d après", MARK_ACCORDING},
	{"citant", MARK_ACCORDING},
	{"según", MARK_ACCORDING},
	{"de acuerdo con", MARK_ACCORDING},
	{"citando a", MARK_ACCORDING},
	{"secondo", MARK_ACCORDING},
	{"volgens", MARK_ACCORDING},
	{"segundo", MARK_ACCORDING},
	{"enligt", MARK_ACCORDING},

	{"zufolge", MARK_AFTER},

	{"reported by", MARK_PAPER},
	{"seen by", MARK_PAPER},
	{"obtained by", MARK_PAPER},
	{"reviewed by", MARK_PAPER},
	{"viewed by", MARK_PAPER},
	{"cited by", MARK_PAPER},
	{"quoted by", MARK_PAPER},
	{"published by", MARK_PAPER},
	{"published in", MARK_PAPER},
	{"report by", MARK_PAPER},
	{"report in", MARK_PAPER},
	{"report from", MARK_PAPER},
	{"reports by", MARK_PAPER},
	{"reports in", MARK_PAPER},
	{"reports from", MARK_PAPER},
	{"story by", MARK_PAPER},
	{"story in", MARK_PAPER},
	{"article by", MARK_PAPER},
	{"article in", MARK_PAPER},
	{"investigation by", MARK_PAPER},
	{"scoop by", MARK_PAPER},
	{"scoop from", MARK_PAPER},
	{"bericht des", MARK_PAPER},
	{"bericht der", MARK_PAPER},
	{"bericht von", MARK_PAPER},

	{"report", MARK_STORY},
	{"article", MARK_STORY},
	{"story", MARK_STORY},
	{"scoop", MARK_STORY},
	{"exclusive", MARK_STORY},
	{"investigation", MARK_STORY},

	{"said", MARK_SAY},
	{"says", MARK_SAY},
	{"say", MARK_SAY},
	{"saying", MARK_SAY},
	{"announced", MARK_SAY},
	{"announces", MARK_SAY},
	{"announce", MARK_SAY},
	{"stated", MARK_SAY},
	{"added", MARK_SAY},
	{"teilte mit", MARK_SAY},
	{"teilte", MARK_SAY},
	{"sagte", MARK_SAY},
	{"erklärte", MARK_SAY},
	{"kündigte", MARK_SAY},
	{"a annoncé", MARK_SAY},
	{"annonce", MARK_SAY},
	{"a déclaré", MARK_SAY},
	{"a indiqué", MARK_SAY},
	{"anunció", MARK_SAY},
	{"anuncia", MARK_SAY},
	{"dijo", MARK_SAY},
	{"dijeron", MARK_SAY},
	{"señaló", MARK_SAY},

	{"confirmed", MARK_CONFIRM},
	{"confirms", MARK_CONFIRM},
	{"confirm", MARK_CONFIRM},
	{"bestätigte", MARK_CONFIRM},
	{"bestätigt", MARK_CONFIRM},
	{"a confirmé", MARK_CONFIRM},
	{"confirme", MARK_CONFIRM},
	{"confirmó", MARK_CONFIRM},
	{"confirma", MARK_CONFIRM},

	{"denied", MARK_DENY},
	{"denies", MARK_DENY},
	{"deny", MARK_DENY},
	{"has refuted", MARK_DENY},
	{"refuted", MARK_DENY},
	{"refutes", MARK_DENY},
	{"dismissed", MARK_DENY},
	{"dismisses", MARK_DENY},
	{"rejected the report", MARK_DENY},
	{"called the report false", MARK_DENY},
	{"said the report is false", MARK_DENY},
	{"said the report was false", MARK_DENY},
	{"said the report is not true", MARK_DENY},
	{"said the report was not true", MARK_DENY},
	{"said the report was inaccurate", MARK_DENY},
	{"said the report is inaccurate", MARK_DENY},
	{"said the story was false", MARK_DENY},
	{"said the reports were false", MARK_DENY},
	{"dementierte", MARK_DENY},
	{"dementiert", MARK_DENY},
	{"wies zurück", MARK_DENY},
	{"a démenti", MARK_DENY},
	{"dément", MARK_DENY},
	{"desmintió", MARK_DENY},
	{"desmiente", MARK_DENY},
	{"negó", MARK_DENY},

	{"declined to comment", MARK_DECLINE},
	{"declines to comment", MARK_DECLINE},
	{"declined comment", MARK_DECLINE},
	{"declined to confirm", MARK_DECLINE},
	{"declined to say", MARK_DECLINE},
	{"declined", MARK_DECLINE},
	{"refused to comment", MARK_DECLINE},
	{"did not respond", MARK_DECLINE},
	{"did not immediately respond", MARK_DECLINE},
	{"didn t respond", MARK_DECLINE},
	{"didn t immediately respond", MARK_DECLINE},
	{"did not comment", MARK_DECLINE},
	{"did not reply", MARK_DECLINE},
	{"did not immediately reply", MARK_DECLINE},
	{"has not commented", MARK_DECLINE},
	{"has yet to comment", MARK_DECLINE},
	{"does not comment", MARK_DECLINE},
	{"doesn t comment", MARK_DECLINE},
	{"do not comment", MARK_DECLINE},
	{"don t comment", MARK_DECLINE},
	{"not comment on", MARK_DECLINE},
	{"could not be reached", MARK_DECLINE},
	{"wollte sich nicht", MARK_DECLINE},
	{"lehnte eine stellungnahme", MARK_DECLINE},
	{"a refusé de commenter", MARK_DECLINE},
	{"n a pas souhaité", MARK_DECLINE},
	{"declinó comentar", MARK_DECLINE},
	{"declinó hacer comentarios", MARK_DECLINE},

	{"people familiar with", MARK_UNNAMED},
	{"person familiar with", MARK_UNNAMED},
	{"sources familiar with", MARK_UNNAMED},
	{"source familiar with", MARK_UNNAMED},
	{"people with knowledge of", MARK_UNNAMED},
	{"people with direct knowledge", MARK_UNNAMED},
	{"person with knowledge of", MARK_UNNAMED},
	{"person with direct knowledge", MARK_UNNAMED},
	{"sources with knowledge of", MARK_UNNAMED},
	{"sources with direct knowledge", MARK_UNNAMED},
	{"people briefed on", MARK_UNNAMED},
	{"person briefed on", MARK_UNNAMED},
	{"sources briefed on", MARK_UNNAMED},
	{"people close to", MARK_UNNAMED},
	{"person close to", MARK_UNNAMED},
	{"sources close to", MARK_UNNAMED},
	{"source close to", MARK_UNNAMED},
	{"people who asked not to be", MARK_UNNAMED},
	{"people with direct", MARK_UNNAMED},
	{"people involved in", MARK_UNNAMED},
	{"unnamed sources", MARK_UNNAMED},
	{"unnamed people", MARK_UNNAMED},
	{"unidentified people", MARK_UNNAMED},
	{"unidentified sources", MARK_UNNAMED},
	{"anonymous sources", MARK_UNNAMED},
	{"on condition of anonymity", MARK_UNNAMED},
	{"the people said", MARK_UNNAMED},
	{"the person said", MARK_UNNAMED},
	{"the sources said", MARK_UNNAMED},
	{"insidern", MARK_UNNAMED},
	{"insider", MARK_SOURCES},
	{"mit der sache vertraute", MARK_UNNAMED},
	{"mit der angelegenheit vertraute", MARK_UNNAMED},
	{"eingeweihte", MARK_UNNAMED},
	{"aus kreisen", MARK_UNNAMED},
	{"unternehmenskreisen", MARK_UNNAMED},
	{"finanzkreisen", MARK_UNNAMED},
	{"sources proches", MARK_UNNAMED},
	{"source proche", MARK_UNNAMED},
	{"personnes proches du dossier", MARK_UNNAMED},
	{"fuentes cercanas", MARK_UNNAMED},
	{"fuentes conocedoras", MARK_UNNAMED},
	{"fuentes familiarizadas", MARK_UNNAMED},
	{"personas familiarizadas", MARK_UNNAMED},
	{"personas con conocimiento", MARK_UNNAMED},
	{"fonti vicine", MARK_UNNAMED},
	{"sources", MARK_SOURCES},
	{"source", MARK_SOURCES},
	{"insiders", MARK_SOURCES},
	{"fuentes", MARK_SOURCES},

	{"spokesperson", MARK_SPOKES},
	{"spokesman", MARK_SPOKES},
	{"spokeswoman", MARK_SPOKES},
	{"spokespeople", MARK_SPOKES},
	{"a representative", MARK_SPOKES},
	{"representatives for", MARK_SPOKES},
	{"sprecher", MARK_SPOKES},
	{"sprecherin", MARK_SPOKES},
	{"konzernsprecher", MARK_SPOKES},
	{"unternehmenssprecher", MARK_SPOKES},
	{"porte parole", MARK_SPOKES},
	{"portavoz", MARK_SPOKES},
	{"portavoce", MARK_SPOKES},

	{"the company", MARK_COMPANY},
	{"the firm", MARK_COMPANY},
	{"the group", MARK_COMPANY},
	{"the startup", MARK_COMPANY},
	{"the carmaker", MARK_COMPANY},
	{"the automaker", MARK_COMPANY},
	{"the chipmaker", MARK_COMPANY},
	{"the drugmaker", MARK_COMPANY},
	{"the retailer", MARK_COMPANY},
	{"the bank", MARK_COMPANY},
	{"the airline", MARK_COMPANY},
	{"the lender", MARK_COMPANY},
	{"das unternehmen", MARK_COMPANY},
	{"der konzern", MARK_COMPANY},
	{"l entreprise", MARK_COMPANY},
	{"le groupe", MARK_COMPANY},
	{"la société", MARK_COMPANY},
	{"la compañía", MARK_COMPANY},
	{"la empresa", MARK_COMPANY},

	{"in a statement", MARK_STATEMENT},
	{"in a press release", MARK_STATEMENT},
	{"press release", MARK_STATEMENT},
	{"news release", MARK_STATEMENT},
	{"company statement", MARK_STATEMENT},
	{"in a blog post", MARK_STATEMENT},
	{"blog post", MARK_STATEMENT},
	{"on its website", MARK_STATEMENT},
	{"in an emailed statement", MARK_STATEMENT},
	{"pressemitteilung", MARK_STATEMENT},
	{"communiqué", MARK_STATEMENT},
	{"en un comunicado", MARK_STATEMENT},

	{"regulatory filing", MARK_FILING},
	{"regulatory filings", MARK_FILING},
	{"securities filing", MARK_FILING},
	{"stock exchange filing", MARK_FILING},
	{"exchange filing", MARK_FILING},
	{"sec filing", MARK_FILING},
	{"company filing", MARK_FILING},
	{"court filing", MARK_FILING},
	{"court filings", MARK_FILING},
	{"court documents", MARK_FILING},
	{"court papers", MARK_FILING},
	{"court records", MARK_FILING},
	{"in a filing", MARK_FILING},
	{"a filing", MARK_FILING},
	{"the filing", MARK_FILING},
	{"form 8 k", MARK_FILING},
	{"form 10 k", MARK_FILING},
	{"form 10 q", MARK_FILING},
	{"form s 1", MARK_FILING},
	{"8 k", MARK_FILING},
	{"10 k", MARK_FILING},
	{"10 q", MARK_FILING},
	{"schedule 13 d", MARK_FILING},
	{"schedule 13 g", MARK_FILING},
	{"schedule 13d", MARK_FILING},
	{"schedule 13g", MARK_FILING},
	{"13d filing", MARK_FILING},
	{"13g filing", MARK_FILING},
	{"ad hoc mitteilung", MARK_FILING},
	{"pflichtmitteilung", MARK_FILING},
	{"hecho relevante", MARK_FILING},

	{"ceo", MARK_OFFICER},
	{"cfo", MARK_OFFICER},
	{"cto", MARK_OFFICER},
	{"coo", MARK_OFFICER},
	{"chief executive", MARK_OFFICER},
	{"chief executive officer", MARK_OFFICER},
	{"chief financial officer", MARK_OFFICER},
	{"chief operating officer", MARK_OFFICER},
	{"chief technology officer", MARK_OFFICER},
	{"chief product officer", MARK_OFFICER},
	{"chief scientist", MARK_OFFICER},
	{"chief", MARK_OFFICER},
	{"president", MARK_OFFICER},
	{"vice president", MARK_OFFICER},
	{"chairman", MARK_OFFICER},
	{"chairwoman", MARK_OFFICER},
	{"chair", MARK_OFFICER},
	{"founder", MARK_OFFICER},
	{"co founder", MARK_OFFICER},
	{"cofounder", MARK_OFFICER},
	{"boss", MARK_OFFICER},
	{"managing director", MARK_OFFICER},
	{"executive", MARK_OFFICER},
	{"director", MARK_OFFICER},
	{"head", MARK_OFFICER},
	{"vorstandschef", MARK_OFFICER},
	{"vorstandsvorsitzende", MARK_OFFICER},
	{"konzernchef", MARK_OFFICER},
	{"finanzvorstand", MARK_OFFICER},
	{"chef", MARK_OFFICER},
	{"pdg", MARK_OFFICER},
	{"directeur général", MARK_OFFICER},
	{"consejero delegado", MARK_OFFICER},
	{"presidente", MARK_OFFICER},

	{"earnings", MARK_RESULTS},
	{"revenue", MARK_RESULTS},
	{"revenues", MARK_RESULTS},
	{"profit", MARK_RESULTS},
	{"profits", MARK_RESULTS},
	{"loss", MARK_RESULTS},
	{"losses", MARK_RESULTS},
	{"results", MARK_RESULTS},
	{"income", MARK_RESULTS},
	{"sales", MARK_RESULTS},
	{"quarterly", MARK_RESULTS},
	{"quarter", MARK_RESULTS},
	{"eps", MARK_RESULTS},
	{"deliveries", MARK_RESULTS},
	{"umsatz", MARK_RESULTS},
	{"gewinn", MARK_RESULTS},
	{"verlust", MARK_RESULTS},

	{"showed", MARK_SHOW},
	{"shows", MARK_SHOW},
	{"show", MARK_SHOW},
	{"disclosed", MARK_SHOW},
	{"disclosed in", MARK_SHOW},

	{"this story has been corrected", MARK_CORRECTED},
	{"this article has been corrected", MARK_CORRECTED},
	{"this version corrects", MARK_CORRECTED},
	{"corrects", MARK_CORRECTED},
	{"correction", MARK_CORRECTED},
	{"corrected", MARK_CORRECTED},
	{"an earlier version of this story", MARK_CORRECTED},
	{"an earlier version of this article", MARK_CORRECTED},
	{"a previous version of this story", MARK_CORRECTED},
	{"a previous version of this article", MARK_CORRECTED},
	{"korrektur", MARK_CORRECTED},
	{"rectificatif", MARK_CORRECTED},

	{"this story has been retracted", MARK_RETRACTED},
	{"this article has been retracted", MARK_RETRACTED},
	{"this story has been withdrawn", MARK_RETRACTED},
	{"this story has been removed", MARK_RETRACTED},
	{"this article has been removed", MARK_RETRACTED},
	{"retracted its report", MARK_RETRACTED},
	{"retracted its story", MARK_RETRACTED},
	{"retracted the report", MARK_RETRACTED},
	{"retracted the story", MARK_RETRACTED},
	{"retracts its report", MARK_RETRACTED},
	{"retracts report", MARK_RETRACTED},
	{"retracts story", MARK_RETRACTED},
	{"withdrew its report", MARK_RETRACTED},
	{"withdrawn its report", MARK_RETRACTED},
	{"retraction", MARK_RETRACTED},
	{"retracted", MARK_RETRACTED},

	{"data compiled by", MARK_DATA},
	{"compiled by", MARK_DATA},
	{"polled by", MARK_DATA},
	{"surveyed by", MARK_DATA},
	{"data from", MARK_DATA},
	{"estimates from", MARK_DATA},
	{"estimates by", MARK_DATA},
	{"poll by", MARK_DATA},
};

#define N_ROWS (sizeof(rows) / sizeof(*rows))

/* -- sentences ------------------------------------------------------------- */

static const char *const abbreviations[] = {"inc", "corp", "co", "ltd", "mr",
	"mrs", "ms", "dr", "st", "jr", "sr", "vs", "no", "llc", "plc", "jan",
	"feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov",
	"dec", "gen", "sen", "rep", "prof", "cos", "bros"};

static struct span
token_text(const struct cue_text *t, uint32_t i)
{
	const struct token *k = &t->tokens.p[i];

	return span_make(t->text.p + k->start, k->end - k->start);
}

static bool
is_abbreviation(struct span w)
{
	if (w.n == 1)
		return true;
	for (size_t i = 0; i < sizeof(abbreviations) / sizeof(*abbreviations);
		i++)
		if (span_caseeq_str(w, abbreviations[i]))
			return true;
	return false;
}

static struct span
gap_before(const struct cue_text *t, uint32_t i)
{
	uint32_t from = i ? t->tokens.p[i - 1].end : 0;

	return span_make(t->text.p + from, t->tokens.p[i].start - from);
}

static bool
has(struct span s, const char *what)
{
	return span_find_str(s, what) != SIZE_MAX;
}

static bool
begins_sentence(const struct cue_text *t, uint32_t i)
{
	const struct token *k = &t->tokens.p[i];
	struct span gap = gap_before(t, i);

	switch ((enum token_gap)k->gap) {
	case GAP_BREAK:
		return true;
	case GAP_SENTENCE:
		return has(gap, "!") || has(gap, "?") || has(gap, ";");
	case GAP_DOT_SPACE:
	case GAP_PUNCT:
		return i > 0 && gap.n > 0 && gap.p[0] == '.' &&
			k->shape != SHAPE_LOWER &&
			!is_abbreviation(token_text(t, i - 1));
	case GAP_NONE:
	case GAP_HYPHEN:
	case GAP_APOS:
	case GAP_DOT:
	case GAP_JOIN:
	case GAP_SPACE:
		return false;
	}
	return false;
}

static bool
is_capital(const struct token *k)
{
	return k->shape == SHAPE_TITLE || k->shape == SHAPE_UPPER ||
		k->shape == SHAPE_MIXED;
}

static bool
is_titled(const struct cue_text *t, const struct cue_sentence *s)
{
	unsigned capitals = 0, words = 0;

	for (uint32_t i = s->first; i < s->end; i++) {
		const struct token *k = &t->tokens.p[i];

		if (k->end - k->start < 4 || k->shape == SHAPE_NONE)
			continue;
		words++;
		capitals += is_capital(k);
	}
	return words > 2 && capitals * 10 >= words * 7;
}

static void
end_sentence(struct cue_text *t, struct cue_sentence *s, uint32_t end)
{
	s->end = end;
	s->start = t->tokens.p[s->first].start;
	s->stop = t->tokens.p[end - 1].end;
	s->last = end == t->tokens.n || t->tokens.p[end].gap == GAP_BREAK;
	s->titled = is_titled(t, s);
}

/* Chains of the rows by their first byte. */
static void
index_rows(struct cue_text *t)
{
	memset(t->head, 0, sizeof(t->head));
	vec_clear(&t->next);
	for (size_t i = 0; i < N_ROWS; i++) {
		unsigned char c = (unsigned char)rows[i].words[0];

		vec_push(&t->next, t->head[c]);
		t->head[c] = (uint16_t)(i + 1);
	}
}

void
cue_text_read(struct span text, struct cue_text *out)
{
	struct cue_sentence *now = NULL;

	if (out->next.n == 0)
		index_rows(out);
	out->text = text;
	vec_clear(&out->sentences);
	tokens_scan(text, &out->tokens);
	for (uint32_t i = 0; i < out->tokens.n; i++) {
		if (now && !begins_sentence(out, i))
			continue;
		if (now)
			end_sentence(out, now, i);
		now = vec_add(&out->sentences);
		now->first = i;
		now->paragraph = out->tokens.p[i].gap == GAP_BREAK;
	}
	if (now)
		end_sentence(out, now, (uint32_t)out->tokens.n);
}

void
cue_text_fini(struct cue_text *t)
{
	tokens_fini(&t->tokens);
	vec_fini(&t->sentences);
	vec_fini(&t->next);
}

struct span
cue_words(const struct cue_text *t, uint32_t first, uint32_t end)
{
	uint32_t start = t->tokens.p[first].start;

	return span_make(t->text.p + start, t->tokens.p[end - 1].end - start);
}

/* -- marks ----------------------------------------------------------------- */

static bool
is_tight(const struct token *k)
{
	return k->gap == GAP_SPACE || k->gap == GAP_HYPHEN ||
		k->gap == GAP_APOS || k->gap == GAP_NONE || k->gap == GAP_DOT;
}

/* Tokens that a row's words take from i on; 0 if they do not stand there. */
static uint32_t
row_length(const struct cue_text *t, const struct cue_row *row, uint32_t i,
	uint32_t end)
{
	struct span rest = span_of(row->words), word;
	uint32_t at = i;

	while (span_next(&rest, ' ', &word)) {
		if (at == end || (at > i && !is_tight(&t->tokens.p[at])) ||
			!span_caseeq(token_text(t, at), word))
			return 0;
		at++;
	}
	return at - i;
}

static bool
find_row(const struct cue_text *t, uint32_t i, uint32_t end,
	struct cue_span *out)
{
	unsigned char c = (unsigned char)t->text.p[t->tokens.p[i].start];
	uint32_t longest = 0;

	if (c >= 'A' && c <= 'Z')
		c |= 0x20;
	for (uint16_t k = t->head[c]; k; k = t->next.p[k - 1]) {
		uint32_t n = row_length(t, &rows[k - 1], i, end);

		if (n < longest || n == 0)
			continue;
		longest = n;
		out->mark = rows[k - 1].mark;
	}
	out->first = i;
	out->end = i + longest;
	out->entity = NO_ENTITY;
	return longest > 0;
}

static const char *const weekdays[] = {"monday", "tuesday", "wednesday",
	"thursday", "friday", "saturday", "sunday", "january", "february",
	"march", "april", "june", "july", "august", "september", "october",
	"november", "december", "jan", "feb", "nov", "dec"};
/* Open a sentence and are no part of a name. The article "the" is. */
static const char *const openers[] = {"while", "but", "and", "as", "in", "when",
	"after", "on", "yet", "however", "meanwhile", "separately", "earlier",
	"also", "last", "this", "that", "why", "how", "if", "for", "exclusive",
	"breaking", "update", "a", "an", "we", "i", "it", "he", "she", "they",
	"you", "there", "our", "no", "yes", "wie", "comme", "como"};
static const char *const joiners[] = {
	"of", "de", "di", "der", "du", "della", "do"};

static bool
is_one_of(struct span w, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (span_caseeq_str(w, list[i]))
			return true;
	return false;
}
#define IS_ONE_OF(w, list) is_one_of(w, list, sizeof(list) / sizeof(*(list)))

static bool
is_name_word(const struct cue_text *t, uint32_t i)
{
	const struct token *k = &t->tokens.p[i];

	return (is_capital(k) || k->digits || k->kind == TOKEN_SIGN) &&
		!IS_ONE_OF(token_text(t, i), weekdays);
}

static bool
goes_on(const struct cue_text *t, uint32_t i)
{
	const struct token *k = &t->tokens.p[i];

	return is_tight(k) ||
		(k->gap == GAP_DOT_SPACE &&
			is_abbreviation(token_text(t, i - 1)));
}

static bool
is_possessive(const struct cue_text *t, uint32_t i)
{
	return t->tokens.p[i].gap == GAP_APOS &&
		span_eq_str(token_text(t, i), "s");
}

/* The end of the run of name words that begins at i. */
static uint32_t
name_end(const struct cue_text *t, uint32_t i, uint32_t end)
{
	uint32_t at = i + 1;
	struct cue_span row;

	while (at < end && at - i < NAME_TOKENS_MAX && goes_on(t, at)) {
		if (is_name_word(t, at) &&
			(!find_row(t, at, end, &row) ||
				row.mark == MARK_SOURCES))
			at++;
		else if (at + 1 < end &&
			IS_ONE_OF(token_text(t, at), joiners) &&
			t->tokens.p[at + 1].gap == GAP_SPACE &&
			is_name_word(t, at + 1) &&
			!find_row(t, at + 1, end, &row))
			at += 2;
		else
			break;
	}
	return at;
}

static bool
find_name(const struct cue_text *t, const struct cue_sentence *s, uint32_t i,
	struct cue_span *out)
{
	const struct token *k = &t->tokens.p[i];
	bool first = i == s->first;

	if (!is_capital(k) && !(k->digits && k->shape != SHAPE_NONE))
		return false;
	if (!is_name_word(t, i) ||
		(first && IS_ONE_OF(token_text(t, i), openers)))
		return false;
	*out = (struct cue_span){.mark = MARK_NAME,
		.first = i,
		.end = name_end(t, i, s->end),
		.entity = NO_ENTITY};
	/* An article alone. */
	return out->end - i > 1 || !span_caseeq_str(token_text(t, i), "the");
}

void
cue_sentence_mark(const struct cue_text *t, const struct cue_sentence *s,
	struct cue_spans *out)
{
	vec_clear(out);
	for (uint32_t i = s->first; i < s->end;) {
		struct cue_span span;

		if (!is_possessive(t, i) &&
			(find_row(t, i, s->end, &span) ||
				find_name(t, s, i, &span))) {
			vec_push(out, span);
			i = span.end;
		} else {
			i++;
		}
	}
}
