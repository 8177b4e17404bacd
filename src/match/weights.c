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
	{0.19F, 1.03F, 1.00F, 1.63F}, /* bias */
	{-1.10F, -0.60F, -1.06F, 0.00F}, /* common-word */
	{-0.51F, -0.30F, -0.74F, 0.00F}, /* uncommon-word */
	{0.61F, 0.00F, 0.00F, 0.00F}, /* rare-word */
	{0.36F, -0.37F, -0.11F, 0.00F}, /* also-place-or-surname */
	{-1.25F, 0.06F, 0.00F, 0.00F}, /* also-given-name */
	{0.00F, 0.00F, -1.47F, 0.00F}, /* two-letter-acronym */
	{0.00F, 0.00F, 0.47F, 0.00F}, /* three-letter-acronym */
	{0.00F, -0.30F, 0.00F, -0.36F}, /* all-words-ordinary */
	{0.75F, -0.04F, 0.00F, 0.10F}, /* person */
	{0.00F, 0.00F, 0.00F, 0.00F}, /* product-or-topic */
	{-1.15F, -0.59F, -0.30F, -0.88F}, /* legal-form-left-out */
	{-0.50F, -0.50F, -0.50F, -1.04F}, /* written-together */
	{-0.50F, -0.65F, -0.50F, -1.16F}, /* written-apart */
	{0.01F, -0.20F, -0.20F, -1.56F}, /* other-variant */
	{-0.60F, -0.50F, -0.60F, -0.30F}, /* s-without-apostrophe */
	{-1.00F, -0.82F, -0.66F, -1.91F}, /* ticker-without-dress */
	{2.34F, 1.34F, 1.38F, 1.14F}, /* capital-in-prose */
	{2.01F, 0.76F, 0.60F, -0.32F}, /* starts-sentence */
	{-0.16F, -0.49F, 0.40F, 0.18F}, /* title-case-headline */
	{0.19F, 0.14F, -0.68F, 0.14F}, /* all-caps-line */
	{0.36F, 0.41F, 0.20F, 0.17F}, /* too-short-to-tell-case */
	{-4.65F, -2.59F, -3.11F, -2.15F}, /* lower-case */
	{0.00F, -1.00F, 0.00F, -2.20F}, /* lower-case-ordinary-words */
	{-0.20F, -0.19F, 0.00F, -0.15F}, /* in-capitals-only-here */
	{-0.59F, -0.55F, -2.00F, -0.49F}, /* other-case */
	{-5.40F, -6.04F, -1.00F, -2.00F}, /* after-given-name */
	{-3.71F, -2.12F, -0.99F, -1.08F}, /* after-capital-word */
	{-2.06F, -0.88F, -0.50F, -0.70F}, /* after-name-in-headline */
	{-2.52F, -2.01F, -1.00F, -0.95F}, /* after-person-title */
	{-0.89F, -0.55F, -0.20F, -0.06F}, /* after-article */
	{0.54F, 0.51F, 0.26F, 0.18F}, /* after-preposition */
	{1.14F, 0.72F, 0.55F, 0.31F}, /* after-company-word */
	{-0.71F, -0.73F, -0.28F, -0.11F}, /* after-adjective */
	{-1.65F, -0.42F, -0.05F, 0.36F}, /* after-plain-noun */
	{-1.68F, -1.22F, -1.53F, -1.00F}, /* joined-to-word-before */
	{0.00F, 0.00F, 0.00F, -2.10F}, /* end-of-a-longer-name */
	{-1.50F, -1.25F, -1.00F, -1.00F}, /* after-of-a-longer-name */
	{0.20F, 0.26F, 0.20F, 0.30F}, /* hashtag */
	{0.20F, 0.20F, 0.00F, 0.20F}, /* handle */
	{1.17F, -0.31F, -0.09F, 1.31F}, /* first-word-of-all */
	{2.25F, 1.49F, 1.31F, -0.16F}, /* legal-form-follows */
	{-0.23F, -0.22F, -0.48F, -0.59F}, /* corporate-word-follows */
	{-1.77F, -1.86F, -1.68F, -2.83F}, /* capital-word-follows */
	{-1.30F, -0.93F, -1.26F, -1.73F}, /* name-follows-in-headline */
	{-3.06F, -2.37F, -1.50F, -2.35F}, /* place-word-follows */
	{1.76F, 1.02F, 1.05F, 0.52F}, /* company-noun-follows */
	{1.33F, 1.21F, 1.02F, 0.93F}, /* company-verb-follows */
	{0.88F, 0.94F, 0.64F, 0.55F}, /* speech-verb-follows */
	{1.73F, 1.08F, 0.72F, 0.86F}, /* possessive */
	{-0.64F, -0.61F, -0.32F, -0.40F}, /* plain-noun-follows */
	{-1.01F, -0.29F, -0.18F, 0.12F}, /* article-follows */
	{-3.07F, -2.50F, -1.03F, -1.64F}, /* joined-to-word-after */
	{0.81F, 0.60F, 0.40F, 0.30F}, /* joined-to-participle */
	{-0.09F, 0.27F, 0.47F, 0.16F}, /* punctuation-follows */
	{-0.05F, -0.30F, 0.26F, 0.21F}, /* ends-sentence */
	{-0.30F, -0.18F, -0.18F, 0.13F}, /* number-follows */
	{0.75F, 0.48F, 0.03F, 0.43F}, /* and-or-list */
	{-0.57F, -0.45F, -1.52F, -0.56F}, /* domain-follows */
	{1.47F, 1.18F, -0.10F, 0.06F}, /* in-list-of-names */
	{3.31F, 2.18F, 2.00F, 1.14F}, /* own-ticker-in-item */
	{4.12F, 3.02F, 3.00F, 2.17F}, /* own-ticker-beside */
	{2.00F, 1.70F, 1.18F, 1.54F}, /* some-ticker-beside */
	{-1.82F, -1.60F, -1.50F, -1.20F}, /* other-ticker-beside */
	{-1.17F, -0.29F, -0.52F, 0.10F}, /* only-other-tickers-in-item */
	{3.28F, 1.29F, 2.51F, 1.41F}, /* stronger-form-in-item */
	{2.68F, 1.07F, 1.00F, 0.56F}, /* context-word */
	{0.87F, 0.40F, 0.40F, 0.21F}, /* more-context-words */
	{1.85F, 1.05F, 0.80F, 0.33F}, /* capital-in-prose-elsewhere */
	{-5.98F, -5.50F, -5.00F, -5.08F}, /* boilerplate */
	{-4.19F, -3.00F, -1.00F, -0.50F}, /* person-of-that-name-in-item */
	{-3.00F, -3.00F, -4.00F, -3.25F}, /* short-for-something-else */
	{1.46F, 1.04F, 1.25F, 0.65F}, /* beside-a-watched-name */
	{-1.98F, 0.00F, 0.00F, 0.00F}, /* starts-without-support */
	{-2.43F, 0.00F, 0.00F, 0.00F}, /* opens-like-a-command */
	{-2.03F, -1.44F, -1.00F, -0.15F}, /* start-of-a-longer-company-name */
	{-0.44F, -0.86F, -0.73F, -0.39F}, /* unknown-acronym-follows */
	{-1.69F, -1.00F, -2.67F, -0.66F}, /* after-my-your-her */
	{-1.53F, -1.00F, -0.50F, -0.29F}, /* of-follows */
	{-1.50F, -1.50F, -1.00F, -1.00F}, /* after-town-of */
	{-3.50F, -3.67F, -0.47F, 0.01F}, /* after-number-and-unit */
	{-1.84F, -1.57F, -0.50F, -0.47F}, /* known-two-word-term */
	{-1.32F, -0.65F, -0.18F, -0.26F}, /* noun-then-verb-follows */
	{0.58F, 0.59F, 0.46F, 0.03F}, /* to-and-verb-follows */
	{-2.44F, -1.50F, -0.50F, 0.00F}, /* stands-as-a-verb */
	{-0.77F, -0.83F, 0.27F, -0.20F}, /* also-on-the-map */
	{-0.96F, -0.50F, -0.20F, 0.00F}, /* says-where */
	{0.10F, -1.22F, -0.20F, 0.56F}, /* among-market-indexes */
	{-1.04F, -1.62F, -1.00F, -1.65F}, /* venue-or-institution-follows */
	{-1.97F, -0.50F, -0.15F, 0.10F}, /* time-follows */
	{-2.05F, -2.00F, -1.00F, -1.50F}, /* after-another-kind-of-thing */
	{1.21F, 0.42F, 0.30F, 0.12F}, /* subject-of-a-headline */
	{0.89F, 0.56F, 0.21F, 0.23F}, /* business-word-near */
	{0.67F, 0.24F, 0.60F, 0.40F}, /* more-business-words */
	{-0.84F, -0.41F, 0.11F, 0.08F}, /* word-of-another-field-near */
	{0.97F, 0.60F, 0.41F, 0.30F}, /* joined-to-a-partner */
	{0.89F, -1.78F, -0.50F, 0.24F}, /* also-a-market-index */
	{-2.25F, -3.07F, -1.00F, -3.00F}, /* person-with-another-first-name */
	{-3.29F, -2.00F, -1.50F, -1.00F}, /* legal-form-after-part-of-the-name */
	{0.50F, 0.58F, -0.61F, 0.23F}, /* verb-with-s-and-object-follow */
	{-2.20F, -2.21F, -1.00F, -1.00F}, /* other-ticker-leads */
	{-0.97F, -0.68F, -0.21F, -0.20F}, /* only-words-of-other-fields */
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
