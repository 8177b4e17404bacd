#include "support/channel_world.h"

#include "testing.h"

static void
on_closed(void *arg)
{
	struct channel_world *w = arg;

	w->closed++;
}

static struct channel_conf
conf_of(const char *type, const struct setting *settings, size_t n)
{
	return (struct channel_conf){
		.name = span_of("desk"),
		.type = span_of(type),
		.settings = settings,
		.n_settings = n,
		.place = {"c.yaml", 1, 1},
		.type_place = {"c.yaml", 1, 8},
	};
}

char *
channel_world_mistakes(
	const char *type, const struct setting *settings, size_t n)
{
	struct channel_conf conf = conf_of(type, settings, n);
	struct strbuf out = STRBUF_INIT(1 << 16);
	struct report report = {.put = report_to_strbuf, .arg = &out};

	channel_check(&conf, &report);
	return strbuf_take(&out);
}

void
channel_world_open(struct channel_world *w, const char *type,
	const struct setting *settings, size_t n, int out_fd)
{
	struct http_client_options o = {.user_agent = "newswatch-test"};
	char *mistakes = channel_world_mistakes(type, settings, n);
	struct err err;

	assert_string_equal(mistakes, "");
	mem_free(&mistakes);
	*w = (struct channel_world){.conf = conf_of(type, settings, n)};
	assert_int_equal(loop_new(&w->loop, NULL), 0);
	assert_int_equal(http_client_new(w->loop, &o, &w->http, NULL), 0);
	w->env = (struct channel_env){.loop = w->loop,
		.http = w->http,
		.out_fd = out_fd,
		.on_closed = on_closed,
		.arg = w};
	if (channel_open(&w->conf, &w->env, &w->channel, &err) != 0)
		fail_msg("%s", err.msg);
}

void
channel_world_close(struct channel_world *w)
{
	channel_close(&w->channel);
	http_client_free(&w->http);
	loop_free(&w->loop);
}

static void
on_result(const struct send_result *r, void *arg)
{
	struct channel_world *w = arg;

	w->results++;
	w->outcome = r->outcome;
	w->retry_after_ms = r->retry_after_ms;
	snprintf(w->text, sizeof(w->text), "%.*s", SPAN_ARG(r->text));
	w->reference_bytes = r->reference.n;
	loop_stop(w->loop);
}

void
channel_world_start(struct channel_world *w, const char *body)
{
	struct message m = {
		.id = span_of("msg_1"),
		.route = span_of("first"),
		.channel = span_of("desk"),
		.key = span_of("k"),
		.body = span_of(body),
		.attempt = 1,
		.n_hits = 1,
	};
	unsigned before = w->results;

	channel_send(w->channel, &m, on_result, w);
	assert_int_equal(w->results, before); /* never from inside */
}

void
channel_world_until(struct channel_world *w, unsigned n)
{
	while (w->results < n)
		if (!loop_run_for(w->loop, CHANNEL_WORLD_LIMIT_MS))
			fail_msg("no result");
}

void
channel_world_send(struct channel_world *w, const char *body)
{
	channel_world_start(w, body);
	channel_world_until(w, w->results + 1);
}
