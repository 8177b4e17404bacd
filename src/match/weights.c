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
	{0.23F, 1.03F, 1.17F, 1.75F}, /* bias */
	{-1.47F, -0.60F, -1.19F, 0.00F}, /* common-word */
	{-0.21F, -0.30F, -0.81F, 0.00F}, /* uncommon-word */
	{0.71F, 0.00F, 0.00F, 0.00F}, /* rare-word */
	{0.52F, -0.62F, -0.17F, 0.00F}, /* also-place-or-surname */
	{-1.23F, 0.39F, 0.00F, 0.00F}, /* also-given-name */
	{0.00F, 0.00F, -1.40F, 0.00F}, /* two-letter-acronym */
	{0.00F, 0.00F, 0.57F, 0.00F}, /* three-letter-acronym */
	{0.00F, -0.30F, 0.00F, -0.42F}, /* all-words-ordinary */
	{0.54F, -0.24F, 0.00F, 0.07F}, /* person */
	{0.00F, 0.00F, 0.00F, 0.00F}, /* product-or-topic */
	{-1.19F, -0.61F, -0.30F, -0.98F}, /* legal-form-left-out */
	{-0.50F, -0.50F, -0.50F, -1.14F}, /* written-together */
	{-0.50F, -0.65F, -0.50F, -1.24F}, /* written-apart */
	{-0.08F, -0.20F, -0.20F, -1.80F}, /* other-variant */
	{-0.60F, -0.50F, -0.60F, -0.31F}, /* s-without-apostrophe */
	{-1.00F, -0.95F, -0.64F, -2.02F}, /* ticker-without-dress */
	{2.45F, 1.57F, 1.32F, 1.24F}, /* capital-in-prose */
	{2.25F, 0.78F, 0.60F, -0.22F}, /* starts-sentence */
	{-0.41F, -0.62F, 0.40F, 0.19F}, /* title-case-headline */
	{-0.46F, -0.15F, -0.40F, 0.15F}, /* all-caps-line */
	{0.23F, 0.40F, 0.20F, 0.06F}, /* too-short-to-tell-case */
	{-4.53F, -2.55F, -3.15F, -2.11F}, /* lower-case */
	{0.00F, -1.00F, 0.00F, -2.22F}, /* lower-case-ordinary-words */
	{0.35F, -0.05F, 0.00F, -0.13F}, /* in-capitals-only-here */
	{-0.56F, -0.55F, -2.00F, -0.53F}, /* other-case */
	{-5.53F, -6.00F, -1.00F, -2.00F}, /* after-given-name */
	{-3.94F, -2.32F, -0.99F, -1.15F}, /* after-capital-word */
	{-1.89F, -1.02F, -0.50F, -0.74F}, /* after-name-in-headline */
	{-2.63F, -2.00F, -1.00F, -0.94F}, /* after-person-title */
	{-1.00F, -0.86F, -0.20F, 0.01F}, /* after-article */
	{0.75F, 0.44F, 0.24F, 0.13F}, /* after-preposition */
	{1.22F, 0.75F, 0.59F, 0.30F}, /* after-company-word */
	{-0.46F, -0.26F, -0.28F, -0.08F}, /* after-adjective */
	{-1.28F, -0.43F, -0.06F, 0.40F}, /* after-plain-noun */
	{-1.61F, -1.01F, -1.54F, -1.00F}, /* joined-to-word-before */
	{0.00F, 0.00F, 0.00F, -2.17F}, /* end-of-a-longer-name */
	{-1.50F, -1.25F, -1.00F, -1.00F}, /* after-of-a-longer-name */
	{0.20F, 0.27F, 0.20F, 0.30F}, /* hashtag */
	{0.20F, 0.20F, 0.00F, 0.20F}, /* handle */
	{1.41F, -0.22F, -0.14F, 1.39F}, /* first-word-of-all */
	{2.13F, 1.51F, 1.29F, -0.24F}, /* legal-form-follows */
	{-0.16F, -0.26F, -0.48F, -0.62F}, /* corporate-word-follows */
	{-2.43F, -2.19F, -1.57F, -3.03F}, /* capital-word-follows */
	{-1.31F, -1.00F, -1.28F, -1.86F}, /* name-follows-in-headline */
	{-3.24F, -2.25F, -1.50F, -2.47F}, /* place-word-follows */
	{1.77F, 1.00F, 1.14F, 0.51F}, /* company-noun-follows */
	{1.45F, 1.21F, 1.08F, 0.95F}, /* company-verb-follows */
	{0.97F, 0.79F, 0.66F, 0.57F}, /* speech-verb-follows */
	{1.80F, 1.18F, 0.74F, 0.90F}, /* possessive */
	{-0.69F, -0.52F, -0.45F, -0.46F}, /* plain-noun-follows */
	{-0.99F, -0.22F, -0.17F, 0.13F}, /* article-follows */
	{-2.87F, -2.50F, -1.01F, -0.59F}, /* joined-to-word-after */
	{0.80F, 0.60F, 0.40F, 0.30F}, /* joined-to-participle */
	{0.06F, 0.68F, 0.54F, 0.18F}, /* punctuation-follows */
	{-0.13F, -0.32F, 0.28F, 0.18F}, /* ends-sentence */
	{-0.30F, -0.15F, -0.18F, 0.11F}, /* number-follows */
	{0.88F, 0.29F, -0.13F, 0.45F}, /* and-or-list */
	{-0.45F, -0.33F, -1.37F, -0.54F}, /* domain-follows */
	{1.16F, 1.02F, -0.17F, 0.05F}, /* in-list-of-names */
	{3.29F, 2.09F, 2.00F, 1.14F}, /* own-ticker-in-item */
	{4.08F, 3.01F, 3.00F, 2.19F}, /* own-ticker-beside */
	{2.14F, 1.81F, 1.24F, 1.64F}, /* some-ticker-beside */
	{-1.80F, -1.63F, -1.50F, -1.20F}, /* other-ticker-beside */
	{-0.73F, -0.57F, -0.33F, 0.24F}, /* only-other-tickers-in-item */
	{3.06F, 1.22F, 2.66F, 1.24F}, /* stronger-form-in-item */
	{2.61F, 1.07F, 1.00F, 0.56F}, /* context-word */
	{0.84F, 0.41F, 0.40F, 0.22F}, /* more-context-words */
	{1.75F, 1.27F, 0.73F, 0.41F}, /* capital-in-prose-elsewhere */
	{-3.68F, -3.50F, -3.50F, -3.61F}, /* boilerplate */
	{-4.29F, -3.00F, -1.00F, -0.50F}, /* person-of-that-name-in-item */
	{-3.00F, -3.00F, -4.00F, -3.29F}, /* short-for-something-else */
	{1.65F, 1.01F, 1.29F, 0.67F}, /* beside-a-watched-name */
	{-1.53F, 0.00F, 0.00F, 0.00F}, /* starts-without-support */
	{-2.49F, 0.00F, 0.00F, 0.00F}, /* opens-like-a-command */
	{-2.03F, -1.41F, -1.00F, -0.12F}, /* start-of-a-longer-company-name */
	{-0.49F, -0.76F, -0.78F, -0.39F}, /* unknown-acronym-follows */
	{-1.56F, -1.00F, -2.69F, -0.72F}, /* after-my-your-her */
	{-1.52F, -1.00F, -0.50F, -0.29F}, /* of-follows */
	{-1.50F, -1.50F, -1.00F, -1.00F}, /* after-town-of */
	{-3.50F, -3.70F, -0.46F, 0.01F}, /* after-number-and-unit */
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
