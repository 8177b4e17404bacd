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
	{-0.01F, 1.06F, 0.92F, 1.57F}, /* bias */
	{-0.75F, -0.60F, -1.02F, 0.00F}, /* common-word */
	{-0.52F, -0.30F, -0.74F, 0.00F}, /* uncommon-word */
	{0.06F, 0.00F, 0.00F, 0.00F}, /* rare-word */
	{0.51F, -0.57F, -0.18F, 0.00F}, /* also-place-or-surname */
	{-1.07F, -0.33F, 0.00F, 0.00F}, /* also-given-name */
	{0.00F, 0.00F, -1.58F, 0.00F}, /* two-letter-acronym */
	{0.00F, 0.00F, 0.50F, 0.00F}, /* three-letter-acronym */
	{0.00F, -0.30F, 0.00F, -0.34F}, /* all-words-ordinary */
	{0.66F, -0.06F, 0.00F, -0.93F}, /* person */
	{0.00F, 0.00F, 0.00F, 0.00F}, /* product-or-topic */
	{-1.23F, -0.60F, -0.30F, -0.89F}, /* legal-form-left-out */
	{-0.50F, -0.50F, -0.50F, -1.06F}, /* written-together */
	{-0.50F, -0.65F, -0.50F, -1.17F}, /* written-apart */
	{0.18F, -0.20F, -0.20F, -1.50F}, /* other-variant */
	{-0.60F, -0.50F, -0.60F, -0.23F}, /* s-without-apostrophe */
	{-1.00F, -0.75F, -0.65F, -1.69F}, /* ticker-without-dress */
	{2.59F, 1.64F, 1.40F, 0.96F}, /* capital-in-prose */
	{1.62F, 0.64F, 0.60F, -0.37F}, /* starts-sentence */
	{-0.36F, -0.74F, 0.40F, 0.19F}, /* title-case-headline */
	{0.08F, 0.26F, -0.80F, 0.55F}, /* all-caps-line */
	{0.47F, 0.41F, 0.20F, 0.18F}, /* too-short-to-tell-case */
	{-4.66F, -2.70F, -3.08F, -2.27F}, /* lower-case */
	{0.00F, -1.00F, 0.00F, -2.19F}, /* lower-case-ordinary-words */
	{-0.07F, -0.11F, 0.00F, -0.21F}, /* in-capitals-only-here */
	{-0.58F, -0.55F, -2.00F, -0.55F}, /* other-case */
	{-5.89F, -6.20F, -1.00F, -2.00F}, /* after-given-name */
	{-3.95F, -2.14F, -0.99F, -1.41F}, /* after-capital-word */
	{-1.61F, -0.89F, -0.50F, -0.71F}, /* after-name-in-headline */
	{-2.54F, -2.02F, -1.00F, -1.14F}, /* after-person-title */
	{-1.29F, -0.50F, -0.12F, -0.14F}, /* after-article */
	{0.82F, 0.09F, 0.22F, 0.14F}, /* after-preposition */
	{1.41F, 0.76F, 0.55F, 0.42F}, /* after-company-word */
	{-0.75F, -0.74F, -0.28F, -0.09F}, /* after-adjective */
	{-1.59F, -0.49F, -0.01F, -0.06F}, /* after-plain-noun */
	{-1.56F, -1.22F, -1.52F, -1.00F}, /* joined-to-word-before */
	{0.00F, 0.00F, 0.00F, -2.06F}, /* end-of-a-longer-name */
	{-1.58F, -1.25F, -1.00F, -1.00F}, /* after-of-a-longer-name */
	{0.20F, 0.28F, 0.20F, 0.30F}, /* hashtag */
	{0.20F, 0.20F, 0.00F, 0.20F}, /* handle */
	{0.78F, -0.16F, -0.31F, 1.34F}, /* first-word-of-all */
	{2.30F, 1.47F, 1.30F, -0.17F}, /* legal-form-follows */
	{-0.76F, -0.21F, -0.49F, -0.59F}, /* corporate-word-follows */
	{-1.32F, -1.86F, -1.66F, -2.81F}, /* capital-word-follows */
	{-1.27F, -0.88F, -1.21F, -1.75F}, /* name-follows-in-headline */
	{-3.03F, -2.48F, -1.50F, -2.32F}, /* place-word-follows */
	{1.48F, 1.03F, 1.00F, 0.45F}, /* company-noun-follows */
	{1.39F, 1.26F, 0.81F, 0.75F}, /* company-verb-follows */
	{1.21F, 0.94F, 0.66F, 0.75F}, /* speech-verb-follows */
	{1.95F, 0.77F, 0.73F, 0.39F}, /* possessive */
	{-0.44F, -0.57F, -0.43F, -0.36F}, /* plain-noun-follows */
	{-1.23F, -0.28F, -0.18F, 0.12F}, /* article-follows */
	{-3.13F, -2.51F, -1.02F, -1.49F}, /* joined-to-word-after */
	{0.84F, 0.60F, 0.40F, 0.30F}, /* joined-to-participle */
	{0.05F, -0.06F, 0.51F, 0.01F}, /* punctuation-follows */
	{-0.41F, 0.05F, 0.27F, 0.28F}, /* ends-sentence */
	{-0.40F, -0.09F, -0.18F, 0.14F}, /* number-follows */
	{0.05F, 0.59F, 0.03F, 0.58F}, /* and-or-list */
	{-0.47F, -0.45F, -1.58F, -0.63F}, /* domain-follows */
	{1.63F, 1.05F, -0.07F, 0.15F}, /* in-list-of-names */
	{3.25F, 2.26F, 2.00F, 1.16F}, /* own-ticker-in-item */
	{4.14F, 3.02F, 3.00F, 2.16F}, /* own-ticker-beside */
	{2.03F, 1.91F, 1.16F, 1.56F}, /* some-ticker-beside */
	{-1.85F, -1.55F, -1.50F, -1.20F}, /* other-ticker-beside */
	{-1.33F, -0.14F, -0.57F, 0.17F}, /* only-other-tickers-in-item */
	{3.17F, 1.26F, 2.52F, 1.63F}, /* stronger-form-in-item */
	{2.83F, 1.09F, 1.00F, 0.73F}, /* context-word */
	{0.84F, 0.41F, 0.40F, 0.22F}, /* more-context-words */
	{1.87F, 1.08F, 0.80F, 0.31F}, /* capital-in-prose-elsewhere */
	{-5.79F, -5.60F, -5.00F, -5.07F}, /* boilerplate */
	{-4.05F, -3.00F, -1.00F, -0.50F}, /* person-of-that-name-in-item */
	{-3.00F, -3.00F, -4.00F, -3.23F}, /* short-for-something-else */
	{1.87F, 1.20F, 1.27F, 0.68F}, /* beside-a-watched-name */
	{-1.80F, 0.00F, 0.00F, 0.00F}, /* starts-without-support */
	{-2.39F, 0.00F, 0.00F, 0.00F}, /* opens-like-a-command */
	{-2.09F, -1.40F, -1.00F, -0.16F}, /* start-of-a-longer-company-name */
	{-0.30F, -0.89F, -0.74F, -0.84F}, /* unknown-acronym-follows */
	{-1.77F, -1.00F, -2.61F, -0.69F}, /* after-my-your-her */
	{-1.78F, -1.00F, -0.50F, -0.62F}, /* of-follows */
	{-1.50F, -1.50F, -1.00F, -1.00F}, /* after-town-of */
	{-3.50F, -3.65F, -0.46F, 0.02F}, /* after-number-and-unit */
	{-3.30F, -1.79F, -0.50F, -0.69F}, /* known-two-word-term */
	{-1.06F, -0.86F, -0.39F, -0.20F}, /* noun-then-verb-follows */
	{1.06F, 0.82F, 0.52F, 0.16F}, /* to-and-verb-follows */
	{-2.69F, -1.50F, -0.50F, 0.00F}, /* stands-as-a-verb */
	{-0.46F, -0.88F, 0.27F, -0.20F}, /* also-on-the-map */
	{-0.89F, -1.00F, -0.20F, 0.00F}, /* says-where */
	{0.16F, -1.20F, -0.20F, 0.60F}, /* among-market-indexes */
	{-1.04F, -1.71F, -1.00F, -1.62F}, /* venue-or-institution-follows */
	{-2.84F, -0.50F, -0.13F, 0.11F}, /* time-follows */
	{-2.06F, -2.00F, -1.00F, -1.50F}, /* after-another-kind-of-thing */
	{1.04F, 0.38F, 0.13F, 0.17F}, /* subject-of-a-headline */
	{1.02F, 0.77F, 0.28F, 0.24F}, /* business-word-near */
	{0.37F, 0.26F, 0.82F, 0.61F}, /* more-business-words */
	{-1.00F, -0.38F, 0.31F, -0.05F}, /* word-of-another-field-near */
	{0.90F, 0.60F, 0.41F, 0.30F}, /* joined-to-a-partner */
	{1.11F, -1.96F, -0.67F, 0.39F}, /* also-a-market-index */
	{-2.34F, -3.09F, -1.00F, -3.00F}, /* person-with-another-first-name */
	{-3.26F, -2.00F, -1.50F, -1.00F}, /* legal-form-after-part-of-the-name */
	{-0.08F, 0.54F, -0.39F, 0.28F}, /* verb-with-s-and-object-follow */
	{-2.39F, -2.24F, -1.00F, -1.00F}, /* other-ticker-leads */
	{1.09F, 0.80F, 0.61F, 0.42F}, /* business-noun-follows */
	{-0.95F, -0.71F, -0.40F, 0.08F}, /* noun-with-its-own-verb-follows */
	{-0.76F, -0.64F, -0.31F, -0.67F}, /* only-words-of-other-fields */
	{-0.86F, -0.56F, -0.31F, -0.01F}, /* more-words-of-other-fields */
	{-0.65F, -0.85F, -0.59F, -0.57F}, /* beside-living-thing-or-food */
	{-1.01F, -0.42F, -0.19F, 0.03F}, /* living-thing-or-food-near */
	{-1.12F, -0.71F, -0.15F, -0.55F}, /* article-and-no-noun */
	{-1.11F, -0.59F, -0.30F, -0.15F}, /* after-a-possessor */
	{-1.03F, -0.38F, -0.33F, -0.34F}, /* after-a-number */
	{-1.56F, -1.00F, -0.30F, 0.00F}, /* plural-noun-then-verb */
	{-0.60F, -0.37F, -0.20F, 0.00F}, /* how-to-line */
	{-1.00F, -1.95F, -0.50F, 0.00F}, /* place-behind-a-comma */
	{1.01F, 0.80F, 0.60F, 0.80F}, /* country-follows */
	{-0.94F, -0.86F, -0.17F, 0.14F}, /* is-or-was-follows */
	{1.25F, 0.44F, 0.34F, 0.44F}, /* object-of-a-verb */
	{1.38F, 0.85F, 0.10F, 0.24F}, /* subject-of-a-clause */
	{1.41F, 0.89F, 0.50F, 0.89F}, /* line-without-capitals */
	{3.03F, 1.29F, 1.20F, 0.59F}, /* subject-of-such-a-line */
	{0.00F, 0.00F, 0.00F, -1.77F}, /* part-in-lower-case */
	{-1.51F, -1.50F, -0.50F, -1.77F}, /* joined-to-adjective */
	{-1.23F, -1.00F, 0.00F, 0.00F}, /* people-of-a-place-follow */
	{-0.00F, -1.00F, 0.00F, -2.75F}, /* article-before-person */
	{0.00F, -0.50F, 0.00F, -0.99F}, /* age-follows */
	{-0.87F, -1.11F, -0.50F, -3.30F}, /* after-an-occupation */
	{-0.21F, 0.31F, 0.00F, -0.22F}, /* other-language */
	{-2.10F, -0.85F, -0.30F, -0.36F}, /* after-foreign-article */
	{1.15F, 0.46F, 0.30F, 0.28F}, /* after-foreign-preposition */
	{1.32F, 0.95F, 0.60F, 0.40F}, /* joined-to-foreign-business-word */
	{1.68F, 1.06F, 0.50F, 0.40F}, /* foreign-company-verb-follows */
	{-1.25F, -0.80F, -0.30F, -0.48F}, /* starts-without-support-in-other-language */
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
