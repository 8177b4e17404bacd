/*
 * The weights. Rows in the order of FEATURES, columns: a name that is also an
 * English word; one that also names a place or a person; an acronym of at most
 * three letters; any other. Made by data/train.py.
 */
#include "match/weights.h"

#include <math.h>

/* clang-format off */
const float weights_table[FEATURE_N][CLASS_N] = {
/* BEGIN TABLE */
	{0.30F, 0.95F, 1.33F, 1.90F}, /* bias */
	{-1.35F, -0.60F, -1.00F, 0.00F}, /* common-word */
	{-0.29F, -0.30F, -1.04F, 0.00F}, /* uncommon-word */
	{0.74F, 0.00F, 0.00F, 0.00F}, /* rare-word */
	{0.30F, -0.77F, 0.23F, 0.00F}, /* also-place-or-surname */
	{-1.63F, 0.57F, 0.00F, 0.00F}, /* also-given-name */
	{0.00F, 0.00F, -1.17F, 0.00F}, /* two-letter-acronym */
	{0.00F, 0.00F, 0.50F, 0.00F}, /* three-letter-acronym */
	{0.00F, -0.30F, 0.00F, -0.52F}, /* all-words-ordinary */
	{0.52F, -0.39F, 0.00F, 0.03F}, /* person */
	{0.00F, 0.00F, 0.00F, 0.00F}, /* product-or-topic */
	{-1.30F, -0.68F, -0.30F, -1.17F}, /* legal-form-left-out */
	{-0.50F, -0.50F, -0.50F, -1.36F}, /* written-together */
	{-0.50F, -0.65F, -0.50F, -1.31F}, /* written-apart */
	{-0.20F, -0.20F, -0.20F, -2.07F}, /* other-variant */
	{-0.60F, -0.50F, -0.60F, -0.40F}, /* s-without-apostrophe */
	{-1.00F, -0.82F, -0.64F, -2.03F}, /* ticker-without-dress */
	{2.19F, 1.55F, 1.34F, 1.11F}, /* capital-in-prose */
	{2.29F, 0.99F, 0.60F, -0.24F}, /* starts-sentence */
	{-0.43F, -0.88F, 0.40F, 0.43F}, /* title-case-headline */
	{0.10F, 0.53F, -0.41F, 0.11F}, /* all-caps-line */
	{0.50F, -0.23F, 0.20F, 0.46F}, /* too-short-to-tell-case */
	{-4.88F, -2.55F, -3.00F, -2.04F}, /* lower-case */
	{0.00F, -1.00F, 0.00F, -2.29F}, /* lower-case-ordinary-words */
	{0.19F, -0.10F, 0.00F, -0.42F}, /* in-capitals-only-here */
	{-0.57F, -0.55F, -2.00F, -0.61F}, /* other-case */
	{-3.97F, -4.50F, -1.00F, -2.00F}, /* after-given-name */
	{-4.15F, -2.61F, -0.98F, -1.32F}, /* after-capital-word */
	{-1.89F, -1.15F, -0.50F, -0.82F}, /* after-name-in-headline */
	{-2.47F, -2.22F, -1.00F, -0.93F}, /* after-person-title */
	{-0.91F, -1.11F, -0.01F, -0.04F}, /* after-article */
	{0.56F, 0.54F, 0.10F, 0.16F}, /* after-preposition */
	{0.87F, 0.81F, 0.62F, 0.29F}, /* after-company-word */
	{-0.42F, -0.18F, -0.28F, -0.09F}, /* after-adjective */
	{-1.01F, -1.47F, 0.31F, 0.36F}, /* after-plain-noun */
	{-1.74F, -0.96F, -1.51F, -1.00F}, /* joined-to-word-before */
	{0.00F, 0.00F, 0.00F, -2.19F}, /* end-of-a-longer-name */
	{-1.50F, -1.25F, -1.00F, -1.00F}, /* after-of-a-longer-name */
	{0.20F, 0.28F, 0.20F, 0.30F}, /* hashtag */
	{0.20F, 0.20F, 0.00F, 0.20F}, /* handle */
	{1.47F, -0.10F, -0.10F, 1.32F}, /* first-word-of-all */
	{1.81F, 1.51F, 1.19F, -0.46F}, /* legal-form-follows */
	{0.19F, -0.40F, -0.49F, -0.79F}, /* corporate-word-follows */
	{-2.68F, -2.17F, -1.73F, -3.35F}, /* capital-word-follows */
	{-1.33F, -1.14F, -0.50F, -1.73F}, /* name-follows-in-headline */
	{-3.48F, -2.25F, -1.50F, -1.50F}, /* place-word-follows */
	{1.69F, 0.89F, 1.09F, 0.45F}, /* company-noun-follows */
	{1.38F, 1.04F, 1.12F, 0.87F}, /* company-verb-follows */
	{1.12F, 0.99F, 0.64F, 0.59F}, /* speech-verb-follows */
	{1.88F, 1.25F, 0.74F, 0.94F}, /* possessive */
	{-0.40F, -0.34F, -0.29F, -0.38F}, /* plain-noun-follows */
	{-0.83F, -0.14F, -0.17F, 0.13F}, /* article-follows */
	{-2.73F, -2.50F, -0.97F, -0.59F}, /* joined-to-word-after */
	{0.80F, 0.60F, 0.40F, 0.30F}, /* joined-to-participle */
	{0.28F, 0.68F, 0.67F, 0.03F}, /* punctuation-follows */
	{-0.00F, -0.26F, 0.41F, 0.16F}, /* ends-sentence */
	{-0.30F, -0.15F, -0.18F, 0.16F}, /* number-follows */
	{1.52F, 0.48F, 0.28F, 0.64F}, /* and-or-list */
	{-0.31F, -0.35F, -1.81F, -0.51F}, /* domain-follows */
	{1.44F, 1.53F, 0.23F, 0.16F}, /* in-list-of-names */
	{3.49F, 2.22F, 2.00F, 1.03F}, /* own-ticker-in-item */
	{4.24F, 3.03F, 3.00F, 2.58F}, /* own-ticker-beside */
	{2.20F, 1.88F, 1.08F, 1.73F}, /* some-ticker-beside */
	{-1.69F, -1.67F, -1.50F, -1.20F}, /* other-ticker-beside */
	{-1.02F, -0.55F, -0.58F, 0.26F}, /* only-other-tickers-in-item */
	{3.06F, 1.05F, 2.66F, 1.46F}, /* stronger-form-in-item */
	{2.87F, 1.12F, 1.00F, 0.60F}, /* context-word */
	{0.83F, 0.43F, 0.40F, 0.22F}, /* more-context-words */
	{1.79F, 1.19F, 0.80F, 0.21F}, /* capital-in-prose-elsewhere */
	{-3.88F, -3.50F, -3.50F, -3.50F}, /* boilerplate */
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
