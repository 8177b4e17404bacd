/* Character references, named and numeric. */
#include "text/entity.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define ROWS(a) (sizeof(a) / sizeof((a)[0]))

static void
names_stand_for_their_characters(void **state)
{
	static const struct {
		const char *name, *text;
	} rows[] = {
		{"AElig", "Æ"}, /* the first name of the table */
		{"zwnj", "\xe2\x80\x8c"}, /* the last */
		{"amp", "&"},
		{"AMP", "&"},
		{"lt", "<"},
		{"quot", "\""},
		{"apos", "'"},
		{"nbsp", "\xc2\xa0"},
		{"eacute", "é"},
		{"Eacute", "É"},
		{"hellip", "…"},
		{"mdash", "—"},
		{"rsquo", "’"},
		{"euro", "€"},
		{"trade", "™"},
		{"thetasym", "ϑ"},
		{"NotEqualTilde", "≂̸"}, /* two characters */
		{"CounterClockwiseContourIntegral", "∳"}, /* the longest */
		{"fjlig", "fj"},
		{"hearts", "♥"},
		{"EACUTE", NULL},
		{"eacut", NULL},
		{"", NULL},
		{"zzz", NULL},
		{"A", NULL},
		{"CounterClockwiseContourIntegralX", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct span got = entity_get(span_of(rows[i].name));

		if (rows[i].text)
			assert_string_equal(
				got.p ? got.p : "(none)", rows[i].text);
		else
			assert_null(got.p);
	}
}

static void
the_253_names_of_html_4_are_all_there(void **state)
{
	/* HTML 4.01 24, and apos of XHTML. */
	static const char *const names[] = {"nbsp", "iexcl", "cent", "pound",
		"curren", "yen", "brvbar", "sect", "uml", "copy", "ordf",
		"laquo", "not", "shy", "reg", "macr", "deg", "plusmn", "sup2",
		"sup3", "acute", "micro", "para", "middot", "cedil", "sup1",
		"ordm", "raquo", "frac14", "frac12", "frac34", "iquest",
		"Agrave", "Aacute", "Acirc", "Atilde", "Auml", "Aring", "AElig",
		"Ccedil", "Egrave", "Eacute", "Ecirc", "Euml", "Igrave",
		"Iacute", "Icirc", "Iuml", "ETH", "Ntilde", "Ograve", "Oacute",
		"Ocirc", "Otilde", "Ouml", "times", "Oslash", "Ugrave",
		"Uacute", "Ucirc", "Uuml", "Yacute", "THORN", "szlig", "agrave",
		"aacute", "acirc", "atilde", "auml", "aring", "aelig", "ccedil",
		"egrave", "eacute", "ecirc", "euml", "igrave", "iacute",
		"icirc", "iuml", "eth", "ntilde", "ograve", "oacute", "ocirc",
		"otilde", "ouml", "divide", "oslash", "ugrave", "uacute",
		"ucirc", "uuml", "yacute", "thorn", "yuml", "fnof", "Alpha",
		"Beta", "Gamma", "Delta", "Epsilon", "Zeta", "Eta", "Theta",
		"Iota", "Kappa", "Lambda", "Mu", "Nu", "Xi", "Omicron", "Pi",
		"Rho", "Sigma", "Tau", "Upsilon", "Phi", "Chi", "Psi", "Omega",
		"alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta",
		"theta", "iota", "kappa", "lambda", "mu", "nu", "xi", "omicron",
		"pi", "rho", "sigmaf", "sigma", "tau", "upsilon", "phi", "chi",
		"psi", "omega", "thetasym", "upsih", "piv", "bull", "hellip",
		"prime", "Prime", "oline", "frasl", "weierp", "image", "real",
		"trade", "alefsym", "larr", "uarr", "rarr", "darr", "harr",
		"crarr", "lArr", "uArr", "rArr", "dArr", "hArr", "forall",
		"part", "exist", "empty", "nabla", "isin", "notin", "ni",
		"prod", "sum", "minus", "lowast", "radic", "prop", "infin",
		"ang", "and", "or", "cap", "cup", "int", "there4", "sim",
		"cong", "asymp", "ne", "equiv", "le", "ge", "sub", "sup",
		"nsub", "sube", "supe", "oplus", "otimes", "perp", "sdot",
		"lceil", "rceil", "lfloor", "rfloor", "lang", "rang", "loz",
		"spades", "clubs", "hearts", "diams", "quot", "amp", "lt", "gt",
		"OElig", "oelig", "Scaron", "scaron", "Yuml", "circ", "tilde",
		"ensp", "emsp", "thinsp", "zwnj", "zwj", "lrm", "rlm", "ndash",
		"mdash", "lsquo", "rsquo", "sbquo", "ldquo", "rdquo", "bdquo",
		"dagger", "Dagger", "permil", "lsaquo", "rsaquo", "euro",
		"apos"};

	(void)state;
	assert_int_equal(ROWS(names), 253);
	for (size_t i = 0; i < ROWS(names); i++)
		assert_non_null(entity_get(span_of(names[i])).p);
}

static void
references_are_decoded_by_the_rules_of_html(void **state)
{
	static const struct {
		const char *in, *text;
		size_t used, used_in_attribute;
	} rows[] = {
		{"&amp;x", "&", 5, 5},
		{"&eacute;", "é", 8, 8},
		{"&eacute s", "é", 7, 7}, /* an old name needs no ';' */
		{"&eacute", "é", 7, 7},
		{"&hellip s", "", 0, 0}, /* a new one does */
		{"&copy=1", "©", 5, 0},
		{"&copy2", "", 0, 0},
		{"&ampx", "&", 4, 0},
		{"&lt3;", "<", 3, 0},
		{"&nbspx", "\xc2\xa0", 5, 0},
		{"&notable", "", 0, 0},
		{"&not;able", "¬", 5, 5},
		{"&unknown;", "", 0, 0},
		{"&", "", 0, 0},
		{"& b", "", 0, 0},
		{"&;", "", 0, 0},
		{"&&amp;", "", 0, 0},
		{"&CounterClockwiseContourIntegral;", "∳", 33, 33},
		{"&CounterClockwiseContourIntegralX;", "", 0, 0},
		{"&#65;", "A", 5, 5},
		{"&#65 b", "A", 4, 4},
		{"&#65", "A", 4, 4},
		{"&#x41;", "A", 6, 6},
		{"&#X41g", "A", 5, 5},
		{"&#8217;", "’", 7, 7},
		{"&#x1F600;", "😀", 9, 9},
		{"&#146;", "’", 6, 6}, /* windows-1252 */
		{"&#x80;", "€", 6, 6},
		{"&#129;", "\xef\xbf\xbd", 6, 6},
		{"&#0;", "\xef\xbf\xbd", 4, 4},
		{"&#xD800;", "\xef\xbf\xbd", 8, 8},
		{"&#x110000;", "\xef\xbf\xbd", 10, 10},
		{"&#99999999999999999999;", "\xef\xbf\xbd", 23, 23},
		{"&#x100000041;", "\xef\xbf\xbd", 13, 13},
		{"&#00000000000000000065;", "A", 23, 23},
		{"&#1;", "", 4, 4}, /* XML forbids it: dropped */
		{"&#xFFFF;", "", 8, 8},
		{"&#10;", "\n", 5, 5},
		{"&#", "", 0, 0},
		{"&#;", "", 0, 0},
		{"&#x;", "", 0, 0},
		{"&#xg;", "", 0, 0},
		{"&#a;", "", 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows) * 2; i++) {
		struct strbuf out = STRBUF_INIT(100);
		bool attribute = i % 2;
		size_t want = attribute ? rows[i / 2].used_in_attribute
					: rows[i / 2].used;
		size_t got =
			entity_decode(span_of(rows[i / 2].in), attribute, &out);

		if (got != want ||
			strcmp(strbuf_cstr(&out),
				want ? rows[i / 2].text : "") != 0)
			fail_msg("'%s' (%d): %zu '%s'", rows[i / 2].in,
				attribute, got, strbuf_cstr(&out));
		strbuf_fini(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_stand_for_their_characters),
		cmocka_unit_test(the_253_names_of_html_4_are_all_there),
		cmocka_unit_test(references_are_decoded_by_the_rules_of_html),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
