#include "parse/dialect.h"

/* Sources: the specifications' own URIs, and those that feeds were seen to
 * write instead. Compared without case and without a final '/' or '#'. */
const struct xml_ns dialect_namespaces[] = {
	{"http://www.w3.org/2005/Atom", "atom", NS_ATOM10},
	{"http://purl.org/dc/elements/1.1", "dc", NS_DC},
	{"http://purl.org/rss/1.0/modules/content", "content", NS_CONTENT},
	{"http://www.w3.org/1999/xhtml", "xhtml", NS_XHTML},
	{"http://search.yahoo.com/mrss", "media", NS_MEDIA},
	{"http://www.itunes.com/dtds/podcast-1.0.dtd", "itunes", NS_ITUNES},
	{"http://purl.org/rss/1.0/modules/syndication", "sy", NS_SY},
	{"http://rssnamespace.org/feedburner/ext/1.0", "feedburner",
		NS_FEEDBURNER},
	{"http://purl.org/rss/1.0", "rss", NS_RSS10},
	{"http://www.w3.org/1999/02/22-rdf-syntax-ns", "rdf", NS_RDF},
	{"http://purl.org/dc/terms", "dcterms", NS_DC},
	{"http://purl.org/atom/ns", NULL, NS_ATOM03},
	{"http://www.sitemaps.org/schemas/sitemap/0.9", NULL, NS_SITEMAP},
	{"http://www.google.com/schemas/sitemap-news/0.9", "news", NS_NEWS},
	{"http://www.google.com/schemas/sitemap-image/1.1", NULL, NS_IMAGE},
	{"http://prismstandard.org/namespaces/basic/2.0", "prism", NS_PRISM},
	/* RSS under a namespace */
	{"http://backend.userland.com/rss", NULL, NS_RSS},
	{"http://backend.userland.com/rss2", NULL, NS_RSS},
	{"http://backend.userland.com/rss091", NULL, NS_RSS},
	{"http://blogs.law.harvard.edu/tech/rss", NULL, NS_RSS},
	{"http://cyber.law.harvard.edu/rss/rss.html", NULL, NS_RSS},
	{"http://my.netscape.com/publish/formats/rss-0.91.dtd", NULL, NS_RSS},
	{"http://purl.org/net/rss1.1", NULL, NS_RSS10},
	{"http://purl.org/rss/1.1", NULL, NS_RSS10},
	{"http://my.netscape.com/rdf/simple/0.9", NULL, NS_RSS090},
	{"http://my.netscape.com/rdf/simple/0.91", NULL, NS_RSS},
	{"http://channel.netscape.com/rdf/simple/0.9", NULL, NS_RSS090},
	/* Atom before it had its name, and beside it */
	{"http://example.com/newformat", NULL, NS_ATOM03},
	{"http://example.com/necho", NULL, NS_ATOM03},
	{"http://purl.org/echo", NULL, NS_ATOM03},
	{"uri/of/echo/namespace", NULL, NS_ATOM03},
	{"http://purl.org/pie", NULL, NS_ATOM03},
	{"http://purl.org/atom/ns#0.3", NULL, NS_ATOM03},
	{"https://www.w3.org/2005/Atom", NULL, NS_ATOM10},
	{"http://www.w3.org/2005/10/Atom", NULL, NS_ATOM10},
	/* modules */
	{"http://purl.org/dc/elements/1.0", NULL, NS_DC},
	{"http://purl.org/dc/elements/2.0", NULL, NS_DC},
	{"http://dublincore.org/documents/dcmi-namespace", NULL, NS_DC},
	{"http://search.yahoo.com/searchmonkey/media", NULL, NS_MEDIA},
	{"http://tools.search.yahoo.com/mrss", NULL, NS_MEDIA},
	{"https://www.rssboard.org/media-rss", NULL, NS_MEDIA},
	{"http://www.rssboard.org/media-rss", NULL, NS_MEDIA},
	{"http://example.com/dtds/podcast-1.0.dtd", NULL, NS_ITUNES},
	{"https://www.itunes.com/dtds/podcast-1.0.dtd", NULL, NS_ITUNES},
	{"http://www.google.com/schemas/play-podcasts/1.0", "googleplay",
		NS_ITUNES},
	{"http://www.pheedo.com/namespace/pheedo", "pheedo", NS_FEEDBURNER},
	{"http://www.google.com/schemas/sitemap/0.9", NULL, NS_SITEMAP},
	{"http://www.google.com/schemas/sitemap/0.84", NULL, NS_SITEMAP},
	{"https://www.sitemaps.org/schemas/sitemap/0.9", NULL, NS_SITEMAP},
	{"http://prismstandard.org/namespaces/1.2/basic", NULL, NS_PRISM},
	{"http://purl.org/rss/1.0/modules/prism", NULL, NS_PRISM},
};

const size_t dialect_n_namespaces =
	sizeof(dialect_namespaces) / sizeof(dialect_namespaces[0]);

#define ROOT_OR_FEED (IN_ROOT | IN_FEED)
#define FEED_OR_ITEM (IN_FEED | IN_ITEM)
#define ANY_ENTRY (IN_FEED | IN_ITEM | IN_SOURCE)
#define ITEM_START (IN_ROOT | IN_FEED | IN_ITEM)

/* Sorted by class, then name. */
const struct dialect_row dialect_rows[] = {
	/* CDF: a link as an element */
	{CLASS_CORE, "a", IN_ITEM, DO_LINK, F_LINK, 0},
	{CLASS_CORE, "abstract", IN_ITEM, DO_TEXT, F_SUMMARY, 0},
	{CLASS_CORE, "author", ANY_ENTRY, DO_PERSON, F_AUTHOR, 0},
	{CLASS_CORE, "body", IN_ITEM, DO_TEXT, F_CONTENT, 1},
	{CLASS_CORE, "category", IN_ITEM, DO_CATEGORY, F_CATEGORY, 0},
	{CLASS_CORE, "channel", ROOT_OR_FEED, DO_CHANNEL, F_NONE, 0},
	{CLASS_CORE, "content", IN_ITEM, DO_TEXT, F_CONTENT, 0},
	{CLASS_CORE, "created", IN_ITEM, DO_TEXT, F_PUBLISHED, 3},
	{CLASS_CORE, "date", IN_ITEM, DO_TEXT, F_DATE, 2},
	{CLASS_CORE, "day", IN_FEED, DO_TEXT, F_SKIP_DAY, 0},
	{CLASS_CORE, "description", IN_ITEM, DO_TEXT, F_SUMMARY, 0},
	{CLASS_CORE, "email", IN_PERSON, DO_TEXT, F_ADDRESS, 0},
	{CLASS_CORE, "enclosure", IN_ITEM, DO_MEDIA, F_NONE, 0},
	{CLASS_CORE, "entry", ITEM_START, DO_ITEM, F_NONE, 0},
	{CLASS_CORE, "feed", ROOT_OR_FEED, DO_ATOM, F_NONE, 0},
	{CLASS_CORE, "fullitem", IN_ITEM, DO_TEXT, F_CONTENT, 1},
	{CLASS_CORE, "guid", IN_ITEM, DO_TEXT, F_GUID, 0},
	{CLASS_CORE, "homepage", IN_PERSON, DO_TEXT, F_PAGE, 0},
	{CLASS_CORE, "hour", IN_FEED, DO_TEXT, F_SKIP_HOUR, 0},
	{CLASS_CORE, "html", IN_ROOT, DO_HTML, F_NONE, 0},
	{CLASS_CORE, "id", IN_ITEM, DO_TEXT, F_GUID, 0},
	{CLASS_CORE, "image", FEED_OR_ITEM, DO_PICTURE, F_NONE, 0},
	{CLASS_CORE, "issued", IN_ITEM, DO_TEXT, F_PUBLISHED, 0},
	{CLASS_CORE, "item", ITEM_START, DO_ITEM, F_NONE, 0},
	{CLASS_CORE, "items", IN_FEED, DO_WRAP, F_NONE, 0},
	{CLASS_CORE, "language", FEED_OR_ITEM, DO_TEXT, F_LANGUAGE, 0},
	{CLASS_CORE, "lastmod", IN_ITEM, DO_TEXT, F_UPDATED, 1},
	{CLASS_CORE, "link", ANY_ENTRY, DO_LINK, F_LINK, 0},
	{CLASS_CORE, "loc", IN_ROOT | IN_ITEM, DO_TEXT, F_LINK, 0},
	{CLASS_CORE, "logo", FEED_OR_ITEM, DO_PICTURE, F_NONE, 0},
	{CLASS_CORE, "managingeditor", FEED_OR_ITEM, DO_PERSON, F_AUTHOR, 1},
	{CLASS_CORE, "modified", IN_ITEM, DO_TEXT, F_UPDATED, 0},
	{CLASS_CORE, "name", IN_PERSON, DO_TEXT, F_NAME, 0},
	{CLASS_CORE, "opml", IN_ROOT, DO_OPML, F_NONE, 0},
	{CLASS_CORE, "pubdate", IN_ITEM, DO_TEXT, F_PUBLISHED, 0},
	{CLASS_CORE, "published", IN_ITEM, DO_TEXT, F_PUBLISHED, 0},
	{CLASS_CORE, "rss", ROOT_OR_FEED, DO_RSS, F_NONE, 0},
	{CLASS_CORE, "sitemapindex", IN_ROOT, DO_SITEMAP_INDEX, F_NONE, 0},
	{CLASS_CORE, "skipdays", IN_FEED, DO_WRAP, F_NONE, 0},
	{CLASS_CORE, "skiphours", IN_FEED, DO_WRAP, F_NONE, 0},
	{CLASS_CORE, "source", IN_ITEM, DO_SOURCE, F_SOURCE, 0},
	{CLASS_CORE, "summary", IN_ITEM, DO_TEXT, F_SUMMARY, 0},
	{CLASS_CORE, "textinput", FEED_OR_ITEM, DO_SKIP, F_NONE, 0},
	{CLASS_CORE, "title", ANY_ENTRY, DO_TEXT, F_TITLE, 0},
	{CLASS_CORE, "ttl", IN_FEED, DO_TEXT, F_TTL, 0},
	{CLASS_CORE, "updated", IN_ITEM, DO_TEXT, F_UPDATED, 0},
	{CLASS_CORE, "uri", IN_PERSON, DO_TEXT, F_PAGE, 0},
	{CLASS_CORE, "url", IN_PERSON, DO_TEXT, F_PAGE, 0},
	{CLASS_CORE, "url", IN_PICTURE, DO_TEXT, F_IMAGE, 0},
	{CLASS_CORE, "url", IN_FEED, DO_SITEMAP_URL, F_NONE, 0},
	{CLASS_CORE, "urlset", IN_ROOT, DO_SITEMAP, F_NONE, 0},
	{CLASS_CORE, "webmaster", IN_FEED, DO_PERSON, F_AUTHOR, 5},

	{CLASS_CONTENT, "encoded", IN_ITEM, DO_TEXT, F_CONTENT, 0},

	{CLASS_DC, "abstract", IN_ITEM, DO_TEXT, F_SUMMARY, 3},
	{CLASS_DC, "author", FEED_OR_ITEM, DO_PERSON, F_AUTHOR, 0},
	{CLASS_DC, "available", IN_ITEM, DO_TEXT, F_PUBLISHED, 4},
	{CLASS_DC, "created", IN_ITEM, DO_TEXT, F_PUBLISHED, 3},
	{CLASS_DC, "creator", FEED_OR_ITEM, DO_PERSON, F_AUTHOR, 0},
	{CLASS_DC, "date", IN_ITEM, DO_TEXT, F_DATE, 2},
	{CLASS_DC, "description", IN_ITEM, DO_TEXT, F_SUMMARY, 2},
	{CLASS_DC, "identifier", IN_ITEM, DO_TEXT, F_GUID, 3},
	{CLASS_DC, "issued", IN_ITEM, DO_TEXT, F_PUBLISHED, 1},
	{CLASS_DC, "language", FEED_OR_ITEM, DO_TEXT, F_LANGUAGE, 1},
	{CLASS_DC, "modified", IN_ITEM, DO_TEXT, F_UPDATED, 1},
	{CLASS_DC, "source", IN_ITEM, DO_TEXT, F_SOURCE, 1},
	{CLASS_DC, "subject", IN_ITEM, DO_TEXT, F_CATEGORY, 0},
	{CLASS_DC, "title", FEED_OR_ITEM, DO_TEXT, F_TITLE, 2},

	/* The article itself, where <link> goes through a counter. */
	{CLASS_FEEDBURNER, "origlink", IN_ITEM, DO_TEXT, F_LINK, 0},

	{CLASS_IMAGE, "image", IN_ITEM, DO_WRAP, F_NONE, 0},
	{CLASS_IMAGE, "loc", IN_ITEM, DO_TEXT, F_IMAGE, 0},

	{CLASS_ITUNES, "author", FEED_OR_ITEM, DO_PERSON, F_AUTHOR, 2},
	{CLASS_ITUNES, "category", IN_ITEM, DO_CATEGORY, F_CATEGORY, 0},
	{CLASS_ITUNES, "description", IN_ITEM, DO_TEXT, F_SUMMARY, 4},
	{CLASS_ITUNES, "email", IN_PERSON, DO_TEXT, F_ADDRESS, 0},
	{CLASS_ITUNES, "image", IN_ITEM, DO_PICTURE, F_NONE, 0},
	{CLASS_ITUNES, "keywords", IN_ITEM, DO_TEXT, F_KEYWORDS, 0},
	{CLASS_ITUNES, "name", IN_PERSON, DO_TEXT, F_NAME, 0},
	{CLASS_ITUNES, "owner", IN_FEED, DO_PERSON, F_AUTHOR, 4},
	{CLASS_ITUNES, "subtitle", IN_ITEM, DO_TEXT, F_SUMMARY, 5},
	{CLASS_ITUNES, "summary", IN_ITEM, DO_TEXT, F_SUMMARY, 3},
	{CLASS_ITUNES, "title", FEED_OR_ITEM, DO_TEXT, F_TITLE, 3},

	{CLASS_MEDIA, "category", IN_ITEM, DO_TEXT, F_CATEGORY, 0},
	{CLASS_MEDIA, "content", IN_ITEM, DO_MEDIA, F_NONE, 0},
	{CLASS_MEDIA, "credit", IN_ITEM, DO_CREDIT, F_AUTHOR, 3},
	{CLASS_MEDIA, "description", IN_ITEM, DO_TEXT, F_SUMMARY, 6},
	{CLASS_MEDIA, "group", IN_ITEM, DO_WRAP, F_NONE, 0},
	{CLASS_MEDIA, "keywords", IN_ITEM, DO_TEXT, F_KEYWORDS, 0},
	{CLASS_MEDIA, "peerlink", IN_ITEM, DO_MEDIA, F_NONE, 0},
	{CLASS_MEDIA, "thumbnail", IN_ITEM, DO_PICTURE, F_NONE, 0},
	{CLASS_MEDIA, "title", IN_ITEM, DO_TEXT, F_TITLE, 4},

	{CLASS_NEWS, "keywords", IN_ITEM, DO_TEXT, F_KEYWORDS, 0},
	{CLASS_NEWS, "language", IN_PUBLICATION, DO_TEXT, F_LANGUAGE, 1},
	{CLASS_NEWS, "name", IN_PUBLICATION, DO_TEXT, F_TITLE, 5},
	{CLASS_NEWS, "news", IN_ITEM, DO_WRAP, F_NONE, 0},
	{CLASS_NEWS, "publication", IN_ITEM, DO_PUBLICATION, F_NONE, 0},
	{CLASS_NEWS, "publication_date", IN_ITEM, DO_TEXT, F_PUBLISHED, 0},
	{CLASS_NEWS, "stock_tickers", IN_ITEM, DO_TEXT, F_KEYWORDS, 0},
	{CLASS_NEWS, "title", IN_ITEM, DO_TEXT, F_TITLE, 0},

	{CLASS_PRISM, "publicationdate", IN_ITEM, DO_TEXT, F_PUBLISHED, 4},

	{CLASS_RDF, "rdf", IN_ROOT, DO_RDF, F_NONE, 0},

	{CLASS_SY, "updatefrequency", IN_FEED, DO_TEXT, F_SY_FREQUENCY, 0},
	{CLASS_SY, "updateperiod", IN_FEED, DO_TEXT, F_SY_PERIOD, 0},

	{CLASS_XHTML, "body", IN_ITEM, DO_TEXT, F_CONTENT, 1},
	{CLASS_XHTML, "div", IN_ITEM, DO_TEXT, F_CONTENT, 2},
	{CLASS_XHTML, "html", IN_ROOT, DO_HTML, F_NONE, 0},
};

const size_t dialect_n_rows = sizeof(dialect_rows) / sizeof(dialect_rows[0]);

#define LOCAL_MAX 24 /* bytes; every name of the table is shorter */

enum dialect_class
dialect_class(const struct xml_element *el)
{
	switch (el->ns) {
	case XML_NS_NONE:
	case NS_RSS:
	case NS_RSS090:
	case NS_RSS10:
	case NS_ATOM03:
	case NS_ATOM10:
	case NS_SITEMAP:
		return CLASS_CORE;
	case NS_CONTENT:
		return CLASS_CONTENT;
	case NS_DC:
		return CLASS_DC;
	case NS_FEEDBURNER:
		return CLASS_FEEDBURNER;
	case NS_IMAGE:
		return CLASS_IMAGE;
	case NS_ITUNES:
		return CLASS_ITUNES;
	case NS_MEDIA:
		return CLASS_MEDIA;
	case NS_NEWS:
		return CLASS_NEWS;
	case NS_PRISM:
		return CLASS_PRISM;
	case NS_RDF:
		return CLASS_RDF;
	case NS_SY:
		return CLASS_SY;
	case NS_XHTML:
		return CLASS_XHTML;
	default:
		/* A whole feed under a default namespace of its own. */
		return el->prefixed ? CLASS_FOREIGN : CLASS_CORE;
	}
}

static int
compare(enum dialect_class ns, const char *local, const struct dialect_row *row)
{
	if (ns != row->ns)
		return ns < row->ns ? -1 : 1;
	return strcmp(local, row->local);
}

/* The first row of this class and name; dialect_n_rows if there is none. */
static size_t
first_row(enum dialect_class ns, const char *local)
{
	size_t low = 0, high = dialect_n_rows;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (compare(ns, local, &dialect_rows[mid]) <= 0)
			high = mid;
		else
			low = mid + 1;
	}
	return low;
}

const struct dialect_row *
dialect_find(const struct xml_element *el, enum dialect_place place)
{
	enum dialect_class ns = dialect_class(el);
	char local[LOCAL_MAX];

	if (el->local.n >= sizeof(local))
		return NULL;
	for (size_t i = 0; i < el->local.n; i++) {
		char c = el->local.p[i];

		local[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
	}
	local[el->local.n] = '\0';
	for (size_t i = first_row(ns, local);
		i < dialect_n_rows && compare(ns, local, &dialect_rows[i]) == 0;
		i++)
		if (dialect_rows[i].places & (unsigned)place)
			return &dialect_rows[i];
	return NULL;
}
