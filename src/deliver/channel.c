/*
 * What all channels have in common. A type may say at once how a send ended;
 * the caller is told after the turn in any case.
 */
#include "deliver/channel.h"

#include <assert.h>

#include "base/vec.h"
#include "deliver/pace.h"
#include "deliver/settings.h"
#include "deliver/types.h"
#include "io/loop.h"

#define TEXT_MAX 256 /* of a result */

static const struct channel_type *const channel_types[] = {
	&channel_type_apprise,
	&channel_type_discord,
	&channel_type_exec,
	&channel_type_file,
	&channel_type_gotify,
	&channel_type_journal,
	&channel_type_matrix,
	&channel_type_mattermost,
	&channel_type_ntfy,
	&channel_type_pagerduty,
	&channel_type_pushover,
	&channel_type_redis,
	&channel_type_rocketchat,
	&channel_type_slack,
	&channel_type_smtp,
	&channel_type_stdout,
	&channel_type_syslog,
	&channel_type_teams,
	&channel_type_telegram,
	&channel_type_terminal,
	&channel_type_webhook,
};
#define N_TYPES (sizeof(channel_types) / sizeof(*channel_types))

static const struct setting_rule common_rules[] = {
	{"max_attempts", SETTING_COUNT, false, "50",
		"Tries after which a delivery becomes a dead letter."},
	{"max_age", SETTING_DURATION, false, "24h",
		"Time after which a delivery becomes a dead letter."},
	{"retry_min", SETTING_DURATION, false, "5s",
		"Delay after the first failed try; it doubles with each."},
	{"retry_max", SETTING_DURATION, false, "15m",
		"Longest delay between tries."},
	{"timeout", SETTING_DURATION, false, "30s",
		"Time that one try may take."},
	{"rate", SETTING_RATE, false, NULL,
		"Most deliveries a second, minute or hour (1/s, 20/m, none), "
		"of all workers together; otherwise the type's."},
	{"burst", SETTING_COUNT, false, NULL,
		"So many at once after a pause; otherwise the type's."},
	{.name = NULL},
};

struct sending {
	struct channel *channel;
	send_cb done;
	void *arg;
	enum outcome outcome;
	int64_t retry_after_ms;
	struct strbuf text, reference;
};

struct channel {
	const struct channel_conf *conf;
	const struct channel_type *type;
	const struct channel_env *env;
	struct pace pace;
	char *host; /* NULL: it has none */
	void *state;
	VEC(struct sending *) sendings;
};

/* -- types ----------------------------------------------------------------- */
const struct channel_type *
channel_type_at(size_t i)
{
	return i < N_TYPES ? channel_types[i] : NULL;
}

const struct channel_type *
channel_type_find(struct span name)
{
	for (size_t i = 0; i < N_TYPES; i++)
		if (span_eq_str(name, channel_types[i]->name))
			return channel_types[i];
	return NULL;
}

const struct setting_rule *
channel_common_rules(void)
{
	return common_rules;
}

#define NEAR_ENOUGH 3 /* for suggestions */

static const char *
nearest_type(struct span name)
{
	const char *best = NULL;
	unsigned least = NEAR_ENOUGH, d;

	for (size_t i = 0; i < N_TYPES; i++) {
		d = span_distance(
			name, span_of(channel_types[i]->name), NEAR_ENOUGH);
		if (d >= least)
			continue;
		least = d;
		best = channel_types[i]->name;
	}
	return best;
}

static void
tell_no_type(const struct channel_conf *conf, struct report *report)
{
	const char *nearest = nearest_type(conf->type);
	struct strbuf names = STRBUF_INIT(1024);

	if (nearest) {
		report_error(report, &conf->type_place,
			"there is no type '%.*s' of channels; did you mean "
			"'%s'?",
			SPAN_ARG(conf->type), nearest);
		return;
	}

	for (size_t i = 0; i < N_TYPES; i++)
		strbuf_printf(&names, "%s%s", i > 0 ? ", " : "",
			channel_types[i]->name);
	report_error(report, &conf->type_place,
		"there is no type '%.*s' of channels: %s", SPAN_ARG(conf->type),
		strbuf_cstr(&names));
	strbuf_fini(&names);
}

void
channel_check(const struct channel_conf *conf, struct report *report)
{
	const struct channel_type *type = channel_type_find(conf->type);
	unsigned before = report->errors;

	if (!type) {
		tell_no_type(conf, report);
		return;
	}
	settings_check(conf, type->rules, report);
	if (type->check && report->errors == before)
		type->check(conf, report);
}

/* -- open channels --------------------------------------------------------- */
int
channel_open(const struct channel_conf *conf, const struct channel_env *env,
	struct channel **out, struct err *err)
{
	struct channel *c = mem_new(c);

	c->conf = conf;
	c->env = env;
	c->type = channel_type_find(conf->type);
	/* channel_check() refused every other type before. */
	assert(c->type != NULL);
	if (c->type->open(conf, env, &c->state, err) == -1) {
		mem_free(&c);
		return err_wrap(err, "channel '%.*s'", SPAN_ARG(conf->name));
	}
	c->pace = pace_of(conf, c->type);
	c->host = pace_host(conf, c->type);
	*out = c;
	return 0;
}

static void
sending_free(struct sending *s)
{
	loop_defer_cancel(s->channel->env->loop, s);
	strbuf_fini(&s->text);
	strbuf_fini(&s->reference);
	mem_free(&s);
}

void
channel_close(struct channel **cp)
{
	struct channel *c = *cp;

	*cp = NULL;
	if (!c)
		return;
	c->type->close(c->state);
	vec_each (struct sending **, s, &c->sendings)
		sending_free(*s);
	vec_fini(&c->sendings);
	mem_free(&c->host);
	mem_free(&c);
}

struct span
channel_name(const struct channel *c)
{
	return c->conf->name;
}

const struct channel_type *
channel_type(const struct channel *c)
{
	return c->type;
}

double
channel_rate(const struct channel *c)
{
	return c->pace.rate;
}

double
channel_burst(const struct channel *c)
{
	return c->pace.burst;
}

struct span
channel_host(const struct channel *c)
{
	return span_of(c->host);
}

unsigned
channel_max_attempts(const struct channel *c)
{
	return setting_count(c->conf, common_rules, "max_attempts");
}

int64_t
channel_max_age_ms(const struct channel *c)
{
	return setting_duration_ms(c->conf, common_rules, "max_age");
}

int64_t
channel_retry_min_ms(const struct channel *c)
{
	return setting_duration_ms(c->conf, common_rules, "retry_min");
}

int64_t
channel_retry_max_ms(const struct channel *c)
{
	return setting_duration_ms(c->conf, common_rules, "retry_max");
}

int64_t
channel_timeout_ms(const struct channel *c)
{
	return setting_duration_ms(c->conf, common_rules, "timeout");
}

void
channel_format(const struct channel *c, const struct message_hits *hits,
	struct strbuf *body)
{
	c->type->format(c->state, hits, body);
}

/* -- sending --------------------------------------------------------------- */
static void
on_told(void *arg)
{
	struct sending *s = arg;
	struct channel *c = s->channel;
	struct send_result result = {
		.outcome = s->outcome,
		.retry_after_ms = s->retry_after_ms,
		.text = strbuf_as_span(&s->text),
		.reference = strbuf_as_span(&s->reference),
	};

	for (size_t i = 0; i < c->sendings.n; i++) {
		if (c->sendings.p[i] != s)
			continue;
		vec_remove(&c->sendings, i);
		break;
	}
	s->done(&result, s->arg);
	strbuf_fini(&s->text);
	strbuf_fini(&s->reference);
	mem_free(&s);
}

/* The first line of what the type had to say, kept until the turn is over. */
static void
on_sent(const struct send_result *result, void *arg)
{
	struct sending *s = arg;
	struct span rest = span_trim(result->text), line = rest;

	span_next(&rest, '\n', &line);
	s->outcome = result->outcome;
	s->retry_after_ms = result->retry_after_ms;
	strbuf_span(&s->text, span_trim(line));
	if (result->outcome == OUTCOME_SENT &&
		result->reference.n <= CHANNEL_REFERENCE_MAX)
		strbuf_span(&s->reference, result->reference);
	loop_defer(s->channel->env->loop, on_told, s);
}

void
channel_send(
	struct channel *c, const struct message *m, send_cb done, void *arg)
{
	struct sending *s = mem_new(s);

	s->channel = c;
	s->done = done;
	s->arg = arg;
	s->text = STRBUF_INIT(TEXT_MAX);
	s->reference = STRBUF_INIT(CHANNEL_REFERENCE_MAX);
	vec_push(&c->sendings, s);
	c->type->send(c->state, m, on_sent, s);
}

unsigned
channel_in_flight(const struct channel *c)
{
	return (unsigned)c->sendings.n;
}

void
channel_reopen(struct channel *c)
{
	if (c->type->reopen)
		c->type->reopen(c->state);
}
