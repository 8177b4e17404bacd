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
	{0.02F, 1.11F, 0.90F, 1.56F}, /* bias */
	{-0.83F, -0.60F, -0.98F, 0.00F}, /* common-word */
	{-0.49F, -0.30F, -0.70F, 0.00F}, /* uncommon-word */
	{0.14F, 0.00F, 0.00F, 0.00F}, /* rare-word */
	{0.42F, -0.58F, -0.18F, 0.00F}, /* also-place-or-surname */
	{-1.17F, -0.37F, 0.00F, 0.00F}, /* also-given-name */
	{0.00F, 0.00F, -1.58F, 0.00F}, /* two-letter-acronym */
	{0.00F, 0.00F, 0.47F, 0.00F}, /* three-letter-acronym */
	{0.00F, -0.30F, 0.00F, -0.35F}, /* all-words-ordinary */
	{0.71F, -0.06F, 0.00F, -0.98F}, /* person */
	{0.00F, 0.00F, 0.00F, 0.00F}, /* product-or-topic */
	{-1.11F, -0.56F, -0.30F, -0.79F}, /* legal-form-left-out */
	{-0.50F, -0.50F, -0.50F, -0.95F}, /* written-together */
	{-0.50F, -0.65F, -0.50F, -1.11F}, /* written-apart */
	{0.24F, -0.20F, -0.20F, -1.34F}, /* other-variant */
	{-0.60F, -0.50F, -0.60F, -0.23F}, /* s-without-apostrophe */
	{-1.00F, -0.80F, -0.68F, -1.60F}, /* ticker-without-dress */
	{2.68F, 1.63F, 1.37F, 0.92F}, /* capital-in-prose */
	{1.64F, 0.78F, 0.60F, -0.34F}, /* starts-sentence */
	{-0.15F, -0.79F, 0.40F, 0.13F}, /* title-case-headline */
	{-0.00F, 0.21F, -0.80F, 0.51F}, /* all-caps-line */
	{0.13F, 0.41F, 0.20F, 0.18F}, /* too-short-to-tell-case */
	{-4.50F, -2.66F, -3.08F, -2.28F}, /* lower-case */
	{0.00F, -1.00F, 0.00F, -2.17F}, /* lower-case-ordinary-words */
	{-0.06F, -0.11F, 0.00F, -0.18F}, /* in-capitals-only-here */
	{-0.63F, -0.55F, -2.00F, -0.47F}, /* other-case */
	{-5.88F, -6.17F, -1.00F, -2.00F}, /* after-given-name */
	{-3.94F, -2.09F, -0.99F, -1.30F}, /* after-capital-word */
	{-1.67F, -0.89F, -0.50F, -0.67F}, /* after-name-in-headline */
	{-2.48F, -2.01F, -1.00F, -1.13F}, /* after-person-title */
	{-1.33F, -0.56F, -0.14F, -0.14F}, /* after-article */
	{0.82F, 0.09F, 0.26F, 0.13F}, /* after-preposition */
	{1.41F, 0.75F, 0.53F, 0.41F}, /* after-company-word */
	{-0.72F, -0.72F, -0.28F, -0.10F}, /* after-adjective */
	{-1.40F, -0.43F, -0.05F, -0.11F}, /* after-plain-noun */
	{-1.56F, -1.22F, -1.52F, -1.00F}, /* joined-to-word-before */
	{0.00F, 0.00F, 0.00F, -2.04F}, /* end-of-a-longer-name */
	{-1.57F, -1.25F, -1.00F, -1.00F}, /* after-of-a-longer-name */
	{0.20F, 0.28F, 0.20F, 0.30F}, /* hashtag */
	{0.20F, 0.20F, 0.00F, 0.20F}, /* handle */
	{0.84F, 0.00F, -0.28F, 1.21F}, /* first-word-of-all */
	{2.31F, 1.50F, 1.34F, -0.08F}, /* legal-form-follows */
	{-0.87F, -0.23F, -0.49F, -0.58F}, /* corporate-word-follows */
	{-1.56F, -1.90F, -1.58F, -2.71F}, /* capital-word-follows */
	{-1.31F, -0.88F, -1.21F, -1.60F}, /* name-follows-in-headline */
	{-3.04F, -2.47F, -1.50F, -2.31F}, /* place-word-follows */
	{1.52F, 0.98F, 0.95F, 0.47F}, /* company-noun-follows */
	{1.44F, 1.03F, 0.82F, 0.78F}, /* company-verb-follows */
	{1.00F, 0.93F, 0.64F, 0.73F}, /* speech-verb-follows */
	{1.83F, 0.63F, 0.71F, 0.35F}, /* possessive */
	{-0.59F, -0.56F, -0.44F, -0.37F}, /* plain-noun-follows */
	{-1.16F, -0.30F, -0.18F, 0.10F}, /* article-follows */
	{-3.16F, -2.51F, -1.02F, -1.60F}, /* joined-to-word-after */
	{0.84F, 0.60F, 0.40F, 0.30F}, /* joined-to-participle */
	{-0.09F, -0.11F, 0.47F, 0.09F}, /* punctuation-follows */
	{-0.45F, 0.07F, 0.23F, 0.25F}, /* ends-sentence */
	{-0.14F, -0.11F, -0.18F, 0.13F}, /* number-follows */
	{0.29F, 0.58F, 0.01F, 0.53F}, /* and-or-list */
	{-0.51F, -0.46F, -1.52F, -0.61F}, /* domain-follows */
	{1.64F, 1.02F, -0.05F, 0.18F}, /* in-list-of-names */
	{3.28F, 2.28F, 2.00F, 1.16F}, /* own-ticker-in-item */
	{4.14F, 3.02F, 3.00F, 2.15F}, /* own-ticker-beside */
	{2.03F, 1.87F, 1.18F, 1.44F}, /* some-ticker-beside */
	{-1.82F, -1.55F, -1.50F, -1.20F}, /* other-ticker-beside */
	{-1.32F, -0.17F, -0.56F, 0.13F}, /* only-other-tickers-in-item */
	{3.22F, 1.35F, 2.44F, 1.71F}, /* stronger-form-in-item */
	{2.90F, 1.10F, 1.00F, 0.72F}, /* context-word */
	{0.86F, 0.41F, 0.40F, 0.22F}, /* more-context-words */
	{1.81F, 1.08F, 0.80F, 0.28F}, /* capital-in-prose-elsewhere */
	{-5.80F, -5.60F, -5.00F, -5.07F}, /* boilerplate */
	{-4.04F, -3.00F, -1.00F, -0.50F}, /* person-of-that-name-in-item */
	{-3.00F, -3.00F, -4.00F, -3.20F}, /* short-for-something-else */
	{1.84F, 1.19F, 1.24F, 0.64F}, /* beside-a-watched-name */
	{-1.40F, 0.00F, 0.00F, 0.00F}, /* starts-without-support */
	{-2.33F, 0.00F, 0.00F, 0.00F}, /* opens-like-a-command */
	{-2.08F, -1.40F, -1.00F, -0.20F}, /* start-of-a-longer-company-name */
	{-0.55F, -0.90F, -0.70F, -0.82F}, /* unknown-acronym-follows */
	{-1.77F, -1.00F, -2.60F, -0.60F}, /* after-my-your-her */
	{-1.89F, -1.00F, -0.50F, -0.36F}, /* of-follows */
	{-1.50F, -1.50F, -1.00F, -1.00F}, /* after-town-of */
	{-3.51F, -3.66F, -0.47F, 0.02F}, /* after-number-and-unit */
	{-3.26F, -1.72F, -0.50F, -0.79F}, /* known-two-word-term */
	{-1.04F, -0.96F, -0.40F, -0.17F}, /* noun-then-verb-follows */
	{1.12F, 0.83F, 0.51F, 0.16F}, /* to-and-verb-follows */
	{-2.70F, -1.50F, -0.50F, 0.00F}, /* stands-as-a-verb */
	{-0.30F, -0.89F, 0.20F, -0.20F}, /* also-on-the-map */
	{-0.78F, -0.96F, -0.20F, 0.00F}, /* says-where */
	{0.04F, -1.25F, -0.20F, 0.55F}, /* among-market-indexes */
	{-1.00F, -1.71F, -1.00F, -1.64F}, /* venue-or-institution-follows */
	{-2.91F, -0.50F, -0.14F, 0.09F}, /* time-follows */
	{-2.06F, -2.00F, -1.00F, -1.50F}, /* after-another-kind-of-thing */
	{1.20F, 0.38F, 0.14F, 0.12F}, /* subject-of-a-headline */
	{0.86F, 0.69F, 0.33F, 0.29F}, /* business-word-near */
	{0.37F, 0.25F, 0.76F, 0.59F}, /* more-business-words */
	{-1.01F, -0.45F, 0.27F, -0.08F}, /* word-of-another-field-near */
	{0.87F, 0.60F, 0.41F, 0.30F}, /* joined-to-a-partner */
	{0.86F, -1.94F, -0.66F, 0.35F}, /* also-a-market-index */
	{-2.29F, -3.09F, -1.00F, -3.00F}, /* person-with-another-first-name */
	{-3.24F, -2.00F, -1.50F, -1.00F}, /* legal-form-after-part-of-the-name */
	{0.10F, 0.53F, -0.30F, 0.28F}, /* verb-with-s-and-object-follow */
	{-2.30F, -2.23F, -1.00F, -1.00F}, /* other-ticker-leads */
	{1.03F, 0.78F, 0.60F, 0.39F}, /* business-noun-follows */
	{-1.07F, -0.74F, -0.39F, 0.07F}, /* noun-with-its-own-verb-follows */
	{-0.95F, -0.73F, -0.31F, -0.66F}, /* only-words-of-other-fields */
	{-1.00F, -0.53F, -0.32F, -0.05F}, /* more-words-of-other-fields */
	{-0.96F, -0.85F, -0.59F, -0.55F}, /* beside-living-thing-or-food */
	{-0.60F, -0.42F, -0.19F, 0.02F}, /* living-thing-or-food-near */
	{-1.24F, -0.68F, -0.17F, -0.58F}, /* article-and-no-noun */
	{-1.13F, -0.59F, -0.30F, -0.16F}, /* after-a-possessor */
	{-1.02F, -0.38F, -0.33F, -0.30F}, /* after-a-number */
	{-1.02F, -1.00F, -0.30F, 0.00F}, /* plural-noun-then-verb */
	{-0.56F, -0.37F, -0.20F, 0.00F}, /* how-to-line */
	{-1.00F, -1.94F, -0.50F, 0.00F}, /* place-behind-a-comma */
	{1.00F, 0.80F, 0.60F, 0.80F}, /* country-follows */
	{-0.95F, -0.79F, -0.18F, 0.12F}, /* is-or-was-follows */
	{1.32F, 0.47F, 0.33F, 0.43F}, /* object-of-a-verb */
	{1.26F, 0.58F, 0.17F, 0.23F}, /* subject-of-a-clause */
	{1.24F, 0.87F, 0.50F, 0.88F}, /* line-without-capitals */
	{2.75F, 1.27F, 1.20F, 0.58F}, /* subject-of-such-a-line */
	{0.00F, -0.50F, 0.00F, -0.95F}, /* age-follows */
	{-0.82F, -1.06F, -0.50F, -3.09F}, /* after-an-occupation */
	{-0.00F, 0.02F, 0.00F, 0.06F}, /* other-language */
	{-1.87F, -0.82F, -0.30F, -0.39F}, /* after-foreign-article */
	{0.82F, 0.44F, 0.30F, 0.24F}, /* after-foreign-preposition */
	{1.25F, 0.97F, 0.60F, 0.40F}, /* joined-to-foreign-business-word */
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
