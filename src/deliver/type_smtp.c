/*
 * Mail, handed to a server of the operator's: STARTTLS or TLS, unless it is
 * said otherwise. What is told of a story later is a reply in its thread. The
 * Message-ID is the delivery's, so that a mail that came twice is seen as one.
 */
#include "base/file.h"
#include "base/mem.h"
#include "deliver/look.h"
#include "deliver/mail.h"
#include "deliver/settings.h"
#include "deliver/target.h"
#include "deliver/trace.h"
#include "deliver/types.h"
#include "io/smtp_client.h"
#include "model/limits.h"

#define PARALLEL 2
#define PORT_MAX 65535
#define PORT_SUBMISSION 587
#define PORT_TLS 465
#define RECIPIENTS_MAX 100
#define MAIL_BYTES MIB(2)

static const struct template_part parts[] = {
	{"subject", MARKUP_TEXT, UNIT_CHARACTERS, 200, true},
	{"text", MARKUP_TEXT, UNIT_BYTES, 100000, false},
	{"html", MARKUP_HTML, UNIT_BYTES, 200000, false},
	{.name = NULL},
};
enum { SUBJECT, TEXT, HTML };
static const struct target_look look = {"smtp", parts};

static const struct setting_rule rules[] = {
	{"url", SETTING_TEXT, true, NULL,
		"The server: smtp://host[:587] or smtps://host[:465]."},
	{"starttls", SETTING_FLAG, false, "yes",
		"With smtp://, go on only under TLS."},
	{"ca_file", SETTING_PATH, false, NULL,
		"Certificates to trust, in place of the system's."},
	{"user", SETTING_TEXT, false, NULL, "To log in as."},
	{"password_file", SETTING_SECRET, false, NULL,
		"A file with the password."},
	{"from", SETTING_TEXT, true, NULL, "The sender's address."},
	{"from_name", SETTING_TEXT, false, "newswatch", "The sender's name."},
	{"to", SETTING_LIST, true, NULL, "The recipients' addresses."},
	{"template", SETTING_PATH, false, NULL,
		"A template of yours, in place of the shipped one."},
	{.name = NULL},
};

struct smtp {
	const struct channel_conf *conf;
	const struct channel_env *env;
	struct smtp_client *client;
	struct secrets secrets;
	struct template *template;
	char *template_text, *ca_file;
	struct span host;
	unsigned port;
	enum smtp_tls tls;
	VEC(struct span) to;
	VEC(struct smtp_job *) jobs;
};

struct smtp_job {
	struct smtp *smtp;
	struct smtp_transfer *transfer;
	struct strbuf data;
	struct strbuf id, reference;
	send_cb done;
	void *arg;
};

/* -- checking -------------------------------------------------------------- */
/* "smtp://mail.example.com:25"; false if it is none. */
static bool
read_url(struct span url, struct span *host, unsigned *port, bool *tls)
{
	int64_t given;
	size_t colon;

	*tls = span_starts(url, "smtps://");
	if (!*tls && !span_starts(url, "smtp://"))
		return false;
	url = span_sub(url, *tls ? 8 : 7, SIZE_MAX);
	if (url.n > 0 && url.p[url.n - 1] == '/')
		url.n--;
	*port = *tls ? PORT_TLS : PORT_SUBMISSION;
	if (url.n > 0 && url.p[0] == '[') { /* an IPv6 address */
		colon = span_find(url, ']');
		*host = span_sub(url, 1, colon == SIZE_MAX ? 0 : colon - 1);
		url = span_sub(
			url, colon == SIZE_MAX ? 0 : colon + 1, SIZE_MAX);
		if (url.n > 0 && url.p[0] != ':')
			return false;
		colon = url.n > 0 ? 0 : SIZE_MAX;
	} else {
		colon = span_find(url, ':');
		*host = span_sub(url, 0, colon);
	}
	if (colon != SIZE_MAX) {
		if (!span_i64(span_sub(url, colon + 1, SIZE_MAX), 1, PORT_MAX,
			    &given))
			return false;
		*port = (unsigned)given;
	}
	for (size_t i = 0; i < host->n; i++)
		if ((unsigned char)host->p[i] <= 0x20 ||
			(unsigned char)host->p[i] >= 0x7f ||
			strchr("/@?#<>\\", host->p[i]))
			return false;
	return host->n > 0;
}

static void
check_login(const struct channel_conf *conf, bool plain, struct report *report)
{
	const struct setting *user = channel_setting(conf, "user");
	const struct setting *password = channel_setting(conf, "password_file");

	if (!user != !password)
		report_error(report, user ? &user->place : &password->place,
			"'user' and 'password_file' go together");
	else if (user && plain)
		report_error(report, &user->place,
			"without TLS the password could be read on the way: "
			"use smtps:// or 'starttls: yes'");
}

static void
check_addresses(const struct channel_conf *conf, struct report *report)
{
	const struct setting *from = channel_setting(conf, "from");
	const struct setting *to = channel_setting(conf, "to");

	if (!mail_is_address(from->value))
		report_error(report, &from->value_place,
			"'%.*s' is no mail address", SPAN_ARG(from->value));
	if (to->n_list == 0 || to->n_list > RECIPIENTS_MAX)
		report_error(report, &to->value_place,
			"'to' has from 1 to %d addresses", RECIPIENTS_MAX);
	for (size_t i = 0; i < to->n_list; i++)
		if (!mail_is_address(to->list[i].text))
			report_error(report, &to->list[i].place,
				"'%.*s' is no mail address",
				SPAN_ARG(to->list[i].text));
}

static void
smtp_check(const struct channel_conf *conf, struct report *report)
{
	const struct setting *url = channel_setting(conf, "url");
	struct template *t;
	struct span host;
	unsigned port;
	bool tls;
	char *text;

	if (!read_url(url->value, &host, &port, &tls))
		report_error(report, &url->value_place,
			"'url' is smtp://host, smtp://host:port or "
			"smtps://host");
	else
		check_login(conf,
			!tls && !setting_flag(conf, rules, "starttls"), report);
	check_addresses(conf, report);
	t = look_template(&look, conf, &text, report);
	template_free(&t);
	mem_free(&text);
}

/* -- life ------------------------------------------------------------------ */
static void smtp_close(void *state);

static void
read_settings(struct smtp *s)
{
	const struct setting *to = channel_setting(s->conf, "to");
	bool tls = false;

	read_url(setting_text(s->conf, rules, "url"), &s->host, &s->port, &tls);
	s->tls = tls                                       ? SMTP_TLS
		: setting_flag(s->conf, rules, "starttls") ? SMTP_STARTTLS
							   : SMTP_PLAIN;
	for (size_t i = 0; i < to->n_list; i++)
		vec_push(&s->to, to->list[i].text);
	s->ca_file = setting_path(s->conf, "ca_file");
}

static int
smtp_open(const struct channel_conf *conf, const struct channel_env *env,
	void **state, struct err *err)
{
	struct smtp *s = mem_new(s);
	struct report report = {0};

	s->conf = conf;
	s->env = env;
	read_settings(s);
	s->template = look_template(&look, conf, &s->template_text, &report);
	if (!s->template)
		err_set(err, ERR_CONF, "the template cannot be used");
	if (!s->template || secrets_load(conf, rules, &s->secrets, err) == -1 ||
		smtp_client_new(env->loop, &s->client, err) == -1) {
		smtp_close(s);
		return -1;
	}
	*state = s;
	return 0;
}

static void
job_free(struct smtp_job *job)
{
	smtp_client_cancel(&job->transfer);
	strbuf_fini(&job->data);
	strbuf_fini(&job->id);
	strbuf_fini(&job->reference);
	mem_free(&job);
}

static void
smtp_close(void *state)
{
	struct smtp *s = state;

	vec_each (struct smtp_job **, job, &s->jobs)
		job_free(*job);
	vec_fini(&s->jobs);
	smtp_client_free(&s->client);
	template_free(&s->template);
	mem_free(&s->template_text);
	mem_free(&s->ca_file);
	secrets_fini(&s->secrets);
	vec_fini(&s->to);
	mem_free(&s);
}

static void
smtp_format(
	const void *state, const struct message_hits *hits, struct strbuf *body)
{
	const struct smtp *s = state;

	content_format(s->template, parts, hits, body);
}

/* -- the mail -------------------------------------------------------------- */
static void
compose(const struct smtp *s, const struct content *c, const struct message *m,
	struct smtp_job *job)
{
	struct span from = setting_text(s->conf, rules, "from");
	struct span domain = mail_domain(from);
	struct strbuf thread = STRBUF_INIT(KIB(1)), list = STRBUF_INIT(KIB(1));
	struct mail mail = {
		.from_name = setting_text(s->conf, rules, "from_name"),
		.from = from,
		.to = s->to.p,
		.n_to = s->to.n,
		.subject = c->parts[SUBJECT],
		.reply_to = m->edit_reference,
		.date = c->made,
		.text = c->parts[TEXT],
		.html = c->parts[HTML],
	};

	strbuf_printf(&job->id, "%.*s@%.*s", SPAN_ARG(m->id), SPAN_ARG(domain));
	strbuf_printf(&thread, "%.*s.%.*s@%.*s", SPAN_ARG(c->story),
		SPAN_ARG(m->route), SPAN_ARG(domain));
	strbuf_printf(&list, "%.*s.newswatch.%.*s", SPAN_ARG(m->channel),
		SPAN_ARG(domain));
	mail.id = strbuf_as_span(&job->id);
	mail.thread = c->stories == 1 ? strbuf_as_span(&thread) : SPAN_NULL;
	mail.list_id = strbuf_as_span(&list);
	mail_format(&mail, &job->data);
	/* Later mails of the story follow its first one. */
	strbuf_span(&job->reference,
		m->edit_reference.n > 0 ? m->edit_reference : mail.id);
	strbuf_fini(&thread);
	strbuf_fini(&list);
}

/* -- sending --------------------------------------------------------------- */
static void
job_end(struct smtp_job *job, const struct send_result *r)
{
	struct smtp *s = job->smtp;

	for (size_t i = 0; i < s->jobs.n; i++) {
		if (s->jobs.p[i] != job)
			continue;
		vec_remove(&s->jobs, i);
		break;
	}
	job->done(r, job->arg);
	job_free(job);
}

/* RFC 5321 4.2.1: 4yz may work later, 5yz will not. */
static enum outcome
outcome_of(const struct smtp_result *r)
{
	if (r->done)
		return OUTCOME_SENT;
	return r->code >= 500 && r->code <= 599 ? OUTCOME_NEVER : OUTCOME_LATER;
}

static void
on_mailed(const struct smtp_result *r, void *arg)
{
	struct smtp_job *job = arg;
	struct strbuf why = STRBUF_INIT(KIB(2)), masked = STRBUF_INIT(KIB(2));
	struct send_result result = {
		.outcome = outcome_of(r), .retry_after_ms = -1};

	job->transfer = NULL;
	if (!r->done)
		strbuf_printf(&why, "%s", r->err.msg);
	if (r->reply.n > 0 && span_is_utf8(r->reply))
		strbuf_printf(&why, "%s%.*s", why.n > 0 ? ": " : "",
			SPAN_ARG(r->reply));
	secrets_mask(&job->smtp->secrets, strbuf_as_span(&why), &masked);
	channel_trace(job->smtp->env, "<", NULL, strbuf_as_span(&masked));
	result.text = strbuf_as_span(&masked);
	if (r->done)
		result.reference = strbuf_as_span(&job->reference);
	job_end(job, &result);
	strbuf_fini(&why);
	strbuf_fini(&masked);
}

static void
trace_mail(const struct smtp_job *job)
{
	const struct smtp *s = job->smtp;
	struct strbuf text = STRBUF_INIT(MAIL_BYTES);

	if (!s->env->trace)
		return;
	strbuf_printf(
		&text, "%.*s\n", SPAN_ARG(setting_text(s->conf, rules, "url")));
	for (size_t i = 0; i < job->data.n; i++)
		if (job->data.p[i] != '\r')
			strbuf_char(&text, job->data.p[i]);
	channel_trace(s->env, ">", &s->secrets, strbuf_as_span(&text));
	strbuf_fini(&text);
}

static void
hand_over(struct smtp_job *job)
{
	struct smtp *s = job->smtp;
	struct smtp_mail mail = {
		.host = s->host,
		.port = s->port,
		.tls = s->tls,
		.ca_file = s->ca_file,
		.user = setting_text(s->conf, rules, "user"),
		.password = secrets_get(&s->secrets, "password_file"),
		.from = setting_text(s->conf, rules, "from"),
		.to = s->to.p,
		.n_to = s->to.n,
		.data = strbuf_as_span(&job->data),
		.timeout_ms = setting_duration_ms(
			s->conf, channel_common_rules(), "timeout"),
	};
	struct send_result r = {.outcome = OUTCOME_NEVER, .retry_after_ms = -1};
	struct err err;

	trace_mail(job);
	if (s->env->dry) {
		r.outcome = OUTCOME_SENT;
		job_end(job, &r);
	} else if (smtp_client_start(s->client, &mail, on_mailed, job,
			   &job->transfer, &err) == -1) {
		r.text = span_of(err.msg);
		job_end(job, &r);
	}
}

static void
smtp_send(void *state, const struct message *m, send_cb done, void *arg)
{
	struct smtp *s = state;
	struct smtp_job *job = mem_new(job);
	struct content content;
	struct err err;

	*job = (struct smtp_job){
		.smtp = s,
		.data = STRBUF_INIT(MAIL_BYTES),
		.id = STRBUF_INIT(CHANNEL_REFERENCE_MAX),
		.reference = STRBUF_INIT(CHANNEL_REFERENCE_MAX),
		.done = done,
		.arg = arg,
	};
	vec_push(&s->jobs, job);
	if (content_parse(m->body, parts, &content, &err) == -1) {
		job_end(job,
			&(struct send_result){.outcome = OUTCOME_NEVER,
				.retry_after_ms = -1,
				.text = span_of(err.msg)});
		return;
	}
	compose(s, &content, m, job);
	content_fini(&content);
	hand_over(job);
}

const struct channel_type channel_type_smtp = {
	.name = "smtp",
	.doc = "Mail, text and HTML, over a server of yours.",
	.rules = rules,
	.parallel = PARALLEL,
	.check = smtp_check,
	.format = smtp_format,
	.open = smtp_open,
	.send = smtp_send,
	.close = smtp_close,
};
