/*
 * The weights. Rows in the order of FEATURES, columns: a name that is also an
 * English word or a name of something else; an acronym of at most three
 * letters; any other. Made by data/train.py.
 */
#include "match/weights.h"

#include <math.h>

/* clang-format off */
const float weights_table[FEATURE_N][CLASS_N] = {
/* BEGIN TABLE */
	{-0.60F, 0.80F, 2.60F}, /* bias */
	{-1.20F, -0.60F, 0.00F}, /* common-word */
	{-0.60F, -0.30F, 0.00F}, /* uncommon-word */
	{0.00F, 0.00F, 0.00F}, /* rare-word */
	{-0.10F, 0.00F, 0.00F}, /* also-place-or-surname */
	{-0.80F, 0.00F, 0.00F}, /* also-given-name */
	{0.00F, -1.00F, 0.00F}, /* two-letter-acronym */
	{0.00F, -0.20F, 0.00F}, /* three-letter-acronym */
	{0.00F, 0.00F, -0.60F}, /* all-words-ordinary */
	{0.00F, 0.00F, 0.00F}, /* person */
	{0.00F, 0.00F, 0.00F}, /* product-or-topic */
	{-0.60F, -0.30F, -0.10F}, /* legal-form-left-out */
	{-0.50F, -0.50F, -0.50F}, /* written-together */
	{-0.50F, -0.50F, -0.80F}, /* written-apart */
	{-0.20F, -0.20F, -0.20F}, /* other-variant */
	{-1.00F, -1.00F, -1.00F}, /* ticker-without-dress */
	{2.40F, 0.80F, 0.60F}, /* capital-in-prose */
	{0.80F, 0.60F, 0.40F}, /* starts-sentence */
	{0.20F, 0.40F, 0.30F}, /* title-case-headline */
	{-0.40F, -0.40F, 0.10F}, /* all-caps-line */
	{0.60F, 0.20F, 0.20F}, /* too-short-to-tell-case */
	{-3.50F, -3.00F, -1.60F}, /* lower-case */
	{-0.80F, 0.00F, -0.20F}, /* in-capitals-only-here */
	{-0.80F, -2.00F, -0.30F}, /* other-case */
	{-3.00F, -1.00F, -1.50F}, /* after-given-name */
	{-2.40F, -1.00F, -0.90F}, /* after-capital-word */
	{-1.20F, -0.50F, -0.50F}, /* after-name-in-headline */
	{-2.50F, -1.00F, -1.00F}, /* after-person-title */
	{-1.20F, -0.30F, -0.40F}, /* after-article */
	{0.60F, 0.30F, 0.20F}, /* after-preposition */
	{0.90F, 0.40F, 0.30F}, /* after-company-word */
	{-0.70F, -0.30F, -0.20F}, /* after-adjective */
	{-0.90F, -0.20F, -0.20F}, /* after-plain-noun */
	{-1.50F, -1.50F, -1.00F}, /* joined-to-word-before */
	{-1.50F, -1.00F, -1.00F}, /* after-of-a-longer-name */
	{0.20F, 0.20F, 0.30F}, /* hashtag */
	{0.20F, 0.00F, 0.20F}, /* handle */
	{0.30F, 0.20F, 0.10F}, /* first-word-of-all */
	{2.50F, 1.50F, 0.80F}, /* legal-form-follows */
	{0.00F, -0.50F, -0.40F}, /* corporate-word-follows */
	{-2.20F, -1.00F, -0.90F}, /* capital-word-follows */
	{-1.00F, -0.50F, -0.50F}, /* name-follows-in-headline */
	{-3.00F, -1.50F, -1.50F}, /* place-word-follows */
	{1.60F, 0.60F, 0.40F}, /* company-noun-follows */
	{1.60F, 0.60F, 0.40F}, /* company-verb-follows */
	{1.00F, 0.50F, 0.30F}, /* speech-verb-follows */
	{1.50F, 0.60F, 0.40F}, /* possessive */
	{-0.80F, -0.20F, -0.10F}, /* plain-noun-follows */
	{-0.80F, -0.20F, 0.00F}, /* article-follows */
	{-0.80F, -0.60F, -0.40F}, /* joined-to-word-after */
	{0.00F, 0.00F, 0.00F}, /* punctuation-follows */
	{-0.10F, 0.00F, 0.00F}, /* ends-sentence */
	{-0.30F, -0.20F, 0.00F}, /* number-follows */
	{0.20F, 0.10F, 0.10F}, /* and-or-list */
	{-0.80F, -0.80F, -0.40F}, /* domain-follows */
	{3.00F, 2.00F, 1.00F}, /* own-ticker-in-item */
	{4.00F, 3.00F, 2.00F}, /* own-ticker-beside */
	{-2.00F, -1.50F, -1.20F}, /* other-ticker-beside */
	{-0.80F, -0.40F, -0.10F}, /* only-other-tickers-in-item */
	{2.50F, 2.00F, 1.00F}, /* stronger-form-in-item */
	{1.60F, 1.00F, 0.50F}, /* context-word */
	{0.60F, 0.40F, 0.20F}, /* more-context-words */
	{1.50F, 0.80F, 0.40F}, /* capital-in-prose-elsewhere */
	{-3.50F, -3.50F, -3.50F}, /* boilerplate */
	/* END TABLE */
};
/* clang-format on */

double
weights_apply(const double f[FEATURE_N], enum name_class class)
{
	double z = 0;
	size_t i;

	for (i = 0; i < FEATURE_N; i++)
		z += f[i] * (double)weights_table[i][class];
	return 1 / (1 + exp(-z));
}
