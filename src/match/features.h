/*
 * The features of a candidate: numbers, mostly 0 or 1, with names that people
 * read in `newswatch why` and in the table of weights. doc/MATCHING.md says
 * in words what each one means.
 */
#ifndef NW_MATCH_FEATURES_H
#define NW_MATCH_FEATURES_H

#include "match/around.h"
#include "match/block.h"
#include "model/hit.h"

/* name, what it says */
#define FEATURES(X) \
	X(BIAS, "bias") \
	/* the name itself */ \
	X(COMMON, "common-word") \
	X(UNCOMMON, "uncommon-word") \
	X(RARE, "rare-word") \
	X(PROPER, "also-place-or-surname") \
	X(GIVEN, "also-given-name") \
	X(ACRONYM2, "two-letter-acronym") \
	X(ACRONYM3, "three-letter-acronym") \
	X(ORDINARY_WORDS, "all-words-ordinary") \
	X(PERSON, "person") \
	X(OTHER_KIND, "product-or-topic") \
	X(SUFFIX_STRIPPED, "legal-form-left-out") \
	X(VARIANT_JOINED_, "written-together") \
	X(VARIANT_SPLIT_, "written-apart") \
	X(VARIANT_OTHER, "other-variant") \
	X(GENITIVE, "s-without-apostrophe") \
	X(BARE_TICKER, "ticker-without-dress") \
	/* letter case */ \
	X(CASE_PROSE, "capital-in-prose") \
	X(CASE_START, "starts-sentence") \
	X(CASE_HEADLINE, "title-case-headline") \
	X(CASE_CAPS, "all-caps-line") \
	X(CASE_SHORT, "too-short-to-tell-case") \
	X(LOWER, "lower-case") \
	X(LOWER_ORDINARY, "lower-case-ordinary-words") \
	X(CAPS_WORD, "in-capitals-only-here") \
	X(CASE_OTHER, "other-case") \
	/* before */ \
	X(BEFORE_GIVEN, "after-given-name") \
	X(BEFORE_CAPITAL, "after-capital-word") \
	X(BEFORE_CAPITAL_HEADLINE, "after-name-in-headline") \
	X(BEFORE_TITLE, "after-person-title") \
	X(BEFORE_ARTICLE, "after-article") \
	X(BEFORE_PREPOSITION, "after-preposition") \
	X(BEFORE_CORPORATE, "after-company-word") \
	X(BEFORE_ADJECTIVE, "after-adjective") \
	X(BEFORE_NOUN, "after-plain-noun") \
	X(BEFORE_JOINED, "joined-to-word-before") \
	X(GENERIC_EXTENDED, "end-of-a-longer-name") \
	X(BEFORE_OF, "after-of-a-longer-name") \
	X(HASHTAG, "hashtag") \
	X(HANDLE, "handle") \
	X(AT_START, "first-word-of-all") \
	/* after */ \
	X(AFTER_LEGAL, "legal-form-follows") \
	X(AFTER_CORPORATE, "corporate-word-follows") \
	X(AFTER_CAPITAL, "capital-word-follows") \
	X(AFTER_CAPITAL_HEADLINE, "name-follows-in-headline") \
	X(AFTER_PLACE, "place-word-follows") \
	X(AFTER_CUE, "company-noun-follows") \
	X(AFTER_VERB, "company-verb-follows") \
	X(AFTER_SPEECH, "speech-verb-follows") \
	X(AFTER_POSSESSIVE, "possessive") \
	X(AFTER_NOUN, "plain-noun-follows") \
	X(AFTER_ARTICLE, "article-follows") \
	X(AFTER_JOINED, "joined-to-word-after") \
	X(AFTER_PARTICIPLE, "joined-to-participle") \
	X(AFTER_PUNCT, "punctuation-follows") \
	X(AFTER_END, "ends-sentence") \
	X(AFTER_NUMBER, "number-follows") \
	X(AFTER_AND, "and-or-list") \
	X(AFTER_DOMAIN, "domain-follows") \
	X(IN_LIST, "in-list-of-names") \
	/* tickers and codes */ \
	X(TICKER_ITEM, "own-ticker-in-item") \
	X(TICKER_NEXT, "own-ticker-beside") \
	X(TICKER_SOME_NEXT, "some-ticker-beside") \
	X(TICKER_OTHER_NEXT, "other-ticker-beside") \
	X(TICKER_OTHER_ITEM, "only-other-tickers-in-item") \
	/* the rest of the item */ \
	X(STRONG_FORM, "stronger-form-in-item") \
	X(CONTEXT, "context-word") \
	X(CONTEXT_MORE, "more-context-words") \
	X(CAPITAL_ELSEWHERE, "capital-in-prose-elsewhere") \
	X(BOILERPLATE, "boilerplate") \
	X(OTHER_BEARER, "person-of-that-name-in-item") \
	X(DEFINED_OTHERWISE, "short-for-something-else") \
	X(LIST_WATCHED, "beside-a-watched-name") \
	/* together */ \
	X(START_BARE, "starts-without-support") \
	X(COMMAND, "opens-like-a-command") \
	X(LONGER_COMPANY, "start-of-a-longer-company-name") \
	X(AFTER_ACRONYM, "unknown-acronym-follows") \
	X(BEFORE_OWNER, "after-my-your-her") \
	X(AFTER_OF, "of-follows") \
	X(PLACE_OF, "after-town-of") \
	X(MEASURE, "after-number-and-unit") \
	/* another sense */ \
	X(KNOWN_PAIR, "known-two-word-term") \
	X(COMPOUND_SUBJECT, "noun-then-verb-follows") \
	X(TO_VERB, "to-and-verb-follows") \
	X(VERB_SLOT, "stands-as-a-verb") \
	X(PLACE_NAME, "also-on-the-map") \
	X(WHERE, "says-where") \
	X(AMONG_INDEXES, "among-market-indexes") \
	X(AFTER_VENUE, "venue-or-institution-follows") \
	X(AFTER_TIME, "time-follows") \
	X(AFTER_OTHER_KIND, "after-another-kind-of-thing") \
	X(HEADLINE_SUBJECT, "subject-of-a-headline") \
	X(BUSINESS, "business-word-near") \
	X(BUSINESS_MORE, "more-business-words") \
	X(OTHER_FIELD, "word-of-another-field-near") \
	X(AFTER_TIE, "joined-to-a-partner") \
	X(INDEX_NAME, "also-a-market-index") \
	X(OTHER_FIRST_NAME, "person-with-another-first-name") \
	X(LEGAL_OF_PART, "legal-form-after-part-of-the-name") \
	X(S_VERB, "verb-with-s-and-object-follow") \
	X(OTHER_TICKER_LEADS, "other-ticker-leads") \
	X(BUSINESS_NOUN, "business-noun-follows") \
	X(NOUN_VERB, "noun-with-its-own-verb-follows") \
	X(OTHER_FIELD_ONLY, "only-words-of-other-fields") \
	X(OTHER_FIELD_MORE, "more-words-of-other-fields") \
	/* the phrase */ \
	X(LIVING_NEXT, "beside-living-thing-or-food") \
	X(LIVING_NEAR, "living-thing-or-food-near") \
	X(ARTICLE_HEAD, "article-and-no-noun") \
	X(POSSESSED, "after-a-possessor") \
	X(FIGURE_BEFORE, "after-a-number") \
	X(PLURAL_THEN_VERB, "plural-noun-then-verb") \
	X(HOW_TO, "how-to-line") \
	X(PLACE_FOLLOWS, "place-behind-a-comma") \
	X(COUNTRY_FOLLOWS, "country-follows") \
	X(COPULA, "is-or-was-follows") \
	X(OBJECT, "object-of-a-verb") \
	X(CLAUSE_SUBJECT, "subject-of-a-clause") \
	X(LOWER_LINE, "line-without-capitals") \
	X(LOWER_SUBJECT, "subject-of-such-a-line") \
	X(PART_LOWER, "part-in-lower-case") \
	X(JOINED_ADJECTIVE, "joined-to-adjective") \
	X(PEOPLE_FOLLOW, "people-of-a-place-follow") \
	X(PERSON_ARTICLE, "article-before-person") \
	X(AGE_FOLLOWS, "age-follows") \
	X(OCCUPATION, "after-an-occupation") \
	/* other languages */ \
	X(FOREIGN, "other-language") \
	X(FOREIGN_ARTICLE, "after-foreign-article") \
	X(FOREIGN_PREPOSITION, "after-foreign-preposition") \
	X(FOREIGN_BUSINESS, "joined-to-foreign-business-word") \
	X(FOREIGN_VERB, "foreign-company-verb-follows") \
	X(FOREIGN_START, "starts-without-support-in-other-language")

enum feature {
#define X(id, name) F_##id,
	FEATURES(X)
#undef X
		FEATURE_N
};

/* Which column of weights a candidate is judged by. */
enum name_class {
	CLASS_ORDINARY, /* one word that is also an English word */
	CLASS_PROPER, /* one word that also names a place, a person, ... */
	CLASS_ACRONYM, /* capitals only, at most three letters */
	CLASS_DISTINCT, /* any other */
	CLASS_N
};

extern const char *const feature_names[FEATURE_N];

/* What the rest of the item says of an entity. */
struct entity_evidence {
	unsigned context; /* different context words */
	bool ticker; /* its ticker, in a ticker's dress */
	bool strong_form; /* a form that is sure by itself */
	bool capital; /* a capital in prose, not at a sentence's start */
	bool bearer; /* a person has the name, from bearer_at on */
	uint64_t bearer_at; /* field and byte: see candidate_at */
	bool defined_otherwise; /* "Explainable AI (XAI)" */
};

struct item_evidence {
	unsigned other_tickers; /* dressed, of nobody watched */
	unsigned tickers;
};

struct feature_input {
	const struct lexicon *lex;
	const struct block_name *name;
	struct span text; /* the field */
	uint32_t start, end;
	bool is_title;
	bool in_boilerplate;
	bool ticker_beside, other_ticker_beside;
	bool after_bearer; /* a person of that name came before */
	bool watched_beside; /* another watched name, across a comma or and */
	bool has_tickers; /* the watchlist knows the entity's */
	const struct entity_evidence *entity;
	const struct item_evidence *item;
	const struct around *around;
};

enum name_class features_class(const struct block_name *name);
void features_of(const struct feature_input *in, double out[FEATURE_N]);

#endif
