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
	{-0.01F, 1.00F, 0.95F, 1.60F}, /* bias */
	{-1.10F, -0.60F, -1.08F, 0.00F}, /* common-word */
	{-0.44F, -0.30F, -0.69F, 0.00F}, /* uncommon-word */
	{0.33F, 0.00F, 0.00F, 0.00F}, /* rare-word */
	{0.38F, -0.21F, -0.10F, 0.00F}, /* also-place-or-surname */
	{-1.04F, -0.04F, 0.00F, 0.00F}, /* also-given-name */
	{0.00F, 0.00F, -1.57F, 0.00F}, /* two-letter-acronym */
	{0.00F, 0.00F, 0.52F, 0.00F}, /* three-letter-acronym */
	{0.00F, -0.30F, 0.00F, -0.34F}, /* all-words-ordinary */
	{0.75F, -0.06F, 0.00F, 0.10F}, /* person */
	{0.00F, 0.00F, 0.00F, 0.00F}, /* product-or-topic */
	{-1.15F, -0.59F, -0.30F, -0.88F}, /* legal-form-left-out */
	{-0.50F, -0.50F, -0.50F, -1.05F}, /* written-together */
	{-0.50F, -0.65F, -0.50F, -1.17F}, /* written-apart */
	{0.04F, -0.20F, -0.20F, -1.59F}, /* other-variant */
	{-0.60F, -0.50F, -0.60F, -0.29F}, /* s-without-apostrophe */
	{-1.00F, -0.82F, -0.61F, -1.88F}, /* ticker-without-dress */
	{2.41F, 1.41F, 1.32F, 1.13F}, /* capital-in-prose */
	{1.87F, 0.62F, 0.60F, -0.31F}, /* starts-sentence */
	{-0.06F, -0.53F, 0.40F, 0.22F}, /* title-case-headline */
	{0.15F, 0.25F, -0.68F, 0.13F}, /* all-caps-line */
	{0.25F, 0.41F, 0.20F, 0.17F}, /* too-short-to-tell-case */
	{-4.82F, -2.64F, -3.09F, -2.19F}, /* lower-case */
	{0.00F, -1.00F, 0.00F, -2.20F}, /* lower-case-ordinary-words */
	{-0.15F, -0.18F, 0.00F, -0.13F}, /* in-capitals-only-here */
	{-0.58F, -0.55F, -2.00F, -0.51F}, /* other-case */
	{-5.54F, -6.05F, -1.00F, -2.00F}, /* after-given-name */
	{-3.71F, -1.95F, -0.99F, -1.07F}, /* after-capital-word */
	{-1.99F, -0.90F, -0.50F, -0.71F}, /* after-name-in-headline */
	{-2.52F, -2.00F, -1.00F, -0.97F}, /* after-person-title */
	{-1.05F, -0.51F, -0.17F, -0.08F}, /* after-article */
	{0.59F, 0.42F, 0.26F, 0.19F}, /* after-preposition */
	{1.04F, 0.72F, 0.55F, 0.26F}, /* after-company-word */
	{-0.78F, -0.76F, -0.28F, -0.10F}, /* after-adjective */
	{-1.62F, -0.47F, 0.01F, 0.34F}, /* after-plain-noun */
	{-1.72F, -1.21F, -1.52F, -1.00F}, /* joined-to-word-before */
	{0.00F, 0.00F, 0.00F, -2.10F}, /* end-of-a-longer-name */
	{-1.53F, -1.25F, -1.00F, -1.00F}, /* after-of-a-longer-name */
	{0.20F, 0.26F, 0.20F, 0.30F}, /* hashtag */
	{0.20F, 0.20F, 0.00F, 0.20F}, /* handle */
	{0.98F, -0.29F, -0.23F, 1.32F}, /* first-word-of-all */
	{2.25F, 1.49F, 1.31F, -0.14F}, /* legal-form-follows */
	{-0.21F, -0.23F, -0.49F, -0.60F}, /* corporate-word-follows */
	{-1.74F, -1.86F, -1.65F, -2.83F}, /* capital-word-follows */
	{-1.28F, -0.89F, -1.21F, -1.74F}, /* name-follows-in-headline */
	{-3.09F, -2.46F, -1.50F, -2.35F}, /* place-word-follows */
	{1.50F, 0.93F, 1.00F, 0.49F}, /* company-noun-follows */
	{1.16F, 1.22F, 1.07F, 0.93F}, /* company-verb-follows */
	{0.88F, 0.94F, 0.65F, 0.56F}, /* speech-verb-follows */
	{1.76F, 1.11F, 0.72F, 0.87F}, /* possessive */
	{-0.67F, -0.73F, -0.46F, -0.38F}, /* plain-noun-follows */
	{-0.97F, -0.30F, -0.18F, 0.12F}, /* article-follows */
	{-3.06F, -2.50F, -1.02F, -1.71F}, /* joined-to-word-after */
	{0.81F, 0.60F, 0.40F, 0.30F}, /* joined-to-participle */
	{-0.05F, 0.32F, 0.50F, 0.17F}, /* punctuation-follows */
	{-0.05F, -0.19F, 0.27F, 0.19F}, /* ends-sentence */
	{-0.30F, -0.20F, -0.18F, 0.14F}, /* number-follows */
	{0.75F, 0.48F, 0.00F, 0.44F}, /* and-or-list */
	{-0.54F, -0.43F, -1.52F, -0.55F}, /* domain-follows */
	{1.36F, 1.20F, -0.11F, 0.08F}, /* in-list-of-names */
	{3.32F, 2.18F, 2.00F, 1.06F}, /* own-ticker-in-item */
	{4.12F, 3.01F, 3.00F, 2.17F}, /* own-ticker-beside */
	{2.01F, 1.72F, 1.19F, 1.54F}, /* some-ticker-beside */
	{-1.79F, -1.60F, -1.50F, -1.20F}, /* other-ticker-beside */
	{-1.19F, -0.17F, -0.54F, 0.10F}, /* only-other-tickers-in-item */
	{3.27F, 1.28F, 2.54F, 1.42F}, /* stronger-form-in-item */
	{2.71F, 1.07F, 1.00F, 0.56F}, /* context-word */
	{0.85F, 0.40F, 0.40F, 0.21F}, /* more-context-words */
	{1.87F, 1.06F, 0.80F, 0.32F}, /* capital-in-prose-elsewhere */
	{-5.68F, -5.50F, -5.00F, -5.07F}, /* boilerplate */
	{-4.16F, -3.00F, -1.00F, -0.50F}, /* person-of-that-name-in-item */
	{-3.00F, -3.00F, -4.00F, -3.24F}, /* short-for-something-else */
	{1.75F, 1.04F, 1.24F, 0.64F}, /* beside-a-watched-name */
	{-1.86F, 0.00F, 0.00F, 0.00F}, /* starts-without-support */
	{-2.21F, 0.00F, 0.00F, 0.00F}, /* opens-like-a-command */
	{-2.05F, -1.43F, -1.00F, -0.15F}, /* start-of-a-longer-company-name */
	{-0.51F, -0.85F, -0.73F, -0.39F}, /* unknown-acronym-follows */
	{-1.80F, -1.00F, -2.66F, -0.67F}, /* after-my-your-her */
	{-1.65F, -1.00F, -0.50F, -0.29F}, /* of-follows */
	{-1.50F, -1.50F, -1.00F, -1.00F}, /* after-town-of */
	{-3.50F, -3.69F, -0.47F, 0.01F}, /* after-number-and-unit */
	{-1.91F, -1.59F, -0.50F, -0.47F}, /* known-two-word-term */
	{-1.20F, -0.68F, -0.15F, -0.25F}, /* noun-then-verb-follows */
	{0.84F, 0.60F, 0.49F, 0.03F}, /* to-and-verb-follows */
	{-2.50F, -1.50F, -0.50F, 0.00F}, /* stands-as-a-verb */
	{-0.83F, -0.83F, 0.30F, -0.20F}, /* also-on-the-map */
	{-1.26F, -0.50F, -0.20F, 0.00F}, /* says-where */
	{0.15F, -1.40F, -0.20F, 0.57F}, /* among-market-indexes */
	{-0.91F, -1.71F, -1.00F, -1.65F}, /* venue-or-institution-follows */
	{-1.92F, -0.50F, -0.15F, 0.10F}, /* time-follows */
	{-2.05F, -2.00F, -1.00F, -1.50F}, /* after-another-kind-of-thing */
	{1.27F, 0.41F, 0.30F, 0.11F}, /* subject-of-a-headline */
	{0.89F, 0.50F, 0.38F, 0.12F}, /* business-word-near */
	{0.82F, -0.10F, 0.60F, 0.54F}, /* more-business-words */
	{-0.73F, -0.40F, 0.12F, 0.08F}, /* word-of-another-field-near */
	{0.98F, 0.60F, 0.41F, 0.30F}, /* joined-to-a-partner */
	{1.02F, -1.84F, -0.50F, 0.26F}, /* also-a-market-index */
	{-2.25F, -3.09F, -1.00F, -3.00F}, /* person-with-another-first-name */
	{-3.30F, -2.00F, -1.50F, -1.00F}, /* legal-form-after-part-of-the-name */
	{0.21F, 0.63F, -0.55F, 0.24F}, /* verb-with-s-and-object-follow */
	{-2.26F, -2.24F, -1.00F, -1.00F}, /* other-ticker-leads */
	{1.08F, 0.61F, 0.50F, 0.41F}, /* business-noun-follows */
	{-1.23F, -0.88F, -0.41F, 0.07F}, /* noun-with-its-own-verb-follows */
	{-0.92F, -0.73F, -0.42F, -0.24F}, /* only-words-of-other-fields */
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
