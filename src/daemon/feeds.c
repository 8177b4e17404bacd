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

#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"

/* -- which id belongs to a URL ------------------------------------------------
 */

#define FREE UINT32_MAX

static size_t
slot_of(const struct daemon *d, struct span url)
{
	const struct feed_index *x = &d->feed_ids;
	size_t i = (size_t)hash_table(url) & (x->n_slots - 1);

	while (x->slots[i] != FREE &&
		!span_eq(d->feeds.p[x->slots[i]].conf->url, url))
		i = (i + 1) & (x->n_slots - 1);
	return i;
}

bool
feeds_find(const struct daemon *d, struct span url, uint32_t *id)
{
	if (d->feed_ids.n_slots == 0)
		return false;
	*id = d->feed_ids.slots[slot_of(d, url)];
	return *id != FREE;
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
index_resize(struct daemon *d, size_t n_slots)
{
	struct feed_index *x = &d->feed_ids, old = *x;

	x->n_slots = n_slots;
	x->slots = mem_alloc(n_slots * sizeof(*x->slots));
	memset(x->slots, 0xff, n_slots * sizeof(*x->slots));
	for (size_t i = 0; i < old.n_slots; i++)
		if (old.slots[i] != FREE)
			x->slots[slot_of(
				d, d->feeds.p[old.slots[i]].conf->url)] =
				old.slots[i];
	mem_free(&old.slots);
}

static void
index_put(struct daemon *d, uint32_t id)
{
	struct feed_index *x = &d->feed_ids;

	if ((x->n + 1) * 4 > x->n_slots * 3)
		index_resize(d, x->n_slots == 0 ? 64 : 2 * x->n_slots);
	x->slots[slot_of(d, d->feeds.p[id].conf->url)] = id;
	x->n++;
}

/* Those behind it that would not be found any more move up. */
static void
index_del(struct daemon *d, struct span url)
{
	struct feed_index *x = &d->feed_ids;
	size_t i = slot_of(d, url), home;
	uint32_t id;

	x->slots[i] = FREE;
	x->n--;
	for (;;) {
		i = (i + 1) & (x->n_slots - 1);
		id = x->slots[i];
		if (id == FREE)
			return;
		x->slots[i] = FREE;
		home = slot_of(d, d->feeds.p[id].conf->url);
		x->slots[home] = id;
	}
}

static void
add(struct daemon *d, const struct config_feed *conf,
	const struct feed_state *known)
{
	uint32_t id = poller_add(d->poller, conf, known);

	while (d->feeds.n <= id)
		vec_add(&d->feeds);
	d->feeds.p[id].conf = conf;
	index_put(d, id);
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

struct starting {
	struct daemon *d;
	struct map *configured; /* URL -> struct config_feed */
};

static bool
on_known(const struct feed_state *s, void *arg)
{
	struct starting *st = arg;
	const struct config_feed *conf = map_take(st->configured, s->url);

	if (conf != NULL)
		add(st->d, conf, s);
	return true;
}

int
feeds_start(struct daemon *d, struct err *err)
{
	struct starting st = {.d = d, .configured = map_new(NULL)};
	const struct config_feeds *f = &d->config->feeds;
	struct map_iter it = {0};
	int rc;

	d->flush_timer = loop_timer_new(d->loop, on_flush, d);
	d->quiet_timer = loop_timer_new(d->loop, on_quiet, d);
	mark_start(d);
	for (size_t i = 0; i < f->n; i++)
		map_put(st.configured, f->p[i].url,
			(void *)(uintptr_t)&f->p[i]);
	rc = store_feeds_each(d->store, on_known, &st, err);
	while (rc == 0 && map_next(st.configured, &it))
		add(d, it.value, NULL);
	map_free(&st.configured);
	/* Reading the configuration left holes that nothing will fill. */
	malloc_trim(0);
	return rc;
}

/* -- reload -----------------------------------------------------------------
 */

static bool
known_state(const struct feed_state *s, void *arg)
{
	struct starting *st = arg;
	const struct config_feed *conf = map_take(st->configured, s->url);

	if (conf != NULL)
		add(st->d, conf, s);
	return false;
}

static void
on_added(const struct config_feed *f, void *arg)
{
	struct starting st = {.d = arg, .configured = map_new(NULL)};
	struct err err;

	/* It may have been watched before: then it is no first sight. */
	map_put(st.configured, f->url, (void *)(uintptr_t)f);
	if (store_feed_get(st.d->store, f->url, known_state, &st, &err) != 0)
		log_warn("feed_state", "error=\"%s\"", err.msg);
	if (map_count(st.configured) > 0)
		add(st.d, f, NULL);
	map_free(&st.configured);
}

static void
on_removed(const struct config_feed *f, void *arg)
{
	struct daemon *d = arg;
	uint32_t id = id_of(d, f->url);

	feeds_flush(d);
	index_del(d, f->url);
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
	mem_free(&d->feed_ids.slots);
}
