/* Charsets: precedence, wrong labels, repair, detection, UTF-16 and UTF-32. */
#include "text/charset.h"

#include <iconv.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"

#define ROWS(a) (sizeof(a) / sizeof((a)[0]))
#define BYTES(s) \
	{ \
		"" s "", sizeof(s) - 1 \
	}

/* One to three sentences of news in a language: what a short feed holds. */
static const char german[] =
	"Der Münchner Konzern übernimmt für 1,2 Milliarden Euro die Mehrheit "
	"an dem Düsseldorfer Unternehmen. Die Aufsichtsräte beider Häuser "
	"müssen noch zustimmen, größere Einwände werden nicht erwartet.";
static const char french[] =
	"Le géant français a annoncé mardi l'acquisition de la société "
	"américaine, spécialisée dans les véhicules électriques, pour près "
	"de deux milliards d'euros. L'opération sera achevée à l'été.";
static const char polish[] =
	"Spółka ogłosiła we wtorek przejęcie większościowego pakietu akcji "
	"swojego największego konkurenta. Zarząd spodziewa się, że "
	"transakcja zostanie sfinalizowana w ciągu najbliższych miesięcy.";
static const char russian[] =
	"Компания объявила во вторник о покупке своего крупнейшего "
	"конкурента за два миллиарда долларов. Сделка должна быть закрыта "
	"до конца года, сообщает агентство.";
static const char greek[] =
	"Η εταιρεία ανακοίνωσε την Τρίτη την εξαγορά του μεγαλύτερου "
	"ανταγωνιστή της έναντι δύο δισεκατομμυρίων ευρώ. Η συναλλαγή "
	"αναμένεται να ολοκληρωθεί μέχρι το τέλος του έτους.";
static const char hebrew[] =
	"החברה הודיעה ביום שלישי על רכישת המתחרה הגדולה ביותר שלה תמורת "
	"שני מיליארד דולר. העסקה צפויה להיסגר עד סוף השנה, כך נמסר.";
static const char japanese[] =
	"同社は火曜日、最大の競合企業を二十億ドルで買収すると発表しました。"
	"買収は年末までに完了する見通しで、株価は取引開始直後に上昇しています"
	"。";
static const char simplified[] =
	"该公司周二宣布以二十亿美元收购其最大的竞争对手。这笔交易预计将在年底前"
	"完成，公司股价在早盘交易中上涨。分析师认为这将改变整个行业的格局。";
static const char traditional[] =
	"該公司週二宣布以二十億美元收購其最大的競爭對手。這筆交易預計將在年底前"
	"完成，公司股價在早盤交易中上漲。分析師認為這將改變整個產業的格局。";
static const char korean[] =
	"이 회사는 화요일에 최대 경쟁사를 이십억 달러에 인수한다고 발표했다. "
	"거래는 연말까지 마무리될 것으로 예상되며 주가는 장 초반에 상승했다.";
static const char thai[] = "บริษัทประกาศเมื่อวันอังคารว่าจะเข้าซื้อกิจการของคู่แข่งรายใหญ่ที่สุดใ"
			   "นราคาสองพันล้านดอลลาร์ "
			   "คาดว่าข้อตกลงจะเสร็จสิ้นภายในสิ้นปีนี้";

static const char turkish[] =
	"Şirket salı günü en büyük rakibini iki milyar dolara satın aldığını "
	"açıkladı. İşlemin yıl sonuna kadar tamamlanması bekleniyor.";
static const char arabic[] =
	"أعلنت الشركة يوم الثلاثاء عن استحواذها على أكبر منافسيها مقابل ملياري "
	"دولار ومن المتوقع إتمام الصفقة بحلول نهاية العام";
static const char ukrainian[] =
	"Компанія оголосила у вівторок про купівлю свого найбільшого "
	"конкурента за два мільярди доларів. Угоду має бути закрито до кінця "
	"року.";
static const char spanish[] =
	"La compañía anunció el martes la adquisición de su mayor competidor "
	"por dos mil millones de dólares. La operación se cerrará en otoño.";
static const char english[] =
	"The company said on Tuesday it’s buying its largest rival for $2 "
	"billion — “the deal of the year”, analysts said. It’s expected to "
	"close by year’s end.";

static char decoded[64 << 10];
static struct charset_result result;

/* Decode with flags and return what it became, terminated. */
static const char *
decode(struct span bytes, const char *http, const char *document)
{
	struct strbuf out = STRBUF_INIT(sizeof(decoded) - 1);
	struct charset_labels labels = {span_of(http), span_of(document)};

	charset_decode(bytes, &labels, CHARSET_XML_CHARS, &out, &result);
	memcpy(decoded, result.text.p ? result.text.p : "", result.text.n);
	decoded[result.text.n] = '\0';
	assert_true(span_is_utf8(result.text));
	assert_true(charset_is_clean(result.text, CHARSET_XML_CHARS));
	strbuf_fini(&out);
	return decoded;
}

/* text in another charset, by the C library, in a static buffer. */
static struct span
encode(const char *text, const char *charset)
{
	static char buf[16 << 10];
	iconv_t cd = iconv_open(charset, "UTF-8");
	char *in = (char *)(uintptr_t)text, *out = buf;
	size_t n = strlen(text), left = sizeof(buf);

	assert_true(cd != (iconv_t)-1);
	assert_int_equal(iconv(cd, &in, &n, &out, &left), 0);
	assert_int_equal(iconv(cd, NULL, NULL, &out, &left), 0);
	iconv_close(cd);
	return span_make(buf, sizeof(buf) - left);
}

static void
every_label_means_what_the_standard_says(void **state)
{
	static const struct {
		const char *label, *name;
	} rows[] = {
		{"utf-8", "UTF-8"},
		{"UTF8", "UTF-8"},
		{"\"utf-8\"", "UTF-8"},
		{" utf_8 ", "UTF-8"},
		{"unicode-1-1-utf-8", "UTF-8"},
		{"x-unicode20utf8", "UTF-8"},
		{"utf-16", "UTF-16LE"},
		{"UTF-16BE", "UTF-16BE"},
		{"iso-8859-1", "windows-1252"},
		{"ISO_8859-1:1987", "windows-1252"},
		{"latin1", "windows-1252"},
		{"us-ascii", "windows-1252"},
		{"ascii", "windows-1252"},
		{"ansi_x3.4-1968", "windows-1252"},
		{"Windows-1252", "windows-1252"},
		{"x-cp1252", "windows-1252"},
		{"iso-8859-2", "ISO-8859-2"},
		{"latin2", "ISO-8859-2"},
		{"iso-8859-9", "windows-1254"},
		{"latin5", "windows-1254"},
		{"iso-8859-11", "windows-874"},
		{"tis-620", "windows-874"},
		{"iso-8859-15", "ISO-8859-15"},
		{"iso-8859-8-i", "ISO-8859-8"},
		{"koi8", "KOI8-R"},
		{"koi8-ru", "KOI8-U"},
		{"cp866", "IBM866"},
		{"macintosh", "macintosh"},
		{"x-mac-cyrillic", "x-mac-cyrillic"},
		{"gb2312", "gb18030"},
		{"GBK", "gb18030"},
		{"x-gbk", "gb18030"},
		{"gb_2312-80", "gb18030"},
		{"cp936", "gb18030"},
		{"big5-hkscs", "Big5"},
		{"x-x-big5", "Big5"},
		{"x-euc-jp", "EUC-JP"},
		{"shift-jis", "Shift_JIS"},
		{"x-sjis", "Shift_JIS"},
		{"windows-31j", "Shift_JIS"},
		{"ks_c_5601-1987", "EUC-KR"},
		{"windows-949", "EUC-KR"},
		{"iso-2022-jp", "ISO-2022-JP"},
		{"csPC8CodePage437", "IBM437"},
		{"cspcp852", "IBM852"},
		{"cp737", "IBM737"},
		{"cp_is", "IBM861"},
		{"csIBM857", "IBM857"},
		{"ibm864", "IBM864"},
		{"cp1125", "CP1125"},
		{"koi8-t", "KOI8-T"},
		{"macroman", "macintosh"},
		{"maclatin2", "x-mac-ce"},
		{"MS-GREEK", "windows-1253"},
		{"winbaltrim", "windows-1257"},
		{"utf-7", NULL}, /* hides markup from whoever looks at it */
		{"none", NULL},
		{"", NULL},
		{"-", NULL},
		{"text/xml", NULL},
		{"a-very-long-label-that-is-longer-than-any-real-one", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		const char *name = charset_name(span_of(rows[i].label));

		if (rows[i].name)
			assert_string_equal(name ? name : "", rows[i].name);
		else
			assert_null(name);
	}
}

static void
labels_are_found_where_documents_put_them(void **state)
{
	static const struct {
		struct span (*find)(struct span);
		const char *in, *label;
	} rows[] = {
		{charset_of_content_type, "text/xml; charset=utf-8", "utf-8"},
		{charset_of_content_type, "text/xml;charset=\"UTF-8\"",
			"UTF-8"},
		{charset_of_content_type, "text/xml; Charset = 'x' ; a=b", "x"},
		{charset_of_content_type, "text/xml; charset=a;b=c", "a"},
		{charset_of_content_type, "text/xml; charset=", ""},
		{charset_of_content_type, "text/xml; charset", ""},
		{charset_of_content_type, "text/xml", ""},
		{charset_of_content_type, "", ""},
		{charset_of_xml, "<?xml version=\"1.0\" encoding=\"a-1\"?>",
			"a-1"},
		{charset_of_xml, "<?xml version='1.0' encoding='b'?>", "b"},
		{charset_of_xml, " \n\n<?xml encoding = 'c' ?>", "c"},
		{charset_of_xml, "junk<?XML ENCODING='d'?>", "d"},
		{charset_of_xml, "<?xml version=\"1.0\"?><a encoding='e'/>",
			""},
		{charset_of_xml, "<?xml-stylesheet encoding='f'?>", ""},
		{charset_of_xml, "<rss encoding='g'>", ""},
		{charset_of_xml, "<?xml", ""},
		{charset_of_xml, "<?xml encoding=", ""},
		{charset_of_html, "<html><meta charset=h><p>", "h"},
		{charset_of_html,
			"<meta name=a><META http-equiv=Content-Type "
			"content=\"text/html; charset=i\">",
			"i"},
		{charset_of_html, "<p>charset=j", ""},
		{charset_of_html, "<meta", ""},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct span got = rows[i].find(span_of(rows[i].in));

		if (!span_eq_str(got, rows[i].label))
			fail_msg("'%s': '%.*s', not '%s'", rows[i].in,
				SPAN_ARG(got), rows[i].label);
	}
}

static void
precedence_is_mark_http_document_default(void **state)
{
	static const struct {
		struct span in;
		const char *http, *document, *out, *name;
		enum charset_source source;
		bool mismatch;
	} rows[] = {
		{BYTES("\xef\xbb\xbf"
		       "caf\xc3\xa9"),
			"iso-8859-1", "gb2312", "café", "UTF-8", CHARSET_BY_BOM,
			false},
		{BYTES("caf\xe9"), "iso-8859-1", "koi8-r", "café",
			"windows-1252", CHARSET_BY_HTTP, false},
		{BYTES("caf\xc3\xa9"), "utf-8", "iso-8859-1", "café", "UTF-8",
			CHARSET_BY_HTTP, false},
		{BYTES("\xcf\xd2\xc9"), NULL, "koi8-r", "ори", "KOI8-R",
			CHARSET_BY_DOCUMENT, false},
		{BYTES("\xcf\xd2\xc9"), "bogus", "koi8-r", "ори", "KOI8-R",
			CHARSET_BY_DOCUMENT, true},
		{BYTES("caf\xc3\xa9"), NULL, NULL, "café", "UTF-8",
			CHARSET_BY_DEFAULT, false},
		{BYTES("plain"), NULL, NULL, "plain", "UTF-8",
			CHARSET_BY_DEFAULT, false},
		{BYTES("plain"), "us-ascii", "utf-8", "plain", "windows-1252",
			CHARSET_BY_HTTP, false},
		{BYTES(""), NULL, NULL, "", "UTF-8", CHARSET_BY_DEFAULT, false},
		{BYTES("\xef\xbb\xbf"), NULL, NULL, "", "UTF-8", CHARSET_BY_BOM,
			false},
		/* A label that the bytes deny is passed over. */
		{BYTES("caf\xc3\xa9"), "iso-8859-1", NULL, "café", "UTF-8",
			CHARSET_BY_CONTENT, true},
		{BYTES("caf\xc3\xa9"), "iso-8859-1", "utf-8", "café", "UTF-8",
			CHARSET_BY_DOCUMENT, true},
		{BYTES("<?xml encoding=\"utf-16\"?>\xc3\xa9"), NULL, "utf-16",
			"<?xml encoding=\"utf-16\"?>é", "UTF-8",
			CHARSET_BY_CONTENT, true},
		{BYTES("na\xefve caf\xe9"), "utf-8", NULL, "naïve café",
			"windows-1252", CHARSET_BY_DEFAULT, true},
		{BYTES("\xcf\xd2\xc9"), "utf-8", "koi8-r", "ори", "KOI8-R",
			CHARSET_BY_DOCUMENT, true},
		{BYTES("<a>\xd0\xd0\xd0"), "ebcdic-cp-us", NULL, "<a>ÐÐÐ",
			"windows-1252", CHARSET_BY_DEFAULT, true},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		decode(rows[i].in, rows[i].http, rows[i].document);
		assert_string_equal(decoded, rows[i].out);
		assert_string_equal(result.name, rows[i].name);
		assert_int_equal(result.source, rows[i].source);
		assert_int_equal(result.mismatch, rows[i].mismatch);
	}
}

static void
utf16_and_utf32_are_read_with_and_without_mark(void **state)
{
	static const char *const text = "<?xml version='1.0'?><a>é€𝄞漢</a>";
	static const struct {
		const char *charset, *mark, *name;
		size_t n_mark;
		enum charset_source source;
	} rows[] = {
		{"UTF-16LE", "\xff\xfe", "UTF-16LE", 2, CHARSET_BY_BOM},
		{"UTF-16BE", "\xfe\xff", "UTF-16BE", 2, CHARSET_BY_BOM},
		{"UTF-32LE", "\xff\xfe\0\0", "UTF-32LE", 4, CHARSET_BY_BOM},
		{"UTF-32BE", "\0\0\xfe\xff", "UTF-32BE", 4, CHARSET_BY_BOM},
		{"UTF-16LE", "", "UTF-16LE", 0, CHARSET_BY_SHAPE},
		{"UTF-16BE", "", "UTF-16BE", 0, CHARSET_BY_SHAPE},
		{"UTF-32LE", "", "UTF-32LE", 0, CHARSET_BY_SHAPE},
		{"UTF-32BE", "", "UTF-32BE", 0, CHARSET_BY_SHAPE},
		{"IBM037", "", "IBM037", 0, CHARSET_BY_SHAPE},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		const char *in = strcmp(rows[i].charset, "IBM037")
			? text
			: "<?xml version='1.0'?><a>é</a>";
		struct strbuf b = STRBUF_INIT(1024);

		strbuf_put(&b, rows[i].mark, rows[i].n_mark);
		strbuf_span(&b, encode(in, rows[i].charset));
		decode(strbuf_as_span(&b), "utf-8", "iso-8859-1");
		assert_string_equal(decoded, in);
		assert_string_equal(result.name, rows[i].name);
		assert_int_equal(result.source, rows[i].source);
		assert_false(result.repaired);
		strbuf_fini(&b);
	}
}

static void
broken_utf16_and_utf32_become_replacement_characters(void **state)
{
	static const struct {
		struct span in;
		const char *out;
	} rows[] = {
		{BYTES("<\0a\0\x00\xd8>\0"), "<a\xef\xbf\xbd>"},
		{BYTES("<\0a\0\x00\xdc>\0"), "<a\xef\xbf\xbd>"},
		{BYTES("<\0a\0\x00\xd8"), "<a\xef\xbf\xbd"},
		{BYTES("<\0a\0b"), "<a"},
		{BYTES("<\0\0\0\0\0\x11\0"), "<\xef\xbf\xbd"},
		{BYTES("<\0\0\0\x00\xd8\0\0"), "<\xef\xbf\xbd"},
		{BYTES("<\0\0\0a\0"), "<"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		decode(rows[i].in, NULL, NULL);
		assert_string_equal(decoded, rows[i].out);
		assert_true(result.repaired);
	}
}

static void
windows_1252_bytes_in_other_documents_are_repaired_one_by_one(void **state)
{
	static const struct {
		struct span in;
		const char *http, *out, *name;
	} rows[] = {
		/* in a document that says latin1 */
		{BYTES("it\x92s \x93now\x94 \x80"), "iso-8859-1",
			"it’s “now” €", "windows-1252"},
		/* in a document that is otherwise UTF-8 */
		{BYTES("caf\xc3\xa9 it\x92s"), "utf-8", "café it’s", "UTF-8"},
		{BYTES("caf\xc3\xa9 it\x92s"), NULL, "café it’s", "UTF-8"},
		{BYTES("caf\xc3\xa9 it\x92s"), "iso-8859-1", "café it’s",
			"UTF-8"},
		{BYTES("\xe6\xbc\xa2 \xe9t\xe9 \xc3\xa9"), "utf-8", "漢 été é",
			"UTF-8"},
		/* transcoded from latin1 although it was windows-1252 */
		{BYTES("it\xc2\x92s \xc2\x85"), "utf-8", "it’s …", "UTF-8"},
		/* cut in the middle of a character */
		{BYTES("\xc3\xa9 \xe6\xbc"), "utf-8", "é ", "UTF-8"},
		/* overlong, surrogates, beyond Unicode */
		{BYTES("\xc3\xa9\xc3\xa9 \xc0\xaf"), "utf-8", "éé À¯", "UTF-8"},
		{BYTES("\xc3\xa9\xc3\xa9\xc3\xa9 \xed\xa0\x80"), "utf-8",
			"ééé í\xc2\xa0€", "UTF-8"},
		/* what ISO-8859-2 calls C1 controls */
		{BYTES("\xb3\x93"), "iso-8859-2", "ł“", "ISO-8859-2"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		decode(rows[i].in, rows[i].http, NULL);
		assert_string_equal(decoded, rows[i].out);
		assert_string_equal(result.name, rows[i].name);
	}
}

static void
characters_that_xml_forbids_are_dropped_if_asked(void **state)
{
	static const char in[] = "a\x01"
				 "b\0c\x1f\t\r\nd\xef\xbf\xbe"
				 "e\xef\xbf\xbf"
				 "f\x7f\xef\xbf\xbd";
	struct span s = span_make(in, sizeof(in) - 1);
	struct strbuf out = STRBUF_INIT(100);

	(void)state;
	decode(s, NULL, NULL);
	assert_string_equal(decoded, "abc\t\r\ndef\x7f\xef\xbf\xbd");
	assert_true(result.repaired);
	charset_decode(s, NULL, 0, &out, &result);
	assert_ptr_equal(result.text.p, in);
	assert_false(result.repaired);
	assert_null(out.p);
}

static void
legacy_code_pages_are_read_by_their_label(void **state)
{
	static const struct {
		const char *text, *iconv, *label;
	} rows[] = {
		{german, "CP1252", "iso-8859-1"},
		{german, "ISO-8859-15", "latin9"},
		{german, "CP850", "cp850"},
		{german, "MACINTOSH", "macintosh"},
		{polish, "ISO-8859-2", "iso-8859-2"},
		{polish, "CP1250", "windows-1250"},
		{polish, "CP852", "ibm852"},
		{russian, "CP1251", "windows-1251"},
		{russian, "KOI8-R", "koi8-r"},
		{russian, "ISO-8859-5", "iso-8859-5"},
		{russian, "CP866", "cp866"},
		{russian, "MAC-CYRILLIC", "x-mac-cyrillic"},
		{greek, "CP1253", "windows-1253"},
		{greek, "ISO-8859-7", "iso-8859-7"},
		{hebrew, "CP1255", "windows-1255"},
		{hebrew, "ISO-8859-8", "iso-8859-8-i"},
		{thai, "TIS-620", "tis-620"},
		{japanese, "SHIFT_JIS", "shift_jis"},
		{japanese, "EUC-JP", "euc-jp"},
		{japanese, "ISO-2022-JP", "iso-2022-jp"},
		{simplified, "GB2312", "gb2312"},
		{simplified, "GBK", "gbk"},
		{simplified, "GB18030", "gb2312"},
		{traditional, "BIG5", "big5"},
		{korean, "EUC-KR", "euc-kr"},
		{korean, "UHC", "ks_c_5601-1987"},
		{"euro € “quoted”, 欧元㐀", "GB18030", "gb2312"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		decode(encode(rows[i].text, rows[i].iconv), rows[i].label,
			NULL);
		assert_string_equal(decoded, rows[i].text);
		assert_int_equal(result.source, CHARSET_BY_HTTP);
		assert_false(result.repaired);
		assert_false(result.mismatch);
	}
}

static void
utf8_under_any_other_label_is_utf8(void **state)
{
	static const char *const labels[] = {"iso-8859-1", "us-ascii",
		"windows-1251", "koi8-r", "gb2312", "big5", "shift_jis",
		"euc-kr", "utf-16", "utf-32be", "x-nothing"};

	(void)state;
	for (size_t i = 0; i < ROWS(labels); i++) {
		assert_string_equal(
			decode(span_of(russian), labels[i], NULL), russian);
		assert_string_equal(
			decode(span_of(japanese), NULL, labels[i]), japanese);
		assert_string_equal(result.name, "UTF-8");
		assert_int_equal(result.source, CHARSET_BY_CONTENT);
		assert_true(result.mismatch);
		assert_false(result.repaired);
	}
}

static void
undeclared_charsets_are_detected(void **state)
{
	static const struct {
		const char *text, *iconv;
	} rows[] = {
		{german, "CP1252"},
		{french, "CP1252"},
		{spanish, "CP1252"},
		{english, "CP1252"},
		{polish, "ISO-8859-2"},
		{polish, "CP1250"},
		{turkish, "CP1254"},
		{arabic, "CP1256"},
		{ukrainian, "CP1251"},
		{ukrainian, "KOI8-U"},
		{russian, "CP1251"},
		{russian, "KOI8-R"},
		{russian, "ISO-8859-5"},
		{greek, "CP1253"},
		{hebrew, "CP1255"},
		{thai, "TIS-620"},
		{japanese, "SHIFT_JIS"},
		{japanese, "EUC-JP"},
		{japanese, "ISO-2022-JP"},
		{simplified, "GB18030"},
		{traditional, "BIG5"},
		{korean, "EUC-KR"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows) * 2; i++) {
		char in[4096];
		const char *text = rows[i / 2].text;

		if (i % 2)
			snprintf(in, sizeof(in),
				"<?xml version=\"1.0\"?>\n<rss version=\"2.0\">"
				"<channel><title>News</title><link>"
				"http://example.com/</link><item><title>%s"
				"</title><pubDate>Mon, 02 Mar 2026 10:00:00 GMT"
				"</pubDate></item></channel></rss>",
				text);
		else
			snprintf(in, sizeof(in), "%s", text);
		decode(encode(in, rows[i / 2].iconv), NULL, NULL);
		if (strcmp(decoded, in))
			fail_msg("%s read as %s: %.200s", rows[i / 2].iconv,
				result.name, decoded);
	}
}

static void
a_wrong_utf8_label_on_a_code_page_is_seen_through(void **state)
{
	(void)state;
	decode(encode(japanese, "SHIFT_JIS"), "utf-8", "utf-8");
	assert_string_equal(decoded, japanese);
	assert_int_equal(result.source, CHARSET_BY_DETECTION);
	assert_true(result.mismatch);
}

static void
a_multibyte_document_cut_in_a_character_keeps_its_charset(void **state)
{
	struct span s = encode(simplified, "GB18030");

	(void)state;
	s.n--;
	decode(s, "gb2312", NULL);
	assert_string_equal(result.name, "gb18030");
	assert_true(result.repaired);
	assert_memory_equal(decoded, simplified, strlen(simplified) - 3);
}

static void
the_result_ends_at_its_maximum_on_a_character(void **state)
{
	static const struct {
		struct span in;
		const char *http;
	} rows[] = {
		{BYTES("\xe9\xe9\xe9\xe9\xe9\xe9"), "latin1"},
		{BYTES("\xcf\xcf\xcf\xcf\xcf\xcf"), "koi8-r"},
		{BYTES("\xff\xfe\xe9\0\xe9\0\xe9\0\xe9\0"), NULL},
		{BYTES("\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"), "utf-8"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct strbuf out = STRBUF_INIT(5);
		struct charset_labels labels = {
			span_of(rows[i].http), SPAN_NULL};

		charset_decode(
			rows[i].in, &labels, CHARSET_XML_CHARS, &out, &result);
		assert_int_equal(result.text.n, 4);
		assert_true(span_is_utf8(result.text));
		assert_true(result.cut);
		strbuf_fini(&out);
	}
}

static void
clean_bytes_are_used_where_they_lie(void **state)
{
	static const char *const texts[] = {"", "plain ascii",
		"a line\nof text that is longer than sixteen bytes, twice", "é",
		"fünfzehn bytes ü and then some more ü at odd places ü"};

	(void)state;
	for (size_t i = 0; i < ROWS(texts); i++) {
		struct strbuf out = STRBUF_INIT(1000);

		charset_decode(span_of(texts[i]), NULL, CHARSET_XML_CHARS, &out,
			&result);
		assert_ptr_equal(result.text.p, texts[i]);
		assert_int_equal(result.text.n, strlen(texts[i]));
		assert_null(out.p);
		assert_false(result.repaired);
	}
}

static void
all_converters_can_be_opened_beforehand(void **state)
{
	(void)state;
	assert_int_equal(charset_warm_up(), 0);
	assert_int_equal(charset_warm_up(), 0);
	decode(encode(russian, "KOI8-R"), "koi8-r", NULL);
	assert_string_equal(decoded, russian);
	charset_cool_down();
	decode(encode(russian, "KOI8-R"), "koi8-r", NULL);
	assert_string_equal(decoded, russian);
}

/* Random bytes with runs of everything that has a meaning somewhere. */
static size_t
noise(struct rng *r, char *buf, size_t max)
{
	static const char *const bits[] = {"<?xml encoding='x'?>", "\xc3\xa9",
		"\xe6\xbc\xa2", "\x1b$B", "\x1b(B", "\xf0\x9d\x84\x9e",
		"\xed\xa0\x80", "\xef\xbf\xbf", "plain text of some length",
		"\x82\xa0\x82\xa2", "\xc2\x92", "\x81\x30\x81\x30"};
	size_t n = 0, want = rng_below(r, (uint32_t)max - 32);

	while (n < want) {
		const char *s = bits[rng_below(r, ROWS(bits))];

		if (rng_below(r, 3) == 0)
			buf[n++] = (char)rng_below(r, 256);
		else
			n += (size_t)snprintf(buf + n, 32, "%s", s);
	}
	return n;
}

static void
whatever_comes_the_result_is_clean_utf8(void **state)
{
	static const char *const labels[] = {"", "utf-8", "latin1", "gb2312",
		"shift_jis", "big5", "iso-2022-jp", "iso-2022-kr", "utf-16",
		"euc-kr", "koi8-r", "euc-tw", "johab", "iso-2022-cn"};
	uint64_t seed = 20260301;
	struct rng r;

	(void)state;
	print_message("# seed %llu\n", (unsigned long long)seed);
	rng_init(&r, seed);
	for (int i = 0; i < 3000; i++) {
		char buf[400];
		size_t n = noise(&r, buf, sizeof(buf));
		const char *http = labels[rng_below(&r, ROWS(labels))];
		const char *doc = labels[rng_below(&r, ROWS(labels))];
		char first[sizeof(buf) * 4];
		size_t n_first;

		decode(span_make(buf, n), http, doc); /* asserts cleanness */
		n_first = result.text.n;
		memcpy(first, decoded, n_first);
		/* and what is clean UTF-8 stays as it is */
		decode(span_make(first, n_first), NULL, "utf-8");
		assert_int_equal(result.text.n, n_first);
		assert_memory_equal(decoded, first, n_first);
	}
}

static void
repair_leaves_nothing_invalid_and_no_valid_character_changed(void **state)
{
	static const struct {
		struct span in;
		unsigned flags;
		const char *out;
		bool changed;
	} rows[] = {
		{BYTES("plain"), 0, "plain", false},
		{BYTES("é漢𝄞"), CHARSET_XML_CHARS, "é漢𝄞", false},
		{BYTES("\xe9"), 0, "é", true},
		{BYTES("\x81"), 0, "\xef\xbf\xbd", true},
		{BYTES("a\x01"), 0, "a\x01", false},
		{BYTES("a\x01"), CHARSET_XML_CHARS, "a", true},
		{BYTES("\xc2\x80"), 0, "\xc2\x80", false},
		{BYTES("\xc2\x80"), CHARSET_XML_CHARS, "€", true},
		{BYTES("\xf4\x90\x80\x80"), 0, "ô\xef\xbf\xbd€€", true},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct strbuf out = STRBUF_INIT(100);

		assert_int_equal(
			charset_repair_utf8(rows[i].in, rows[i].flags, &out),
			rows[i].changed);
		assert_string_equal(strbuf_cstr(&out), rows[i].out);
		strbuf_fini(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_label_means_what_the_standard_says),
		cmocka_unit_test(labels_are_found_where_documents_put_them),
		cmocka_unit_test(precedence_is_mark_http_document_default),
		cmocka_unit_test(
			utf16_and_utf32_are_read_with_and_without_mark),
		cmocka_unit_test(
			broken_utf16_and_utf32_become_replacement_characters),
		cmocka_unit_test(
			windows_1252_bytes_in_other_documents_are_repaired_one_by_one),
		cmocka_unit_test(
			characters_that_xml_forbids_are_dropped_if_asked),
		cmocka_unit_test(legacy_code_pages_are_read_by_their_label),
		cmocka_unit_test(utf8_under_any_other_label_is_utf8),
		cmocka_unit_test(undeclared_charsets_are_detected),
		cmocka_unit_test(
			a_wrong_utf8_label_on_a_code_page_is_seen_through),
		cmocka_unit_test(
			a_multibyte_document_cut_in_a_character_keeps_its_charset),
		cmocka_unit_test(the_result_ends_at_its_maximum_on_a_character),
		cmocka_unit_test(clean_bytes_are_used_where_they_lie),
		cmocka_unit_test(all_converters_can_be_opened_beforehand),
		cmocka_unit_test(whatever_comes_the_result_is_clean_utf8),
		cmocka_unit_test(
			repair_leaves_nothing_invalid_and_no_valid_character_changed),
	};
	int rc = cmocka_run_group_tests(tests, NULL, NULL);

	charset_cool_down();
	return rc;
}
