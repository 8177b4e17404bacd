/*
 * The table of charsets and labels, and the places of documents where labels
 * stand. All searches are bounded by the first few KiB.
 */
#include "text/charset_label.h"

#include <assert.h>

#include "text/charset.h"

#define XML_DECLARATION_REACH 1024
#define HTML_META_REACH 4096
#define LABEL_MAX 40

static const struct charset charsets[] = {
	{"UTF-8", NULL,
		" utf8 unicode11utf8 utf8n unicode20utf8 xunicode20utf8 ",
		CHARSET_UTF8},
	{"UTF-16LE", NULL,
		" utf16 utf16le csunicode iso10646ucs2 ucs2 unicode "
		"unicodefeff ",
		CHARSET_UTF16LE},
	{"UTF-16BE", NULL, " utf16be unicodefffe ", CHARSET_UTF16BE},
	{"UTF-32LE", NULL, " utf32 utf32le ucs4 ucs4le iso10646ucs4 ",
		CHARSET_UTF32LE},
	{"UTF-32BE", NULL, " utf32be ucs4be ", CHARSET_UTF32BE},
	{"IBM037", "IBM037", " ibm037 cp037 ebcdiccpus ", CHARSET_EBCDIC},
	{"windows-1252", NULL,
		" windows1252 cp1252 xcp1252 ansix341968 ansix341986 ascii "
		"usascii cp819 ibm819 csisolatin1 iso88591 iso885911987 "
		"isoir100 l1 latin1 ansi iso646us msansi ",
		CHARSET_WINDOWS_1252},
	{"IBM866", "IBM866", " ibm866 cp866 866 csibm866 ", CHARSET_SINGLE},
	{"ISO-8859-2", "ISO-8859-2",
		" iso88592 csisolatin2 isoir101 iso885921987 l2 latin2 ",
		CHARSET_SINGLE},
	{"ISO-8859-3", "ISO-8859-3",
		" iso88593 csisolatin3 isoir109 iso885931988 l3 latin3 ",
		CHARSET_SINGLE},
	{"ISO-8859-4", "ISO-8859-4",
		" iso88594 csisolatin4 isoir110 iso885941988 l4 latin4 ",
		CHARSET_SINGLE},
	{"ISO-8859-5", "ISO-8859-5",
		" iso88595 csisolatincyrillic cyrillic isoir144 "
		"iso885951988 ",
		CHARSET_SINGLE},
	{"ISO-8859-6", "ISO-8859-6",
		" iso88596 arabic asmo708 csiso88596e csiso88596i "
		"csisolatinarabic ecma114 iso88596e iso88596i isoir127 "
		"iso885961987 ",
		CHARSET_SINGLE},
	{"ISO-8859-7", "ISO-8859-7",
		" iso88597 csisolatingreek ecma118 elot928 greek greek8 "
		"isoir126 iso885971987 iso885972003 suneugreek ",
		CHARSET_SINGLE},
	{"ISO-8859-8", "ISO-8859-8",
		" iso88598 csiso88598e csiso88598i csisolatinhebrew hebrew "
		"iso88598e iso88598i isoir138 iso885981988 visual logical ",
		CHARSET_SINGLE},
	{"ISO-8859-10", "ISO-8859-10",
		" iso885910 csisolatin6 isoir157 iso8859101992 l6 latin6 ",
		CHARSET_SINGLE},
	{"ISO-8859-13", "ISO-8859-13", " iso885913 latin7 l7 ", CHARSET_SINGLE},
	{"ISO-8859-14", "ISO-8859-14", " iso885914 latin8 l8 ", CHARSET_SINGLE},
	{"ISO-8859-15", "ISO-8859-15",
		" iso885915 csisolatin9 l9 latin9 latin0 ", CHARSET_SINGLE},
	{"ISO-8859-16", "ISO-8859-16", " iso885916 latin10 l10 ",
		CHARSET_SINGLE},
	{"KOI8-R", "KOI8-R", " koi8r cskoi8r koi koi8 ", CHARSET_SINGLE},
	{"KOI8-U", "KOI8-U", " koi8u koi8ru ", CHARSET_SINGLE},
	{"macintosh", "MACINTOSH",
		" macintosh csmacintosh mac xmacroman macroman ",
		CHARSET_SINGLE},
	{"windows-874", "CP874",
		" windows874 cp874 dos874 iso885911 tis620 tis6202533 ",
		CHARSET_SINGLE},
	{"windows-1250", "CP1250", " windows1250 cp1250 xcp1250 msee ",
		CHARSET_SINGLE},
	{"windows-1251", "CP1251",
		" windows1251 cp1251 xcp1251 win1251 mscyrl ", CHARSET_SINGLE},
	{"windows-1253", "CP1253", " windows1253 cp1253 xcp1253 msgreek ",
		CHARSET_SINGLE},
	{"windows-1254", "CP1254",
		" windows1254 cp1254 xcp1254 csisolatin5 iso88599 isoir148 "
		"iso885991989 l5 latin5 msturk ",
		CHARSET_SINGLE},
	{"windows-1255", "CP1255", " windows1255 cp1255 xcp1255 mshebr ",
		CHARSET_SINGLE},
	{"windows-1256", "CP1256", " windows1256 cp1256 xcp1256 msarab ",
		CHARSET_SINGLE},
	{"windows-1257", "CP1257", " windows1257 cp1257 xcp1257 winbaltrim ",
		CHARSET_SINGLE},
	{"windows-1258", "CP1258", " windows1258 cp1258 xcp1258 ",
		CHARSET_SINGLE},
	{"x-mac-cyrillic", "MAC-CYRILLIC",
		" xmaccyrillic maccyrillic xmacukrainian ", CHARSET_SINGLE},
	{"x-mac-ce", "MAC-CENTRALEUROPE", " xmacce maccentraleurope maclatin2 ",
		CHARSET_SINGLE},
	{"IBM437", "IBM437", " ibm437 cp437 437 cspc8codepage437 ",
		CHARSET_SINGLE},
	{"IBM850", "IBM850", " ibm850 cp850 850 cspc850multilingual ",
		CHARSET_SINGLE},
	{"IBM852", "IBM852", " ibm852 cp852 852 cspcp852 ", CHARSET_SINGLE},
	{"IBM855", "IBM855", " ibm855 cp855 855 csibm855 ", CHARSET_SINGLE},
	{"IBM862", "IBM862", " ibm862 cp862 862 cspc862latinhebrew ",
		CHARSET_SINGLE},
	{"IBM865", "IBM865", " ibm865 cp865 865 csibm865 ", CHARSET_SINGLE},
	{"IBM737", "CP737", " ibm737 cp737 737 ", CHARSET_SINGLE},
	{"IBM775", "IBM775", " ibm775 cp775 775 cspc775baltic ",
		CHARSET_SINGLE},
	{"IBM856", "IBM856", " ibm856 cp856 856 csibm856 ", CHARSET_SINGLE},
	{"IBM857", "IBM857", " ibm857 cp857 857 csibm857 ", CHARSET_SINGLE},
	{"IBM860", "IBM860", " ibm860 cp860 860 csibm860 ", CHARSET_SINGLE},
	{"IBM861", "IBM861", " ibm861 cp861 861 csibm861 cpis ",
		CHARSET_SINGLE},
	{"IBM863", "IBM863", " ibm863 cp863 863 csibm863 ", CHARSET_SINGLE},
	{"IBM864", "IBM864", " ibm864 cp864 864 csibm864 ", CHARSET_SINGLE},
	{"CP1125", "CP1125", " cp1125 ibm1125 1125 ruscii cp866u ",
		CHARSET_SINGLE},
	{"KOI8-T", "KOI8-T", " koi8t ", CHARSET_SINGLE},
	{"x-mac-icelandic", "MAC-IS", " maciceland macicelandic macis ",
		CHARSET_SINGLE},
	{"TCVN", "TCVN", " tcvn tcvn5712 tcvn57121 ", CHARSET_SINGLE},
	{"VISCII", "VISCII", " viscii csviscii ", CHARSET_SINGLE},
	{"GEORGIAN-PS", "GEORGIAN-PS", " georgianps ", CHARSET_SINGLE},
	{"GEORGIAN-ACADEMY", "GEORGIAN-ACADEMY", " georgianacademy ",
		CHARSET_SINGLE},
	{"gb18030", "GB18030",
		" gb18030 gb2312 gb231280 gbk xgbk chinese csgb2312 "
		"csiso58gb231280 isoir58 cp936 936 ms936 windows936 euccn "
		"cngb ",
		CHARSET_MULTI},
	{"Big5", "BIG5-HKSCS",
		" big5 big5hkscs cnbig5 csbig5 xxbig5 cp950 950 windows950 ",
		CHARSET_MULTI},
	{"EUC-TW", "EUC-TW", " euctw xeuctw ", CHARSET_MULTI},
	{"EUC-JP", "EUC-JP-MS", " eucjp xeucjp cseucpkdfmtjapanese ujis ",
		CHARSET_MULTI},
	{"Shift_JIS", "CP932",
		" shiftjis csshiftjis ms932 mskanji sjis xsjis windows31j "
		"cp932 932 ",
		CHARSET_MULTI},
	{"EUC-KR", "UHC",
		" euckr cseuckr csksc56011987 isoir149 korean ksc56011987 "
		"ksc56011989 ksc5601 windows949 uhc cp949 949 ",
		CHARSET_MULTI},
	{"Johab", "JOHAB", " johab cp1361 ", CHARSET_MULTI},
	{"ISO-2022-JP", "ISO-2022-JP-3", " iso2022jp csiso2022jp ",
		CHARSET_ESCAPED},
	{"ISO-2022-KR", "ISO-2022-KR", " iso2022kr csiso2022kr ",
		CHARSET_ESCAPED},
	{"ISO-2022-CN", "ISO-2022-CN-EXT", " iso2022cn iso2022cnext ",
		CHARSET_ESCAPED},
};

#define N_CHARSETS (sizeof(charsets) / sizeof(charsets[0]))

static_assert(N_CHARSETS <= CHARSETS_MAX, "a converter for each");

const struct charset *
charset_at(size_t i)
{
	return i < N_CHARSETS ? &charsets[i] : NULL;
}

const struct charset *
charset_by_kind(enum charset_kind kind)
{
	size_t i = 0;

	while (charsets[i].kind != kind)
		i++;
	return &charsets[i];
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool
is_alnum(char c)
{
	return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z');
}

/* " key ": the letters and digits of label in lower case. */
static bool
label_key(struct span label, char key[LABEL_MAX])
{
	size_t n = 0;

	key[n++] = ' ';
	for (size_t i = 0; i < label.n; i++) {
		if (!is_alnum(label.p[i]))
			continue;
		if (n >= LABEL_MAX - 2)
			return false;
		key[n++] = lower(label.p[i]);
	}
	key[n] = ' ';
	key[n + 1] = '\0';
	return n > 1;
}

const struct charset *
charset_by_label(struct span label)
{
	char key[LABEL_MAX];

	if (label_key(label, key))
		for (size_t i = 0; i < N_CHARSETS; i++)
			if (strstr(charsets[i].labels, key))
				return &charsets[i];
	return NULL;
}

const char *
charset_name(struct span label)
{
	const struct charset *cs = charset_by_label(label);

	return cs ? cs->name : NULL;
}

static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Offset of word in s at or behind start, ASCII case ignored; s.n if absent. */
static size_t
find_word(struct span s, size_t start, const char *word)
{
	size_t n = strlen(word);

	for (size_t i = start; i + n <= s.n; i++)
		if (span_caseeq_str(span_make(s.p + i, n), word))
			return i;
	return s.n;
}

/* The value behind `name` in s: = with optional space, quotes or none. */
static struct span
value_of(struct span s, const char *name)
{
	size_t i = find_word(s, 0, name) + strlen(name);
	size_t end;
	char quote;

	while (i < s.n && is_space(s.p[i]))
		i++;
	if (i >= s.n || s.p[i] != '=')
		return SPAN_NULL;
	i++;
	while (i < s.n && is_space(s.p[i]))
		i++;
	if (i >= s.n)
		return SPAN_NULL;
	quote = s.p[i] == '"' || s.p[i] == '\'' ? s.p[i++] : '\0';
	for (end = i; end < s.n; end++)
		if (quote ? s.p[end] == quote
			  : is_space(s.p[end]) || strchr(";,\"'>/", s.p[end]))
			break;
	return end > i ? span_make(s.p + i, end - i) : SPAN_NULL;
}

struct span
charset_of_content_type(struct span content_type)
{
	return value_of(content_type, "charset");
}

struct span
charset_of_xml(struct span bytes)
{
	struct span head = span_sub(bytes, 0, XML_DECLARATION_REACH);
	size_t start = find_word(head, 0, "<?xml");
	size_t end;

	head = span_sub(head, start, head.n);
	if (head.n < 6 || !is_space(head.p[5]))
		return SPAN_NULL;
	end = span_find(head, '>');
	return value_of(span_sub(head, 0, end), "encoding");
}

struct span
charset_of_html(struct span bytes)
{
	struct span head = span_sub(bytes, 0, HTML_META_REACH);
	size_t i = find_word(head, 0, "<meta");

	while (i < head.n) {
		struct span tag = span_sub(head, i, head.n);
		struct span value;

		tag = span_sub(tag, 0, span_find(tag, '>'));
		value = value_of(tag, "charset");
		if (value.n > 0)
			return value;
		i = find_word(head, i + tag.n, "<meta");
	}
	return SPAN_NULL;
}
