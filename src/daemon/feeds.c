/*
 * The configured feeds: which poller id belongs to which entry of the present
 * snapshot. The poller and we both borrow from the snapshot, so a reload gives
 * every feed that stays its new entry before the old snapshot goes.
 */
#include "daemon/daemon.h"

#include "base/log.h"

static uint32_t
id_of(const struct daemon *d, struct span url)
{
	return (uint32_t)(uintptr_t)map_get(d->feed_ids, url) - 1;
}

static void
add(struct daemon *d, const struct config_feed *conf,
	const struct feed_state *known)
{
	uint32_t id = poller_add(d->poller, conf, known);

	while (d->feeds.n <= id)
		vec_add(&d->feeds);
	d->feeds.p[id].conf = conf;
	map_put(d->feed_ids, conf->url, (void *)(uintptr_t)(id + 1));
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

	d->feed_ids = map_new(NULL);
	for (size_t i = 0; i < f->n; i++)
		map_put(st.configured, f->p[i].url,
			(void *)(uintptr_t)&f->p[i]);
	rc = store_feeds_each(d->store, on_known, &st, err);
	while (rc == 0 && map_next(st.configured, &it))
		add(d, it.value, NULL);
	map_free(&st.configured);
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

	poller_remove(d->poller, id);
	d->feeds.p[id] = (struct daemon_feed){0};
	map_del(d->feed_ids, f->url);
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
	poller_free(&d->poller);
	vec_fini(&d->feeds);
	map_free(&d->feed_ids);
}
