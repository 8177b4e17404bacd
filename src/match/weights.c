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
	{0.29F, 0.89F, 1.23F, 1.95F}, /* bias */
	{-1.41F, -0.60F, -1.28F, 0.00F}, /* common-word */
	{-0.42F, -0.30F, -1.06F, 0.00F}, /* uncommon-word */
	{0.92F, 0.00F, 0.00F, 0.00F}, /* rare-word */
	{0.26F, -0.83F, 0.24F, 0.00F}, /* also-place-or-surname */
	{-1.75F, 0.60F, 0.00F, 0.00F}, /* also-given-name */
	{0.00F, 0.00F, -1.22F, 0.00F}, /* two-letter-acronym */
	{0.00F, 0.00F, 0.45F, 0.00F}, /* three-letter-acronym */
	{0.00F, -0.30F, 0.00F, -0.44F}, /* all-words-ordinary */
	{0.30F, -0.35F, 0.00F, 0.04F}, /* person */
	{0.00F, 0.00F, 0.00F, 0.00F}, /* product-or-topic */
	{-1.32F, -0.68F, -0.30F, -1.18F}, /* legal-form-left-out */
	{-0.50F, -0.50F, -0.50F, -1.39F}, /* written-together */
	{-0.50F, -0.65F, -0.50F, -1.34F}, /* written-apart */
	{-0.20F, -0.20F, -0.20F, -2.10F}, /* other-variant */
	{-0.60F, -0.50F, -0.60F, -0.67F}, /* s-without-apostrophe */
	{-0.97F, -0.82F, -1.01F, -2.06F}, /* ticker-without-dress */
	{2.29F, 1.44F, 1.58F, 1.13F}, /* capital-in-prose */
	{2.04F, 1.01F, 0.60F, -0.29F}, /* starts-sentence */
	{-0.37F, -0.87F, 0.40F, 0.46F}, /* title-case-headline */
	{0.10F, 0.52F, -0.75F, 0.11F}, /* all-caps-line */
	{0.50F, -0.24F, 0.20F, 0.58F}, /* too-short-to-tell-case */
	{-4.88F, -2.55F, -3.00F, -2.06F}, /* lower-case */
	{0.00F, -1.00F, 0.00F, -2.31F}, /* lower-case-ordinary-words */
	{0.27F, -0.09F, 0.00F, -0.38F}, /* in-capitals-only-here */
	{-0.57F, -0.55F, -2.00F, -0.70F}, /* other-case */
	{-2.71F, -2.25F, -1.00F, -1.50F}, /* after-given-name */
	{-3.94F, -2.55F, -0.99F, -1.57F}, /* after-capital-word */
	{-1.89F, -1.16F, -0.50F, -0.82F}, /* after-name-in-headline */
	{-2.48F, -2.19F, -1.00F, -0.93F}, /* after-person-title */
	{-0.87F, -1.02F, -0.03F, 0.02F}, /* after-article */
	{0.63F, 0.65F, -0.12F, 0.20F}, /* after-preposition */
	{0.84F, 0.85F, 0.62F, 0.30F}, /* after-company-word */
	{-0.36F, -0.16F, -0.28F, -0.09F}, /* after-adjective */
	{-0.97F, -1.39F, 0.06F, 0.35F}, /* after-plain-noun */
	{-1.73F, -0.93F, -1.51F, -1.00F}, /* joined-to-word-before */
	{0.00F, 0.00F, 0.00F, -2.00F}, /* end-of-a-longer-name */
	{-1.50F, -1.25F, -1.00F, -1.00F}, /* after-of-a-longer-name */
	{0.20F, 0.28F, 0.20F, 0.30F}, /* hashtag */
	{0.20F, 0.20F, 0.00F, 0.20F}, /* handle */
	{1.54F, -0.06F, -0.07F, 1.49F}, /* first-word-of-all */
	{1.83F, 1.53F, 1.20F, -0.48F}, /* legal-form-follows */
	{0.22F, -0.38F, -0.49F, -0.80F}, /* corporate-word-follows */
	{-2.72F, -2.17F, -1.43F, -3.32F}, /* capital-word-follows */
	{-1.34F, -1.14F, -0.50F, -1.77F}, /* name-follows-in-headline */
	{-3.46F, -2.25F, -1.50F, -1.50F}, /* place-word-follows */
	{1.69F, 0.94F, 1.09F, 0.46F}, /* company-noun-follows */
	{1.42F, 1.08F, 1.15F, 0.78F}, /* company-verb-follows */
	{1.06F, 1.01F, 0.64F, 0.59F}, /* speech-verb-follows */
	{1.89F, 1.28F, 0.75F, 0.94F}, /* possessive */
	{-0.27F, -0.24F, -0.23F, -0.45F}, /* plain-noun-follows */
	{-0.82F, -0.10F, -0.17F, 0.16F}, /* article-follows */
	{-0.85F, -0.60F, -0.58F, -0.39F}, /* joined-to-word-after */
	{0.32F, 0.53F, 0.77F, 0.09F}, /* punctuation-follows */
	{-0.24F, -0.23F, 0.47F, 0.16F}, /* ends-sentence */
	{-0.30F, -0.15F, -0.18F, 0.16F}, /* number-follows */
	{1.53F, 0.51F, 0.27F, 0.66F}, /* and-or-list */
	{-0.31F, -0.36F, -1.83F, -0.47F}, /* domain-follows */
	{1.56F, 1.59F, 0.21F, 0.13F}, /* in-list-of-names */
	{3.50F, 2.25F, 2.00F, 1.03F}, /* own-ticker-in-item */
	{4.26F, 3.04F, 3.00F, 2.56F}, /* own-ticker-beside */
	{2.19F, 1.90F, 1.07F, 1.76F}, /* some-ticker-beside */
	{-1.71F, -1.66F, -1.50F, -1.20F}, /* other-ticker-beside */
	{-1.15F, -0.49F, -0.59F, 0.27F}, /* only-other-tickers-in-item */
	{2.84F, 1.06F, 2.65F, 1.17F}, /* stronger-form-in-item */
	{2.73F, 1.13F, 1.00F, 0.62F}, /* context-word */
	{0.76F, 0.43F, 0.40F, 0.23F}, /* more-context-words */
	{1.83F, 1.19F, 0.80F, -0.01F}, /* capital-in-prose-elsewhere */
	{-3.59F, -3.50F, -3.37F, -3.30F}, /* boilerplate */
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
