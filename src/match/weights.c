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
	{0.30F, 0.95F, 1.38F, 1.93F}, /* bias */
	{-1.39F, -0.60F, -1.00F, 0.00F}, /* common-word */
	{-0.41F, -0.30F, -1.03F, 0.00F}, /* uncommon-word */
	{0.90F, 0.00F, 0.00F, 0.00F}, /* rare-word */
	{0.27F, -0.77F, 0.21F, 0.00F}, /* also-place-or-surname */
	{-1.69F, 0.57F, 0.00F, 0.00F}, /* also-given-name */
	{0.00F, 0.00F, -1.18F, 0.00F}, /* two-letter-acronym */
	{0.00F, 0.00F, 0.56F, 0.00F}, /* three-letter-acronym */
	{0.00F, -0.30F, 0.00F, -0.39F}, /* all-words-ordinary */
	{0.51F, -0.39F, 0.00F, 0.04F}, /* person */
	{0.00F, 0.00F, 0.00F, 0.00F}, /* product-or-topic */
	{-1.32F, -0.68F, -0.30F, -1.18F}, /* legal-form-left-out */
	{-0.50F, -0.50F, -0.50F, -1.39F}, /* written-together */
	{-0.50F, -0.65F, -0.50F, -1.35F}, /* written-apart */
	{-0.20F, -0.20F, -0.20F, -2.10F}, /* other-variant */
	{-0.60F, -0.50F, -0.60F, -0.68F}, /* s-without-apostrophe */
	{-1.00F, -0.82F, -0.69F, -2.09F}, /* ticker-without-dress */
	{2.27F, 1.55F, 1.39F, 1.18F}, /* capital-in-prose */
	{2.04F, 0.99F, 0.60F, -0.28F}, /* starts-sentence */
	{-0.37F, -0.88F, 0.40F, 0.47F}, /* title-case-headline */
	{0.10F, 0.53F, -0.41F, 0.11F}, /* all-caps-line */
	{0.55F, -0.23F, 0.20F, 0.47F}, /* too-short-to-tell-case */
	{-4.88F, -2.55F, -3.00F, -2.07F}, /* lower-case */
	{0.00F, -1.00F, 0.00F, -2.32F}, /* lower-case-ordinary-words */
	{0.26F, -0.10F, 0.00F, -0.38F}, /* in-capitals-only-here */
	{-0.57F, -0.55F, -2.00F, -0.67F}, /* other-case */
	{-3.97F, -4.50F, -1.00F, -2.00F}, /* after-given-name */
	{-3.93F, -2.61F, -0.99F, -1.33F}, /* after-capital-word */
	{-1.89F, -1.15F, -0.50F, -0.82F}, /* after-name-in-headline */
	{-2.47F, -2.22F, -1.00F, -0.93F}, /* after-person-title */
	{-0.89F, -1.11F, -0.04F, 0.01F}, /* after-article */
	{0.62F, 0.54F, 0.03F, 0.17F}, /* after-preposition */
	{0.84F, 0.81F, 0.61F, 0.29F}, /* after-company-word */
	{-0.37F, -0.18F, -0.28F, -0.10F}, /* after-adjective */
	{-0.99F, -1.47F, 0.26F, 0.35F}, /* after-plain-noun */
	{-1.73F, -0.96F, -1.51F, -1.00F}, /* joined-to-word-before */
	{0.00F, 0.00F, 0.00F, -2.21F}, /* end-of-a-longer-name */
	{-1.50F, -1.25F, -1.00F, -1.00F}, /* after-of-a-longer-name */
	{0.20F, 0.28F, 0.20F, 0.30F}, /* hashtag */
	{0.20F, 0.20F, 0.00F, 0.20F}, /* handle */
	{1.55F, -0.10F, -0.17F, 1.48F}, /* first-word-of-all */
	{1.81F, 1.51F, 1.18F, -0.48F}, /* legal-form-follows */
	{0.20F, -0.40F, -0.49F, -0.80F}, /* corporate-word-follows */
	{-2.65F, -2.17F, -1.49F, -3.33F}, /* capital-word-follows */
	{-1.35F, -1.14F, -0.50F, -1.77F}, /* name-follows-in-headline */
	{-3.47F, -2.25F, -1.50F, -1.50F}, /* place-word-follows */
	{1.68F, 0.89F, 1.06F, 0.47F}, /* company-noun-follows */
	{1.40F, 1.04F, 1.09F, 0.78F}, /* company-verb-follows */
	{1.06F, 0.99F, 0.63F, 0.59F}, /* speech-verb-follows */
	{1.88F, 1.25F, 0.73F, 0.94F}, /* possessive */
	{-0.32F, -0.34F, -0.34F, -0.39F}, /* plain-noun-follows */
	{-0.82F, -0.14F, -0.17F, 0.16F}, /* article-follows */
	{-2.71F, -2.50F, -0.98F, -0.59F}, /* joined-to-word-after */
	{0.80F, 0.60F, 0.40F, 0.30F}, /* joined-to-participle */
	{0.31F, 0.68F, 0.73F, 0.09F}, /* punctuation-follows */
	{-0.25F, -0.26F, 0.39F, 0.18F}, /* ends-sentence */
	{-0.30F, -0.15F, -0.18F, 0.15F}, /* number-follows */
	{1.53F, 0.48F, 0.28F, 0.65F}, /* and-or-list */
	{-0.31F, -0.35F, -1.82F, -0.47F}, /* domain-follows */
	{1.50F, 1.53F, 0.16F, 0.13F}, /* in-list-of-names */
	{3.49F, 2.22F, 2.00F, 1.03F}, /* own-ticker-in-item */
	{4.26F, 3.03F, 3.00F, 2.58F}, /* own-ticker-beside */
	{2.19F, 1.88F, 1.06F, 1.75F}, /* some-ticker-beside */
	{-1.71F, -1.67F, -1.50F, -1.20F}, /* other-ticker-beside */
	{-1.10F, -0.55F, -0.62F, 0.26F}, /* only-other-tickers-in-item */
	{3.05F, 1.05F, 2.67F, 1.13F}, /* stronger-form-in-item */
	{2.85F, 1.12F, 1.00F, 0.62F}, /* context-word */
	{0.83F, 0.43F, 0.40F, 0.23F}, /* more-context-words */
	{1.82F, 1.19F, 0.80F, 0.02F}, /* capital-in-prose-elsewhere */
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
