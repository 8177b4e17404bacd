#include "notify/desk.h"

#include "base/arena.h"
#include "base/vec.h"
#include "setup/rules.h"

struct desk {
	struct config *config;
	struct arena *arena;
	struct route_list route_list;
	struct channel_list channel_list;
	struct routes *routes;
	VEC(struct channel *) channels; /* in the order of the list */
};

/* -- standard output ------------------------------------------------------- */
/* A name that no channel or route has. */
static struct span
free_name(const struct config *c, struct arena *arena)
{
	char *name = arena_strdup(arena, "terminal");

	for (size_t i = 0; i < c->channels.n + c->routes.n;) {
		struct span taken = i < c->channels.n
			? c->channels.p[i].name
			: c->routes.p[i - c->channels.n].name;

		i++;
		if (!span_eq_str(taken, name))
			continue;
		name = arena_printf(arena, "%s-", name);
		i = 0;
	}
	return span_of(name);
}

static void
add_output(struct desk *d, enum desk_output output)
{
	const struct config *c = d->config;
	struct channel_conf *channels =
		arena_array(d->arena, c->channels.n + 1, sizeof(*channels));
	struct route_conf *routes =
		arena_array(d->arena, c->routes.n + 1, sizeof(*routes));
	struct entity_text *to = arena_new_obj(d->arena, struct entity_text);
	struct span name = free_name(c, d->arena);

	to->text = name;
	channels[0] = (struct channel_conf){
		.name = name,
		.type = output == OUTPUT_TERMINAL ? SPAN_LIT("terminal")
						  : SPAN_LIT("stdout"),
	};
	routes[0] = (struct route_conf){
		.name = name,
		.to = {to, 1},
		.alert = output == OUTPUT_JSON_LINES ? ALERT_ITEM : ALERT_STORY,
		.next = true,
	};
	if (c->channels.n > 0)
		memcpy(channels + 1, c->channels.p,
			c->channels.n * sizeof(*channels));
	if (c->routes.n > 0)
		memcpy(routes + 1, c->routes.p, c->routes.n * sizeof(*routes));
	d->channel_list = (struct channel_list){channels, c->channels.n + 1};
	d->route_list = (struct route_list){routes, c->routes.n + 1};
}

/* -- life ------------------------------------------------------------------ */
static int
open_channels(struct desk *d, const struct channel_env *env, struct err *err)
{
	struct channel *c;

	for (size_t i = 0; i < d->channel_list.n; i++) {
		if (channel_open(&d->channel_list.p[i], env, &c, err) == -1)
			return -1;
		vec_push(&d->channels, c);
	}
	return 0;
}

int
desk_open(struct config *config, enum desk_output output,
	const struct channel_env *env, struct desk **out, struct strbuf *report,
	struct err *err)
{
	struct desk *d = mem_new(d);

	d->config = config_ref(config);
	d->arena = arena_new();
	d->channel_list = config->channels;
	d->route_list = config->routes;
	if (output != OUTPUT_NONE)
		add_output(d, output);
	if (rules_compile(&d->route_list, &d->channel_list, &config->inhibits,
		    &d->routes, report, err) == -1 ||
		open_channels(d, env, err) == -1) {
		desk_free(&d);
		return -1;
	}
	*out = d;
	return 0;
}

void
desk_free(struct desk **dp)
{
	struct desk *d = *dp;

	*dp = NULL;
	if (!d)
		return;
	vec_each (struct channel **, c, &d->channels)
		channel_close(c);
	vec_fini(&d->channels);
	route_free(&d->routes);
	arena_free(&d->arena);
	config_unref(&d->config);
	mem_free(&d);
}

/* -- asking ---------------------------------------------------------------- */
struct config *
desk_config(const struct desk *d)
{
	return d->config;
}

const struct routes *
desk_routes(const struct desk *d)
{
	return d->routes;
}

size_t
desk_n_channels(const struct desk *d)
{
	return d->channels.n;
}

struct channel *
desk_channel_at(const struct desk *d, size_t i)
{
	return d->channels.p[i];
}

struct channel *
desk_channel(const struct desk *d, struct span name)
{
	vec_each (struct channel **, c, &d->channels)
		if (span_eq(channel_name(*c), name))
			return *c;
	return NULL;
}

const struct route_conf *
desk_route(const struct desk *d, struct span route)
{
	for (size_t i = 0; i < d->route_list.n; i++)
		if (span_eq(d->route_list.p[i].name, route))
			return &d->route_list.p[i];
	return NULL;
}

bool
desk_is_idle(const struct desk *d)
{
	vec_each (struct channel **, c, &d->channels)
		if (channel_in_flight(*c) > 0)
			return false;
	return true;
}
