/*
 * The configured feeds: which poller id belongs to which entry of the present
 * snapshot. The poller and we both borrow from the snapshot, so a reload gives
 * every feed that stays its new entry before the old snapshot goes.
 */
#include "daemon/daemon.h"

#include <assert.h>
#include <fcntl.h>
#include <malloc.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"

/* -- which id belongs to a URL ------------------------------------------------
 */

static struct span
url_of(uint32_t id, const void *arg)
{
	const struct daemon *d = arg;

	return d->feeds.p[id].conf->url;
}

bool
feeds_find(const struct daemon *d, struct span url, uint32_t *id)
{
	return d->feed_ids != NULL && id_index_get(d->feed_ids, url, id);
}

static uint32_t
id_of(const struct daemon *d, struct span url)
{
	uint32_t id;
	bool found = feeds_find(d, url, &id);

	assert(found);
	return id;
}

static void
add(struct daemon *d, const struct config_feed *conf,
	const struct feed_state *known)
{
	uint32_t id = poller_add(d->poller, conf, known);

	while (d->feeds.n <= id)
		vec_add(&d->feeds);
	d->feeds.p[id].conf = conf;
	id_index_put(d->feed_ids, id);
}

/* -- states without a document -----------------------------------------------
 */

static int64_t
flush_ms(const struct daemon *d)
{
	int64_t half = d->config->fetch.min_interval_ms / 2;

	return half < DAEMON_FLUSH_MS ? half : DAEMON_FLUSH_MS;
}

void
feeds_unstored(uint32_t feed, bool soon, void *arg)
{
	struct daemon *d = arg;

	if (!soon) {
		vec_push(&d->quiet, feed);
		if (!loop_timer_is_set(d->quiet_timer))
			loop_timer_set(d->quiet_timer, DAEMON_QUIET_MS);
		return;
	}
	vec_push(&d->unstored, feed);
	if (!loop_timer_is_set(d->flush_timer))
		loop_timer_set(d->flush_timer, flush_ms(d));
}

/* Their time has come, too. */
static void
on_quiet(void *arg)
{
	struct daemon *d = arg;

	vec_each (const uint32_t *, id, &d->quiet)
		vec_push(&d->unstored, *id);
	vec_clear(&d->quiet);
	if (d->unstored.n > 0 && !loop_timer_is_set(d->flush_timer))
		loop_timer_set(d->flush_timer, DAEMON_FLUSH_GAP_MS);
}

static int
write_states(struct daemon *d, struct store_unit *u, const uint32_t *ids,
	size_t n, struct err *err)
{
	struct feed_state s;
	const char *why;

	for (size_t i = 0; i < n; i++)
		if (poller_is_unstored(d->poller, ids[i]) &&
			poller_get(d->poller, ids[i], &s, &why) &&
			store_unit_feed(u, &s, NULL, err) != 0)
			return -1;
	return 0;
}

/* The last n of the list. A failure costs a poll each, and is told. */
static void
flush_some(struct daemon *d, size_t n)
{
	const uint32_t *ids = d->unstored.p + d->unstored.n - n;
	struct store_unit *u;
	struct err err;

	if (store_unit_begin(d->store, &u, &err) != 0 ||
		write_states(d, u, ids, n, &err) != 0 ||
		store_unit_end(&u, NULL, NULL, &err) != 0) {
		d->counts.store_failures++;
		log_warn("state_not_stored", "feeds=%zu error=\"%s\"", n,
			err.msg);
	}
	for (size_t i = 0; i < n; i++)
		poller_stored(d->poller, ids[i]);
	d->unstored.n -= n;
	pipeline_commit_soon(d);
}

static void
on_flush(void *arg)
{
	struct daemon *d = arg;
	size_t n = d->unstored.n;

	if (n > 0)
		flush_some(d, n < DAEMON_FLUSH_FEEDS ? n : DAEMON_FLUSH_FEEDS);
	if (d->unstored.n > 0)
		loop_timer_set(d->flush_timer, DAEMON_FLUSH_GAP_MS);
}

void
feeds_flush(struct daemon *d)
{
	if (d->store == NULL)
		return;
	on_quiet(d);
	while (d->unstored.n > 0)
		on_flush(d);
}

struct loading {
	void (*take)(const struct feed_state *s, void *arg);
	void *arg;
};

static bool
on_loaded(const struct feed_state *s, void *arg)
{
	struct loading *l = arg;

	l->take(s, l->arg);
	return false;
}

bool
feeds_load(uint32_t feed,
	void (*take)(const struct feed_state *s, void *take_arg),
	void *take_arg, void *arg)
{
	struct daemon *d = arg;
	struct loading l = {take, take_arg};
	struct err err;

	if (store_feed_get(d->store, d->feeds.p[feed].conf->url, on_loaded, &l,
		    &err) == 0)
		return true;
	log_warn("feed_state", "error=\"%s\"", err.msg);
	return false;
}

/* While it exists, some states may not be in the store. */
static char *
mark_path(const struct daemon *d)
{
	return mem_printf("%.*s/polling", SPAN_ARG(d->config->state_dir));
}

static void
mark_start(struct daemon *d)
{
	char *path = mark_path(d);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd >= 0)
		close(fd);
	else
		poller_after_crash(d->poller);
	mem_free(&path);
}

static void
mark_end(struct daemon *d)
{
	char *path = mark_path(d);

	unlink(path);
	mem_free(&path);
}

/* -- start ------------------------------------------------------------------
 */

/* The configured feeds, less those whose state was read. */
struct starting {
	struct daemon *d;
	struct id_index *by_url; /* numbers of config.feeds */
	bool *is_known;
};

static struct span
configured_url(uint32_t i, const void *arg)
{
	const struct config_feeds *f = arg;

	return f->p[i].url;
}

static bool
on_known(const struct feed_state *s, void *arg)
{
	struct starting *st = arg;
	uint32_t i;

	if (!id_index_get(st->by_url, s->url, &i))
		return true;
	st->is_known[i] = true;
	add(st->d, &st->d->config->feeds.p[i], s);
	return true;
}

/* Reading a configuration leaves holes that nothing will fill, and tables that
 * grew have room for as much again. */
void
feeds_trim(struct daemon *d)
{
	poller_trim(d->poller);
	vec_trim(&d->feeds);
	malloc_trim(0);
}

int
feeds_start(struct daemon *d, struct err *err)
{
	const struct config_feeds *f = &d->config->feeds;
	struct starting st = {.d = d,
		.by_url = id_index_new(configured_url, f),
		.is_known = mem_calloc(f->n, 1)};
	int rc;

	d->feed_ids = id_index_new(url_of, d);
	d->flush_timer = loop_timer_new(d->loop, on_flush, d);
	d->quiet_timer = loop_timer_new(d->loop, on_quiet, d);
	mark_start(d);
	for (uint32_t i = 0; i < f->n; i++)
		id_index_put(st.by_url, i);
	rc = store_feeds_each(d->store, on_known, &st, err);
	for (uint32_t i = 0; rc == 0 && i < f->n; i++)
		if (!st.is_known[i])
			add(d, &f->p[i], NULL);
	id_index_free(&st.by_url);
	mem_free(&st.is_known);
	feeds_trim(d);
	return rc;
}

/* -- reload -----------------------------------------------------------------
 */

struct adding {
	struct daemon *d;
	const struct config_feed *conf;
	bool is_done;
};

static bool
on_added_known(const struct feed_state *s, void *arg)
{
	struct adding *a = arg;

	add(a->d, a->conf, s);
	a->is_done = true;
	return false;
}

static void
on_added(const struct config_feed *f, void *arg)
{
	struct adding a = {.d = arg, .conf = f};
	struct err err;

	/* It may have been watched before: then it is no first sight. */
	if (store_feed_get(a.d->store, f->url, on_added_known, &a, &err) != 0)
		log_warn("feed_state", "error=\"%s\"", err.msg);
	if (!a.is_done)
		add(a.d, f, NULL);
}

static void
on_removed(const struct config_feed *f, void *arg)
{
	struct daemon *d = arg;
	uint32_t id = id_of(d, f->url);

	poller_interrupt(d->poller, id);
	feeds_flush(d);
	id_index_del(d->feed_ids, f->url);
	poller_remove(d->poller, id);
	d->feeds.p[id] = (struct daemon_feed){0};
}

static void
on_changed(
	const struct config_feed *old, const struct config_feed *new, void *arg)
{
	struct daemon *d = arg;
	uint32_t id = id_of(d, old->url);

	d->feeds.p[id].conf = new;
	poller_change(d->poller, id, new);
}

/* Feeds that stay as they are borrow from the new snapshot, too. */
static void
rebind(struct daemon *d)
{
	const struct config_feeds *f = &d->config->feeds;

	for (size_t i = 0; i < f->n; i++) {
		uint32_t id = id_of(d, f->p[i].url);

		if (d->feeds.p[id].conf == &f->p[i])
			continue;
		d->feeds.p[id].conf = &f->p[i];
		poller_change(d->poller, id, &f->p[i]);
	}
}

void
feeds_interrupt(struct daemon *d)
{
	for (uint32_t i = 0; d->poller != NULL && i < poller_id_end(d->poller);
		i++)
		poller_interrupt(d->poller, i);
}

void
feeds_reload(struct daemon *d, const struct config *old)
{
	struct config_diff diff = {
		.feed_added = on_added,
		.feed_removed = on_removed,
		.feed_changed = on_changed,
		.arg = d,
	};

	config_diff_feeds(old, d->config, &diff);
	rebind(d);
	poller_configure(d->poller, &d->config->fetch);
}

void
feeds_stop(struct daemon *d)
{
	if (d->poller != NULL && d->unstored.n == 0 && d->quiet.n == 0)
		mark_end(d);
	poller_free(&d->poller);
	loop_timer_free(&d->flush_timer);
	loop_timer_free(&d->quiet_timer);
	vec_fini(&d->unstored);
	vec_fini(&d->quiet);
	vec_fini(&d->feeds);
	id_index_free(&d->feed_ids);
}
