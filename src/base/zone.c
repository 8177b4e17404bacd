#include "base/zone.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/zone_rule.h"

#define HEAD_BYTES 44
#define TYPE_BYTES 6
#define SEARCH_S ((int64_t)3 * 86400) /* beyond any jump of a clock */

struct zone {
	size_t n; /* transitions */
	const int64_t *at_s; /* ascending */
	const int32_t *offset_s; /* n + 1: [0] before the first, [i + 1] then */
	bool has_rule; /* what holds from the last transition on */
	struct zone_rule rule;
};

/* -- reading --------------------------------------------------------------- */
static int64_t
take_int(struct span *s, size_t bytes)
{
	uint64_t v = 0;

	for (size_t i = 0; i < bytes; i++)
		v = v << 8 | (uint8_t)s->p[i];
	*s = span_sub(*s, bytes, SIZE_MAX);
	return bytes == 4 ? (int32_t)(uint32_t)v : (int64_t)v;
}

struct head {
	char version;
	size_t n_isut, n_isstd, n_leap, n_times, n_types, n_chars;
};

static bool
take_head(struct span *s, struct head *h)
{
	struct span counts;
	size_t *const to[] = {&h->n_isut, &h->n_isstd, &h->n_leap, &h->n_times,
		&h->n_types, &h->n_chars};

	if (s->n < HEAD_BYTES || !span_starts(*s, "TZif"))
		return false;
	h->version = s->p[4];
	counts = span_sub(*s, 20, HEAD_BYTES - 20);
	for (size_t i = 0; i < sizeof(to) / sizeof(*to); i++) {
		int64_t v = take_int(&counts, 4);

		if (v < 0 || v > ZONE_FILE_MAX)
			return false;
		*to[i] = (size_t)v;
	}
	*s = span_sub(*s, HEAD_BYTES, SIZE_MAX);
	return true;
}

static size_t
block_bytes(const struct head *h, size_t time_bytes)
{
	return h->n_times * (time_bytes + 1) + h->n_types * TYPE_BYTES +
		h->n_chars + h->n_leap * (time_bytes + 4) + h->n_isstd +
		h->n_isut;
}

static const char *
read_block(struct span s, const struct head *h, size_t time_bytes,
	struct arena *arena, struct zone *z)
{
	int64_t *at = arena_array(arena, h->n_times + 1, sizeof(*at));
	int32_t *offset = arena_array(arena, h->n_times + 1, sizeof(*offset));
	struct span index = span_sub(s, h->n_times * time_bytes, h->n_times);
	struct span types =
		span_sub(s, h->n_times * (time_bytes + 1), SIZE_MAX);

	if (h->n_types == 0)
		return "it has no types of time";
	for (size_t i = 0; i <= h->n_times; i++) {
		/* Before the first transition type 0 holds: RFC 8536 3.2. */
		size_t type = i > 0 ? (uint8_t)index.p[i - 1] : 0;
		struct span one = span_sub(types, type * TYPE_BYTES, 4);

		if (type >= h->n_types)
			return "a transition has no type";
		offset[i] = (int32_t)take_int(&one, 4);
	}
	for (size_t i = 0; i < h->n_times; i++) {
		at[i] = take_int(&s, time_bytes);
		if (i > 0 && at[i] <= at[i - 1])
			return "its transitions are out of order";
	}
	*z = (struct zone){.n = h->n_times, .at_s = at, .offset_s = offset};
	return NULL;
}

/* "\nCET-1CEST,M3.5.0,M10.5.0/3\n"; may be empty. */
static const char *
read_footer(struct span s, struct zone *z)
{
	size_t end;

	if (s.n == 0 || s.p[0] != '\n')
		return "it breaks off";
	s = span_sub(s, 1, SIZE_MAX);
	end = span_find(s, '\n');
	if (end == SIZE_MAX)
		return "it breaks off";
	z->has_rule = end > 0;
	if (end > 0 && !zone_rule_parse(span_sub(s, 0, end), &z->rule))
		return "its last rule cannot be read";
	return NULL;
}

static const char *
read_file(struct span s, struct arena *arena, struct zone *z)
{
	struct head h;
	size_t time_bytes = 4, bytes;
	const char *why;

	if (!take_head(&s, &h))
		return "it is no TZif file";
	if (h.version >= '2') {
		/* The first block is for readers of long ago. */
		s = span_sub(s, block_bytes(&h, 4), SIZE_MAX);
		time_bytes = 8;
		if (!take_head(&s, &h))
			return "it breaks off";
	}
	bytes = block_bytes(&h, time_bytes);
	if (s.n < bytes)
		return "it breaks off";
	if (h.n_leap > 0)
		return "it counts leap seconds";
	why = read_block(s, &h, time_bytes, arena, z);
	if (!why && h.version >= '2')
		why = read_footer(span_sub(s, bytes, SIZE_MAX), z);
	return why;
}

int
zone_parse(struct span tzif, struct arena *arena, struct zone **out,
	struct err *err)
{
	struct zone *z = arena_new_obj(arena, struct zone);
	const char *why = read_file(tzif, arena, z);

	if (why)
		return err_set(err, ERR_INPUT, "no time zone: %s", why);
	*out = z;
	return 0;
}

/* -- the database ---------------------------------------------------------- */
/* Letters, digits and "_-+/", no part of it hidden or empty: a name, no way
 * out of the directory. */
static bool
is_name(struct span name)
{
	struct span part, rest = name;

	if (name.n == 0 || name.n > ZONE_NAME_MAX || name.p[name.n - 1] == '/')
		return false;
	for (size_t i = 0; i < name.n; i++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVW"
			    "XYZ0123456789_-+/",
			    name.p[i]) ||
			name.p[i] == '\0')
			return false;
	while (span_next(&rest, '/', &part))
		if (part.n == 0)
			return false;
	return true;
}

static const char *
zone_dir(void)
{
	const char *dir = getenv("TZDIR");

	return dir && dir[0] ? dir : ZONE_DIR;
}

/* The nearest name of the database's own list, for the message. */
static char *
suggestion(struct span name)
{
	char *path = mem_printf("%s/tzdata.zi", zone_dir());
	struct strbuf all = STRBUF_INIT((size_t)4 << 20);
	struct span rest, line, word, best = SPAN_NULL;
	unsigned least = 3;
	struct err err;

	if (file_read(path, &all, &err) == -1)
		strbuf_clear(&all);
	rest = strbuf_as_span(&all);
	while (span_next(&rest, '\n', &line)) {
		/* "Z Europe/Berlin 0:53:28 ..." and "L Europe/Berlin ..." */
		bool link = span_starts(line, "L ");

		if (!link && !span_starts(line, "Z "))
			continue;
		for (int i = link ? 3 : 2; i > 0; i--)
			if (!span_next(&line, ' ', &word))
				break;
		if (span_caseeq(word, name) ||
			span_distance(word, name, least) < least) {
			least = span_caseeq(word, name)
				? 0
				: span_distance(word, name, least);
			best = word;
		}
	}
	mem_free(&path);
	path = best.n > 0 ? span_dup(best) : NULL;
	strbuf_fini(&all);
	return path;
}

static int
no_such_zone(struct span name, struct err *err)
{
	char *utc = mem_printf("%s/Europe", zone_dir());
	char **found = NULL;
	size_t n = 0;
	char *near;
	int rc;

	if (file_glob(utc, &found, &n, err) == -1)
		n = 0;
	file_glob_free(&found, n);
	mem_free(&utc);
	if (n == 0)
		return err_set(err, ERR_CONF,
			"there are no time zones in %s: install tzdata, or use "
			"UTC",
			zone_dir());
	near = suggestion(name);
	if (near)
		rc = err_set(err, ERR_CONF,
			"there is no time zone '%.*s'; did you mean '%s'?",
			SPAN_ARG(span_utf8_head(name, ZONE_NAME_MAX)), near);
	else
		rc = err_set(err, ERR_CONF,
			"there is no time zone '%.*s': names are like "
			"Europe/Berlin or UTC",
			SPAN_ARG(span_utf8_head(name, ZONE_NAME_MAX)));
	mem_free(&near);
	return rc;
}

int
zone_load(struct span name, struct arena *arena, struct zone **out,
	struct err *err)
{
	struct strbuf bytes = STRBUF_INIT(ZONE_FILE_MAX);
	char *path;
	int rc;

	if (span_eq_str(name, "UTC")) {
		int32_t *offset = arena_new_obj(arena, int32_t);

		*out = arena_new_obj(arena, struct zone);
		(*out)->offset_s = offset;
		return 0;
	}
	if (!is_name(name))
		return no_such_zone(name, err);
	path = mem_printf("%s/%.*s", zone_dir(), SPAN_ARG(name));
	rc = file_read(path, &bytes, err);
	if (rc == -1)
		rc = no_such_zone(name, err);
	else if (zone_parse(strbuf_as_span(&bytes), arena, out, err) == -1)
		rc = err_set(err, ERR_CONF, "'%s' is %s", path, err->msg);
	mem_free(&path);
	strbuf_fini(&bytes);
	return rc;
}

/* -- asking ---------------------------------------------------------------- */
static int64_t
floor_s(struct wall t)
{
	return t.ms / 1000 - (t.ms % 1000 < 0);
}

/* Transitions at or before t. */
static size_t
n_before(const struct zone *z, int64_t t_s)
{
	size_t lo = 0, hi = z->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (z->at_s[mid] <= t_s)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static int64_t
offset_s(const struct zone *z, int64_t t_s)
{
	size_t i = n_before(z, t_s);

	if (i == z->n && z->has_rule)
		return zone_rule_offset_s(&z->rule, t_s);
	return z->offset_s[i];
}

/* INT64_MAX: none. */
static int64_t
next_s(const struct zone *z, int64_t t_s)
{
	int64_t next;

	for (size_t i = n_before(z, t_s); i < z->n; i++)
		if (offset_s(z, z->at_s[i]) != offset_s(z, z->at_s[i] - 1))
			return z->at_s[i];
	if (!z->has_rule)
		return INT64_MAX;
	if (z->n > 0 && t_s < z->at_s[z->n - 1])
		t_s = z->at_s[z->n - 1];
	next = zone_rule_next_s(&z->rule, t_s);
	return next;
}

int64_t
zone_offset_ms(const struct zone *z, struct wall t)
{
	return offset_s(z, floor_s(t)) * 1000;
}

struct wall
zone_next_change(const struct zone *z, struct wall t)
{
	int64_t next = next_s(z, floor_s(t));

	return (struct wall){next == INT64_MAX ? next : next * 1000};
}

/* Stretch by stretch of one offset: in each the time is shown at most once. */
struct wall
zone_instant(const struct zone *z, int64_t local_ms, enum zone_pick pick)
{
	int64_t ms = ((local_ms % 1000) + 1000) % 1000;
	int64_t local = (local_ms - ms) / 1000;
	int64_t from = local - SEARCH_S, found = INT64_MIN;

	while (from <= local + SEARCH_S) {
		int64_t until = next_s(z, from);
		int64_t offset = offset_s(z, from);
		int64_t t = local - offset;
		bool first_missing = found == INT64_MIN;

		if (t >= from && t < until &&
			(first_missing || pick == ZONE_LAST))
			found = t;
		if (until == INT64_MAX)
			break;
		if (first_missing && t >= until &&
			local - offset_s(z, until) < until)
			return (struct wall){until * 1000}; /* jumped over */
		from = until;
	}
	return (struct wall){found * 1000 + ms};
}
