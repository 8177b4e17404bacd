/* Loading and reloading: the old desk stays until the new one is open. */
#include <stdio.h>

#include "base/log.h"
#include "notify/worker_private.h"

#define REPORT_BYTES ((size_t)1 << 20)
#define LEASE_SPARE_MS 30000 /* beyond a send's time limit */

void
worker_serve(struct worker *w)
{
	VEC(struct dispatch_channel) channels = {0};

	for (size_t i = 0; i < desk_n_channels(w->desk); i++) {
		const struct channel *c = desk_channel_at(w->desk, i);

		vec_push(&channels,
			(struct dispatch_channel){
				.name = channel_name(c),
				.parallel = channel_type(c)->parallel,
				.lease_ms =
					channel_timeout_ms(c) + LEASE_SPARE_MS,
				.max_attempts = channel_max_attempts(c),
				.max_age_ms = channel_max_age_ms(c),
				.rate = channel_rate(c),
				.burst = channel_burst(c),
				.host = channel_host(c),
			});
	}
	dispatch_set_channels(w->dispatch, channels.p, channels.n);
	vec_fini(&channels);
}

static void
warn_of_fixed(const struct worker *w, const struct config *new)
{
	struct strbuf keys = STRBUF_INIT(1024);

	config_diff_fixed(desk_config(w->desk), new, &keys);
	if (keys.n > 0)
		log_warn("config_needs_restart", "keys=\"%s\"",
			strbuf_cstr(&keys));
	strbuf_fini(&keys);
}

static void
change_desk(struct worker *w, struct desk *desk)
{
	if (w->desk) {
		warn_of_fixed(w, desk_config(desk));
		vec_push(&w->retired, w->desk);
	}
	w->desk = desk;
	if (w->dispatch)
		worker_serve(w);
	worker_drop_retired(w);
}

int
worker_load(struct worker *w, struct err *err)
{
	struct config_options o = {
		.file = w->options->config_file,
		.state_dir = w->options->state_dir,
		.redis_url = w->options->redis_url,
		.parts = CONFIG_ROUTES,
	};
	struct strbuf report = STRBUF_INIT(REPORT_BYTES);
	struct config *config = NULL;
	struct desk *desk = NULL;
	int rc = config_load(&o, &config, &report, err);

	if (rc == 0)
		rc = desk_open(config, w->options->output, &w->env, &desk,
			&report, err);
	fputs(strbuf_cstr(&report), stderr);
	strbuf_fini(&report);
	if (rc == 0)
		change_desk(w, desk);
	config_unref(&config);
	return rc;
}

void
worker_drop_retired(struct worker *w)
{
	for (size_t i = 0; i < w->retired.n;) {
		if (!desk_is_idle(w->retired.p[i])) {
			i++;
			continue;
		}
		desk_free(&w->retired.p[i]);
		vec_remove(&w->retired, i);
	}
}
