/*
 * The feeds: entries of `feeds:`, and the files that they name. A feed is
 * known by its URL as written (file: URLs by the absolute path they mean).
 */
#include "config/load.h"

#include <stdlib.h>

#include "base/file.h"
#include "base/mem.h"
#include "config/file_url.h"
#include "model/limits.h"
#include "text/url.h"

/* Request headers that are ours to set. */
static const char *const own_headers[] = {"host", "connection",
	"content-length", "transfer-encoding", "accept-encoding", "range",
	"if-none-match", "if-modified-since", "user-agent"};

/* -- URLs ------------------------------------------------------------------ */

/* Why this is no URL of a feed; NULL if it is. */
static const char *
bad_url(struct span s)
{
	struct url url;
	int64_t port;

	if (s.n > LIMIT_URL_BYTES)
		return "is longer than 8 KiB";
	for (size_t i = 0; i < s.n; i++) {
		if ((unsigned char)s.p[i] <= ' ' || s.p[i] == 127)
			return "has a space or control character in it";
	}
	url_split(s, &url);
	if (file_url_is(s))
		return NULL;
	if (span_starts(s, "exec:"))
		return s.n > strlen("exec:") ? NULL
					     : "is an exec: without name";
	if (!span_caseeq_str(url.scheme, "http") &&
		!span_caseeq_str(url.scheme, "https"))
		return "is no URL of a feed: http:, https: and file: can be "
		       "read";
	if (!url.host.n)
		return "is a URL without a host";
	if (url.port.n && !span_i64(url.port, 1, 65535, &port))
		return "has a port that is no number from 1 to 65535";
	return NULL;
}

/* A command belongs to an exec: feed, and only the configuration has one. */
static bool
check_command(struct load *l, const struct feed_entry *f)
{
	bool is_exec = span_starts(f->url, "exec:");
	struct span program =
		f->set.command.n > 0 ? f->set.command.p[0].text : SPAN_NULL;

	if (is_exec == (f->set.command.n > 0)) {
		if (span_find(program, '/') == SIZE_MAX ||
			span_starts(program, "/"))
			return true;
		diag_error(l->diag, f->place,
			"the command '%.*s' would be looked for in /, where "
			"commands run; write its whole path",
			SPAN_ARG(span_utf8_head(program, 200)));
		return false;
	}
	diag_error(l->diag, f->place,
		is_exec ? "an exec: feed needs a command, and may stand in "
			  "'feeds' of the configuration only"
			: "'command' is for exec: feeds; write url: exec:NAME");
	return false;
}

/* As file:///path. */
static bool
make_absolute(struct load *l, const char *file, struct feed_entry *f)
{
	struct strbuf out = STRBUF_INIT(KIB(32));
	const char *why = file_url_make(file, f->url, &out);

	if (why)
		diag_error(l->diag, f->place, "%s", why);
	else
		f->url = arena_span(l->snap->arena, strbuf_as_span(&out));
	strbuf_fini(&out);
	return !why;
}

static bool
check_url(struct load *l, const char *file, struct feed_entry *f,
	bool from_config)
{
	const char *why;
	struct url url;

	f->url = span_trim(f->url);
	why = f->url.n ? bad_url(f->url) : "is empty";
	if (why) {
		diag_error(l->diag, f->place, "'%.*s' %s",
			SPAN_ARG(span_utf8_head(f->url, 200)), why);
		return false;
	}
	if (!check_command(l, f))
		return false;
	url_split(f->url, &url);
	if (url.userinfo.p)
		diag_warning(l->diag, f->place,
			"the URL holds user information that everyone can "
			"read who can read this file; use 'user' and "
			"'password_file'");
	if (!file_url_is(f->url)) {
		f->url = arena_span(l->snap->arena, f->url);
	} else if (!from_config) {
		diag_error(l->diag, f->place,
			"file: URLs may stand in 'feeds' and in lists only");
		return false;
	} else {
		return make_absolute(l, file, f);
	}
	return true;
}

/* Those of one list say the same, so the last one's will mostly do. What is
 * behind its pointers is not compared: a list's feeds have the very same ones,
 * and a copy too many does no harm. */
static const struct config_feed_set *
shared_set(struct load *l, struct feed_entry *f)
{
	struct config_feed_set *set;

	f->set.file = f->place.file;
	if (l->last_set && !memcmp(l->last_set, &f->set, sizeof(f->set)))
		return l->last_set;
	set = arena_new_obj(l->snap->arena, struct config_feed_set);
	*set = f->set;
	l->last_set = set;
	return set;
}

struct span
load_feed_url(uint32_t number, const void *arg)
{
	const struct snapshot *s = arg;

	return s->feeds.p[number].url;
}

static void
tell_double(struct load *l, const struct feed_entry *f, uint32_t number)
{
	struct place at = config_feed_place(&l->snap->feeds.p[number]);
	struct strbuf first = STRBUF_INIT(KIB(8));

	load_place(&at, &first);
	diag_warning(l->diag, f->place,
		"this feed is here twice; the first is at %s, and the "
		"second is left out",
		strbuf_cstr(&first));
	strbuf_fini(&first);
}

void
load_feed(struct load *l, const char *file, struct feed_entry *f,
	bool from_config)
{
	struct snapshot *s = l->snap;
	uint32_t number;

	if (!check_url(l, file, f, from_config))
		return;
	if (id_index_get(l->seen_feeds, f->url, &number)) {
		tell_double(l, f, number);
		return;
	}
	if (s->feeds.n == LIMIT_FEEDS) {
		load_bulk_end(l); /* it is not this row that is wrong */
		diag_error(
			l->diag, f->place, "more than %d feeds", LIMIT_FEEDS);
		l->parts &= ~(unsigned)CONFIG_FEEDS;
		return;
	}
	number = (uint32_t)s->feeds.n;
	vec_push(&s->feeds,
		(struct config_feed){f->url, f->title, shared_set(l, f),
			f->place.line, f->place.column});
	id_index_put(l->seen_feeds, number);
}

/* -- lists ----------------------------------------------------------------- */

/* Without a comment: '#' at the start or after white space. */
static struct span
without_comment(struct span line)
{
	for (size_t i = 0; i < line.n; i++) {
		if (line.p[i] == '#' &&
			(!i || line.p[i - 1] == ' ' || line.p[i - 1] == '\t'))
			return span_sub(line, 0, i);
	}
	return line;
}

static unsigned
indent_of(struct span line)
{
	size_t i = 0;

	while (i < line.n && strchr(" \t", line.p[i]))
		i++;
	return (unsigned)i;
}

static void
load_line(struct load *l, const struct feed_entry *like, struct span line)
{
	struct feed_entry f = *like;

	if (!span_is_utf8(line)) {
		diag_error(l->diag, like->place,
			"bytes that are no UTF-8; save the file as UTF-8");
		return;
	}
	f.url = span_trim(without_comment(line));
	f.place.column = indent_of(line) + 1;
	if (f.url.n)
		load_feed(l, like->place.file, &f, true);
}

void
load_list_text(struct load *l, const struct feed_entry *like, const char *file,
	struct span text)
{
	struct feed_entry row = *like;
	struct span line;

	if (span_starts(text, "\xef\xbb\xbf"))
		text = span_sub(text, 3, SIZE_MAX);
	row.place = diag_place(file, 1, 1);
	load_bulk_begin(l, "this line is left out");
	while ((l->parts & CONFIG_FEEDS) && span_next(&text, '\n', &line)) {
		load_line(l, &row, line);
		load_bulk_row(l);
		row.place.line++;
	}
	load_bulk_end(l);
}

static void
load_list(struct load *l, struct feed_entry *like, const char *file)
{
	struct strbuf text = STRBUF_INIT(LIMIT_LIST_BYTES);

	if (!load_file(l, file, LIMIT_LIST_BYTES, like->place, &text))
		return;
	load_list_text(l, like, file, strbuf_as_span(&text));
	strbuf_fini(&text);
}

/* -- entries --------------------------------------------------------------- */

static bool
is_token(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c <= ' ' || c >= 127 || strchr("()<>@,;:\\\"/[]?={}", c))
			return false;
	}
	return s.n > 0;
}

static void
check_header(struct load *l, const struct yaml_node *key)
{
	const struct yaml_node *value = key->value;

	if (!is_token(key->text))
		diag_error(l->diag, key->place,
			"'%.*s' is no name of a request header",
			SPAN_ARG(key->text));
	for (size_t i = 0; i < sizeof(own_headers) / sizeof(*own_headers);
		i++) {
		if (span_caseeq_str(key->text, own_headers[i]))
			diag_error(l->diag, key->place,
				"the header '%.*s' is set by newswatch itself",
				SPAN_ARG(key->text));
	}
	for (size_t i = 0; i < value->text.n; i++) {
		if ((unsigned char)value->text.p[i] < ' ') {
			diag_error(l->diag, value->place,
				"a header's value must be one line");
			break;
		}
	}
	if (span_caseeq_str(key->text, "authorization"))
		diag_warning(l->diag, key->place,
			"a secret that everyone can read who can read this "
			"file; use 'bearer_file', or 'user' and "
			"'password_file'");
}

/* Context of one entry. */
struct entry {
	struct load *l;
	struct key_reader r;
	struct feed_entry feed;
};

static void
on_headers(const struct key *k, const struct yaml_node *key, void *arg)
{
	struct entry *e = arg;
	struct config_header *p;
	size_t n = 0;

	if (!keys_want(&e->r, k->path, key->value, YAML_MAP))
		return;
	if (key->value->n > (size_t)k->max) {
		diag_error(e->l->diag, key->place, "more than %d headers",
			(int)k->max);
		return;
	}
	p = arena_array(e->r.arena, key->value->n, sizeof(*p));
	yaml_each(header, key->value)
	{
		if (!keys_want(&e->r, k->path, header->value, YAML_TEXT))
			continue;
		check_header(e->l, header);
		p[n].name = arena_span(e->r.arena, header->text);
		p[n++].value = arena_span(e->r.arena, header->value->text);
	}
	e->feed.set.headers = p;
	e->feed.set.n_headers = n;
}

static void
check_feed(struct entry *e, const struct yaml_node *map)
{
	const struct feed_entry *f = &e->feed;

	if (f->set.min_interval_ms && f->set.max_interval_ms &&
		f->set.min_interval_ms > f->set.max_interval_ms)
		diag_error(e->l->diag, yaml_get(map, "min_interval")->place,
			"min_interval is longer than max_interval");
	if (f->set.bearer_file.n && (f->set.user.n || f->set.password_file.n))
		diag_error(e->l->diag, yaml_get(map, "bearer_file")->place,
			"bearer_file and user exclude each other");
	if (f->set.password_file.n && !f->set.user.n)
		diag_error(e->l->diag, yaml_get(map, "password_file")->place,
			"password_file without user");
}

/* A path that an entry names, beside the file. */
static const char *
beside(struct entry *e, const struct yaml_node *value)
{
	char *path = span_dup(value->text);
	char *joined = file_beside(e->r.file, path);
	char *kept = arena_strdup(e->r.arena, joined);

	mem_free(&path);
	mem_free(&joined);
	return kept;
}

static void
load_source(struct entry *e, const struct yaml_node *map)
{
	const struct yaml_node *url = yaml_get(map, "url");
	const struct yaml_node *list = yaml_get(map, "list");
	const struct yaml_node *opml = yaml_get(map, "opml");
	const struct yaml_node *file = list ? list : opml;

	if (!!url + !!list + !!opml != 1) {
		diag_error(e->l->diag, map->place,
			"a feed has one of 'url', 'opml' and 'list'");
		return;
	}
	if (url) {
		e->feed.place = url->place;
		if (url->type == YAML_TEXT && url->text.n)
			load_feed(e->l, e->r.file, &e->feed, true);
		return;
	}
	if (!keys_want(&e->r, list ? "feeds[].list" : "feeds[].opml", file,
		    YAML_TEXT))
		return;
	e->feed.place = file->place;
	if (!file->text.n)
		diag_error(e->l->diag, file->place, "a path is missing");
	else if (list)
		load_list(e->l, &e->feed, beside(e, file));
	else
		load_opml(e->l, &e->feed, beside(e, file));
}

static void
load_entry(struct load *l, const char *file, struct key_rows rows,
	const struct yaml_node *n)
{
	struct entry e = {
		.l = l,
		.r = load_reader(l, file),
		.feed = l->feed_defaults,
	};

	e.feed.place = n->place;
	if (n->type == YAML_TEXT) {
		e.feed.url = n->text;
		load_feed(l, file, &e.feed, true);
		return;
	}
	if (!keys_want(&e.r, "feeds[]", n, YAML_MAP))
		return;
	keys_read(&e.r, rows, n, &e.feed, on_headers, &e);
	check_feed(&e, n);
	load_source(&e, n);
}

void
load_feeds(struct load *l, const char *file, const struct yaml_node *value)
{
	struct key_reader r = load_reader(l, file);
	struct key_rows rows = key_rows("feeds[].");

	if (yaml_is_nothing(value) || !keys_want(&r, "feeds", value, YAML_LIST))
		return;
	yaml_each(n, value)
	{
		if (l->parts & CONFIG_FEEDS)
			load_entry(l, file, rows, n);
	}
}
