#include "deliver/settings.h"

#include <assert.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/mem.h"
#include "config/value.h"

#define COUNT_MAX 1000000
#define CREDENTIAL "credential:"
#define NEAR_ENOUGH 3 /* edits between what was written and what was meant */

/* -- shapes ---------------------------------------------------------------- */
enum shape { SHAPE_SCALAR, SHAPE_LIST, SHAPE_MAP };

static const struct {
	enum shape shape;
	const char *what; /* for "... is wanted here" */
} types[] = {
	[SETTING_TEXT] = {SHAPE_SCALAR, "a text"},
	[SETTING_URL] = {SHAPE_SCALAR, "an http or https URL"},
	[SETTING_PATH] = {SHAPE_SCALAR, "a path"},
	[SETTING_SECRET] = {SHAPE_SCALAR, "the path of a file with a secret"},
	[SETTING_COUNT] = {SHAPE_SCALAR, "a whole number, 1 or more"},
	[SETTING_FLAG] = {SHAPE_SCALAR, "yes or no"},
	[SETTING_DURATION] = {SHAPE_SCALAR, "a duration like 90s, 5m or 2h"},
	[SETTING_RATE] = {SHAPE_SCALAR, "a rate like 1/s, 20/m or none"},
	[SETTING_LIST] = {SHAPE_LIST, "a list"},
	[SETTING_MAP] = {SHAPE_MAP, "a map"},
};

static enum shape
shape_of(const struct setting *s)
{
	if (s->n_list > 0 || s->list)
		return SHAPE_LIST;
	return s->n_map > 0 || s->map ? SHAPE_MAP : SHAPE_SCALAR;
}

/* -- rules ----------------------------------------------------------------- */
static const struct setting_rule *
rule_find(const struct setting_rule *rules, struct span key)
{
	for (const struct setting_rule *r = rules; r && r->name; r++)
		if (span_eq_str(key, r->name))
			return r;
	return NULL;
}

static void
rule_offer(const struct setting_rule *rules, struct span key,
	const struct setting_rule **best, unsigned *least)
{
	unsigned d;

	for (const struct setting_rule *r = rules; r && r->name; r++) {
		d = span_distance(key, span_of(r->name), NEAR_ENOUGH);
		if (d >= *least)
			continue;
		*least = d;
		*best = r;
	}
}

static void
tell_unknown(const struct channel_conf *conf, const struct setting *s,
	const struct setting_rule *own, struct report *report)
{
	const struct setting_rule *best = NULL;
	unsigned least = NEAR_ENOUGH;

	rule_offer(own, s->key, &best, &least);
	rule_offer(channel_common_rules(), s->key, &best, &least);
	if (best)
		report_error(report, &s->place,
			"a %.*s channel has no setting '%.*s'; did you mean "
			"'%s'?",
			SPAN_ARG(conf->type), SPAN_ARG(s->key), best->name);
	else
		report_error(report, &s->place,
			"a %.*s channel has no setting '%.*s'",
			SPAN_ARG(conf->type), SPAN_ARG(s->key));
}

/* -- values ---------------------------------------------------------------- */
static bool
is_url(struct span s)
{
	return (span_starts(s, "http://") && s.n > 7) ||
		(span_starts(s, "https://") && s.n > 8);
}

/* "https://user:password@host/": the part before the path has an @. */
static bool
has_user(struct span url)
{
	struct span rest = span_sub(url, span_find_str(url, "//") + 2, url.n);
	size_t end = 0;

	while (end < rest.n && !strchr("/?#", rest.p[end]))
		end++;
	return span_find(span_sub(rest, 0, end), '@') != SIZE_MAX;
}

static bool
value_fits(enum setting_type type, struct span value)
{
	int64_t v;
	double rate;
	bool flag;

	switch (type) {
	case SETTING_RATE:
		return value_rate(value, &rate);
	case SETTING_URL:
		return is_url(value);
	case SETTING_COUNT:
		return span_i64(value, 1, COUNT_MAX, &v);
	case SETTING_FLAG:
		return value_bool(value, &flag);
	case SETTING_DURATION:
		return value_duration(value, &v) && v > 0;
	case SETTING_TEXT:
	case SETTING_PATH:
	case SETTING_SECRET:
		return value.n > 0;
	case SETTING_LIST:
	case SETTING_MAP:
		return true;
	}
	return false;
}

static bool
is_credential(struct span value)
{
	return span_starts(value, CREDENTIAL);
}

/* Outside of the service there are no credentials to look at. */
static bool
is_at_hand(struct span value)
{
	return !is_credential(value) || getenv("CREDENTIALS_DIRECTORY");
}

static void
check_secret(const struct channel_conf *conf, const struct setting *s,
	const char *key, struct report *report)
{
	char *secret = NULL;
	struct err err;

	if (!is_at_hand(s->value))
		report_warning(report, &s->value_place,
			"the credential '%.*s' cannot be checked here: there "
			"is no $CREDENTIALS_DIRECTORY",
			SPAN_ARG(span_sub(
				s->value, sizeof(CREDENTIAL) - 1, SIZE_MAX)));
	else if (setting_secret(conf, key, &secret, &err) == -1)
		report_error(report, &s->value_place, "%s", err.msg);
	mem_free(&secret);
}

static void
check_value(const struct channel_conf *conf, const struct setting *s,
	const struct setting_rule *rule, struct report *report)
{
	if (shape_of(s) != types[rule->type].shape ||
		!value_fits(rule->type, s->value)) {
		report_error(report, &s->value_place, "'%s' of a channel is %s",
			rule->name, types[rule->type].what);
		return;
	}
	if (rule->type == SETTING_SECRET)
		check_secret(conf, s, rule->name, report);
	if (rule->type == SETTING_URL && has_user(s->value))
		report_error(report, &s->value_place,
			"no user name or password in a URL: use 'user' and "
			"'password_file', or 'bearer_file'");
}

static void
check_required(const struct channel_conf *conf,
	const struct setting_rule *rules, struct report *report)
{
	for (const struct setting_rule *r = rules; r && r->name; r++)
		if (r->required && !channel_setting(conf, r->name))
			report_error(report, &conf->place,
				"channel '%.*s' of type %.*s needs '%s': %s",
				SPAN_ARG(conf->name), SPAN_ARG(conf->type),
				r->name, r->doc);
}

void
settings_check(const struct channel_conf *conf, const struct setting_rule *own,
	struct report *report)
{
	const struct setting_rule *rule;

	for (size_t i = 0; i < conf->n_settings; i++) {
		rule = rule_find(own, conf->settings[i].key);
		if (!rule)
			rule = rule_find(
				channel_common_rules(), conf->settings[i].key);
		if (rule)
			check_value(conf, &conf->settings[i], rule, report);
		else
			tell_unknown(conf, &conf->settings[i], own, report);
	}
	check_required(conf, own, report);
}

/* -- readers --------------------------------------------------------------- */
struct span
setting_text(const struct channel_conf *conf, const struct setting_rule *rules,
	const char *key)
{
	const struct setting *s = channel_setting(conf, key);
	const struct setting_rule *rule = rule_find(rules, span_of(key));

	assert(rule);
	return s ? s->value : span_of(rule->otherwise);
}

int64_t
setting_duration_ms(const struct channel_conf *conf,
	const struct setting_rule *rules, const char *key)
{
	int64_t ms = 0;
	bool ok = value_duration(setting_text(conf, rules, key), &ms);

	assert(ok);
	return ms;
}

unsigned
setting_count(const struct channel_conf *conf, const struct setting_rule *rules,
	const char *key)
{
	int64_t v = 0;
	bool ok = span_i64(setting_text(conf, rules, key), 1, COUNT_MAX, &v);

	assert(ok);
	return (unsigned)v;
}

bool
setting_flag(const struct channel_conf *conf, const struct setting_rule *rules,
	const char *key)
{
	bool v = false;
	bool ok = value_bool(setting_text(conf, rules, key), &v);

	assert(ok);
	return v;
}

char *
setting_path(const struct channel_conf *conf, const char *key)
{
	const struct setting *s = channel_setting(conf, key);
	char *written, *path;

	if (!s)
		return NULL;
	written = span_dup(s->value);
	path = file_beside(s->place.file ? s->place.file : "", written);
	mem_free(&written);
	return path;
}

/* systemd puts credentials into a directory that only the service sees. */
static int
credential_path(struct span value, char **path, struct err *err)
{
	const char *dir = getenv("CREDENTIALS_DIRECTORY");
	struct span name = span_sub(value, sizeof(CREDENTIAL) - 1, SIZE_MAX);

	if (name.n == 0 || span_find(name, '/') != SIZE_MAX ||
		span_eq_str(name, ".") || span_eq_str(name, ".."))
		return err_set(err, ERR_CONF,
			"'%.*s' names no credential: write " CREDENTIAL "NAME",
			SPAN_ARG(value));
	if (!dir)
		return err_set(err, ERR_CONF,
			"there is no $CREDENTIALS_DIRECTORY: add "
			"LoadCredential=%.*s:FILE to the service",
			SPAN_ARG(name));
	*path = mem_printf("%s/%.*s", dir, SPAN_ARG(name));
	return 0;
}

int
setting_secret(const struct channel_conf *conf, const char *key, char **out,
	struct err *err)
{
	const struct setting *s = channel_setting(conf, key);
	char *path = NULL;
	int rc = 0;

	*out = NULL;
	if (!s)
		return 0;
	if (is_credential(s->value)) {
		if (credential_path(s->value, &path, err) == -1)
			return -1;
	} else {
		path = setting_path(conf, key);
	}
	rc = file_read_secret(path, out, err);
	mem_free(&path);
	return rc;
}

char *
setting_peek(const struct channel_conf *conf, const char *key)
{
	const struct setting *s = channel_setting(conf, key);
	char *secret = NULL;

	if (!s || !is_at_hand(s->value) ||
		setting_secret(conf, key, &secret, NULL) == -1)
		return NULL;
	return secret;
}
