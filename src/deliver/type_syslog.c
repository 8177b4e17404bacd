/*
 * Logs of the system: `syslog` for /dev/log (in the form that local daemons
 * use) or a server over UDP (RFC 5424), `journal` for systemd's journal with a
 * field for each thing that is known. A line a hit. Nothing is waited for: a
 * log that does not take it now is asked again later.
 * Sources: RFC 5424 6, RFC 5426; syslog(3);
 * https://systemd.io/JOURNAL_NATIVE_PROTOCOL/
 */
#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/date.h"
#include "base/mem.h"
#include "deliver/look.h"
#include "deliver/settings.h"
#include "deliver/target.h"
#include "deliver/trace.h"
#include "deliver/types.h"
#include "io/cidr.h"
#include "model/limits.h"

#define UDP_PORT 514
#define LINE_BYTES 2048 /* that every receiver takes, RFC 5424 6.1 */
#define DATAGRAM_BYTES KIB(32)
#define HOST_SIZE 256
#define TIME_SIZE 32
/* Of all our entries: journalctl MESSAGE_ID=... */
#define JOURNAL_MESSAGE_ID "3b1c5d0f6a5f4f0b9a3e8f6d2c7e41a9"

static const struct template_part parts[] = {
	{"text", MARKUP_TEXT, UNIT_BYTES, 1600, true},
	{.name = NULL},
};
static const struct target_look look = {"syslog", parts};

static const struct setting_rule syslog_rules[] = {
	{"address", SETTING_TEXT, false, "/dev/log",
		"A socket's path, or udp://address[:514] of a server."},
	{"facility", SETTING_TEXT, false, "daemon",
		"user, daemon, news, or local0 to local7."},
	{"severity", SETTING_TEXT, false, "notice",
		"alert, crit, err, warning, notice or info."},
	{"tag", SETTING_TEXT, false, "newswatch", "The program's name."},
	{"template", SETTING_PATH, false, NULL,
		"A template of yours, in place of the shipped one."},
	{.name = NULL},
};

static const struct setting_rule journal_rules[] = {
	{"socket", SETTING_PATH, false, "/run/systemd/journal/socket",
		"The journal's socket."},
	{"severity", SETTING_TEXT, false, "notice",
		"alert, crit, err, warning, notice or info."},
	{"tag", SETTING_TEXT, false, "newswatch", "SYSLOG_IDENTIFIER."},
	{"template", SETTING_PATH, false, NULL,
		"A template of yours, in place of the shipped one."},
	{.name = NULL},
};

struct code {
	const char *name; /* NULL at the end */
	int code;
};

static const struct code facilities[] = {{"user", 1}, {"daemon", 3},
	{"news", 7}, {"local0", 16}, {"local1", 17}, {"local2", 18},
	{"local3", 19}, {"local4", 20}, {"local5", 21}, {"local6", 22},
	{"local7", 23}, {NULL, 0}};
static const struct code severities[] = {{"alert", 1}, {"crit", 2}, {"err", 3},
	{"warning", 4}, {"notice", 5}, {"info", 6}, {NULL, 0}};

struct syslog {
	const struct channel_conf *conf;
	const struct channel_env *env;
	const struct setting_rule *rules;
	struct template *template;
	char *template_text;
	struct sockaddr_storage address;
	unsigned address_bytes;
	bool is_journal, is_udp;
	int facility, severity;
};

/* -- settings -------------------------------------------------------------- */
static int
code_find(const struct code *table, struct span name)
{
	for (; table->name; table++)
		if (span_eq_str(name, table->name))
			return table->code;
	return -1;
}

/* "udp://192.0.2.1:514", "udp://[2001:db8::1]" */
static bool
read_udp(struct span s, struct sockaddr_storage *out, unsigned *bytes)
{
	struct cidr_addr addr;
	int64_t port = UDP_PORT;
	size_t end;

	s = span_sub(s, 6, SIZE_MAX);
	if (s.n > 0 && s.p[0] == '[') {
		end = span_find(s, ']');
		if (end == SIZE_MAX ||
			!cidr_addr_parse(span_sub(s, 1, end - 1), &addr))
			return false;
		s = span_sub(s, end + 1, SIZE_MAX);
	} else {
		end = span_find(s, ':');
		if (!cidr_addr_parse(span_sub(s, 0, end), &addr))
			return false;
		s = end == SIZE_MAX ? SPAN_NULL : span_sub(s, end, SIZE_MAX);
	}
	if (s.n > 0 &&
		(s.p[0] != ':' ||
			!span_i64(span_sub(s, 1, SIZE_MAX), 1, 65535, &port)))
		return false;
	*bytes = cidr_addr_to(&addr, (uint16_t)port, out);
	return true;
}

static bool
read_path(struct span path, struct sockaddr_storage *out, unsigned *bytes)
{
	struct sockaddr_un *un = (struct sockaddr_un *)(void *)out;

	if (path.n == 0 || path.p[0] != '/' || path.n >= sizeof(un->sun_path))
		return false;
	*out = (struct sockaddr_storage){0};
	un->sun_family = AF_UNIX;
	memcpy(un->sun_path, path.p, path.n);
	*bytes = sizeof(*un);
	return true;
}

static void
check_word(const struct channel_conf *conf, const char *key,
	const struct code *table, struct report *report)
{
	const struct setting *s = channel_setting(conf, key);

	if (s && code_find(table, s->value) == -1)
		report_error(report, &s->value_place, "there is no %s '%.*s'",
			key, SPAN_ARG(s->value));
}

static void
check_tag(const struct channel_conf *conf, struct report *report)
{
	const struct setting *s = channel_setting(conf, "tag");

	for (size_t i = 0; s && i < s->value.n; i++) {
		if ((unsigned char)s->value.p[i] > 0x20 &&
			(unsigned char)s->value.p[i] < 0x7f &&
			!strchr("[]:", s->value.p[i]) && s->value.n <= 48)
			continue;
		report_error(report, &s->value_place,
			"a tag is at most 48 ASCII characters without blanks, "
			"brackets and colons");
		return;
	}
}

static void
check_common(const struct channel_conf *conf, struct report *report)
{
	struct template *t;
	char *text;

	check_word(conf, "severity", severities, report);
	check_tag(conf, report);
	t = look_template(&look, conf, &text, report);
	template_free(&t);
	mem_free(&text);
}

static void
syslog_check(const struct channel_conf *conf, struct report *report)
{
	const struct setting *s = channel_setting(conf, "address");
	struct sockaddr_storage address;
	unsigned bytes;

	check_word(conf, "facility", facilities, report);
	if (s && span_starts(s->value, "udp://")) {
		if (!read_udp(s->value, &address, &bytes))
			report_error(report, &s->value_place,
				"a server is udp:// and an address, like "
				"udp://192.0.2.1:514; names are not looked up");
	} else if (s && !read_path(s->value, &address, &bytes)) {
		report_error(report, &s->value_place,
			"'address' is the path of a socket, or udp://...");
	}
	check_common(conf, report);
}

/* -- life ------------------------------------------------------------------ */
static void
syslog_close(void *state)
{
	struct syslog *s = state;

	template_free(&s->template);
	mem_free(&s->template_text);
	mem_free(&s);
}

static int
open_common(const struct channel_conf *conf, const struct channel_env *env,
	const struct setting_rule *rules, struct syslog **out, struct err *err)
{
	struct syslog *s = mem_new(s);
	struct report report = {0};

	s->conf = conf;
	s->env = env;
	s->rules = rules;
	s->severity =
		code_find(severities, setting_text(conf, rules, "severity"));
	s->template = look_template(&look, conf, &s->template_text, &report);
	if (!s->template) {
		syslog_close(s);
		return err_set(err, ERR_CONF, "the template cannot be used");
	}
	*out = s;
	return 0;
}

static int
syslog_open(const struct channel_conf *conf, const struct channel_env *env,
	void **state, struct err *err)
{
	struct span address = setting_text(conf, syslog_rules, "address");
	struct syslog *s = NULL;

	if (open_common(conf, env, syslog_rules, &s, err) == -1)
		return -1;
	s->facility = code_find(
		facilities, setting_text(conf, syslog_rules, "facility"));
	s->is_udp = span_starts(address, "udp://") &&
		read_udp(address, &s->address, &s->address_bytes);
	if (!s->is_udp)
		read_path(address, &s->address, &s->address_bytes);
	*state = s;
	return 0;
}

static int
journal_open(const struct channel_conf *conf, const struct channel_env *env,
	void **state, struct err *err)
{
	struct syslog *s = NULL;

	if (open_common(conf, env, journal_rules, &s, err) == -1)
		return -1;
	s->is_journal = true;
	read_path(setting_text(conf, journal_rules, "socket"), &s->address,
		&s->address_bytes);
	*state = s;
	return 0;
}

/* A content a line, for each hit. */
static void
syslog_format(
	const void *state, const struct message_hits *hits, struct strbuf *body)
{
	const struct syslog *s = state;

	for (size_t i = 0; i < hits->n; i++) {
		struct message_hits one = *hits;

		one.json = &hits->json[i];
		one.n = 1;
		one.n_waiting = 0;
		content_format(s->template, parts, &one, body);
		strbuf_char(body, '\n');
	}
}

/* -- lines ----------------------------------------------------------------- */
/* "<29>Mar  1 12:00:03 newswatch[123]: ...", as syslog(3) makes it. */
static void
put_local(const struct syslog *s, const struct content *c, struct strbuf *out)
{
	time_t t = (time_t)(c->made.ms / 1000);
	char text[TIME_SIZE] = "";
	struct tm tm;

	if (localtime_r(&t, &tm))
		strftime(text, sizeof(text), "%h %e %T", &tm);
	strbuf_printf(out, "<%d>%s %.*s[%d]: %.*s",
		s->facility * 8 + s->severity, text,
		SPAN_ARG(setting_text(s->conf, s->rules, "tag")), (int)getpid(),
		SPAN_ARG(c->parts[0]));
}

static void
put_rfc5424(const struct syslog *s, const struct content *c, struct strbuf *out)
{
	char host[HOST_SIZE] = "-", made[DATE_TEXT_SIZE];

	gethostname(host, sizeof(host) - 1);
	date_format_ms(c->made, made);
	/* The mark before the text says that it is UTF-8. */
	strbuf_printf(out, "<%d>1 %s %s %.*s %d NEWS - \xef\xbb\xbf%.*s",
		s->facility * 8 + s->severity, made, *host ? host : "-",
		SPAN_ARG(setting_text(s->conf, s->rules, "tag")), (int)getpid(),
		SPAN_ARG(c->parts[0]));
}

static void
put_field(struct strbuf *out, const char *name, struct span value)
{
	if (value.n > 0)
		strbuf_printf(out, "%s=%.*s\n", name, SPAN_ARG(value));
}

/* Values are one line each, so that the short form will do. */
static void
put_journal(const struct syslog *s, const struct content *c,
	const struct message *m, struct strbuf *out)
{
	put_field(out, "MESSAGE", c->parts[0]);
	strbuf_printf(out, "PRIORITY=%d\n", s->severity);
	put_field(out, "SYSLOG_IDENTIFIER",
		setting_text(s->conf, s->rules, "tag"));
	put_field(out, "MESSAGE_ID", SPAN_LIT(JOURNAL_MESSAGE_ID));
	put_field(out, "NEWSWATCH_ENTITY", c->entity);
	put_field(out, "NEWSWATCH_EVENT", c->event);
	put_field(out, "NEWSWATCH_STATUS", c->status);
	put_field(out, "NEWSWATCH_STORY", c->story);
	put_field(out, "NEWSWATCH_URL", c->url);
	put_field(out, "NEWSWATCH_ROUTE", m->route);
	put_field(out, "NEWSWATCH_DELIVERY", m->id);
}

static void
put_line(const struct syslog *s, const struct content *c,
	const struct message *m, struct strbuf *out)
{
	if (s->is_journal)
		put_journal(s, c, m, out);
	else if (s->is_udp)
		put_rfc5424(s, c, out);
	else
		put_local(s, c, out);
}

/* -- sending --------------------------------------------------------------- */
static int
send_datagram(const struct syslog *s, struct span text, struct err *err)
{
	const struct sockaddr *to =
		(const struct sockaddr *)(const void *)&s->address;
	int fd, error = 0;

	channel_trace(s->env, ">", NULL, text);
	if (s->env->dry)
		return 0;
	fd = socket(s->address.ss_family,
		SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1)
		return err_errno(err, ERR_TEMP, errno, "no socket");
	if (sendto(fd, text.p, text.n, MSG_NOSIGNAL, to, s->address_bytes) ==
		-1)
		error = errno;
	close(fd);
	if (error == 0)
		return 0;
	return err_errno(err, error == EMSGSIZE ? ERR_PERM : ERR_TEMP, error,
		"the log does not take it");
}

static int
send_line(const struct syslog *s, struct span line, const struct message *m,
	struct err *err)
{
	struct strbuf text =
		STRBUF_INIT(s->is_udp ? LINE_BYTES : DATAGRAM_BYTES);
	struct content c;
	int rc;

	if (content_parse(line, parts, &c, err) == -1)
		return -1;
	put_line(s, &c, m, &text);
	rc = send_datagram(s, strbuf_as_span(&text), err);
	content_fini(&c);
	strbuf_fini(&text);
	return rc;
}

static void
syslog_send(void *state, const struct message *m, send_cb done, void *arg)
{
	const struct syslog *s = state;
	struct send_result r = {.outcome = OUTCOME_SENT, .retry_after_ms = -1};
	struct span rest = m->body, line;
	struct err err = {.kind = ERR_NONE};
	int rc = 0;

	while (rc == 0 && span_next(&rest, '\n', &line))
		rc = send_line(s, line, m, &err);
	if (rc == -1) {
		r.outcome =
			err.kind == ERR_TEMP ? OUTCOME_LATER : OUTCOME_NEVER;
		r.text = span_of(err.msg);
	}
	done(&r, arg);
}

const struct channel_type channel_type_syslog = {
	.name = "syslog",
	.doc = "The system's log, or a log server over UDP.",
	.rules = syslog_rules,
	.parallel = 1,
	.check = syslog_check,
	.format = syslog_format,
	.open = syslog_open,
	.send = syslog_send,
	.close = syslog_close,
};

static void
journal_check(const struct channel_conf *conf, struct report *report)
{
	const struct setting *s = channel_setting(conf, "socket");
	struct sockaddr_storage address;
	unsigned bytes;

	if (s && !read_path(s->value, &address, &bytes))
		report_error(report, &s->value_place,
			"'socket' is an absolute path of at most 107 bytes");
	check_common(conf, report);
}

const struct channel_type channel_type_journal = {
	.name = "journal",
	.doc = "systemd's journal, with a field for each thing known.",
	.rules = journal_rules,
	.parallel = 1,
	.check = journal_check,
	.format = syslog_format,
	.open = journal_open,
	.send = syslog_send,
	.close = syslog_close,
};
