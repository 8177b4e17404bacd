/* See control.h. */
#include "cli/control.h"

#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/mem.h"
#include "cli/config_report.h"
#include "config/config.h"
#include "io/http_client.h"
#include "model/json.h"
#include "model/limits.h"

#define ANSWER_BYTES MIB(64)
/* A reload compiles the watchlist before it answers. */
#define ANSWER_MS 600000
#define REPORT_BYTES MIB(1)

int
control_init(struct control *c, const char *config_file, const char *state_dir,
	struct err *err)
{
	struct config_options o = {
		.file = config_file,
		.state_dir = state_dir,
		.parts = CONFIG_MAIN,
	};
	struct strbuf report = STRBUF_INIT(REPORT_BYTES);
	struct config *conf = NULL;
	int rc = 0;

	*c = (struct control){0};
	if (state_dir != NULL) {
		c->state_dir = mem_strdup(state_dir);
		return 0;
	}
	rc = config_load(&o, &conf, &report, err);
	if (rc == 0)
		c->state_dir = span_dup(conf->state_dir);
	else
		config_report(&report, err);
	config_unref(&conf);
	strbuf_fini(&report);
	return rc;
}

void
control_fini(struct control *c)
{
	mem_free(&c->state_dir);
}

struct asking {
	struct loop *loop;
	struct strbuf body;
	unsigned status;
	struct err err;
	bool failed;
};

static void
on_answer(struct http_response *r, void *arg)
{
	struct asking *a = arg;

	a->status = r->status;
	a->failed = r->failure != HTTP_DONE;
	a->err = r->err;
	strbuf_span(&a->body, strbuf_as_span(&r->body));
	loop_stop(a->loop);
}

static int
transfer(struct asking *a, const char *socket, const char *method,
	const char *url, struct err *err)
{
	struct http_client_options o = {0};
	struct http_client *http = NULL;
	struct http_request q = {
		.method = method,
		.url = span_of(url),
		.timeout_ms = ANSWER_MS,
		.max_body_bytes = ANSWER_BYTES,
		.unix_socket = socket,
	};
	int rc = http_client_new(a->loop, &o, &http, err);

	if (rc == 0)
		rc = http_client_start(http, &q, on_answer, a, NULL, err);
	if (rc == 0)
		loop_run(a->loop);
	http_client_free(&http);
	return rc;
}

static int
judge(const struct asking *a, const char *socket, struct json **out,
	struct err *err)
{
	struct json *j = NULL;

	if (a->failed)
		return err_set(err, ERR_TEMP,
			"no daemon answers at %s (%s); is newswatchd running "
			"with this state directory?",
			socket, a->err.msg);
	if (json_parse(strbuf_as_span(&a->body), socket, &j, err) != 0)
		return -1;
	if (a->status >= 200 && a->status < 300) {
		*out = j;
		return 0;
	}
	err_set(err, ERR_PERM, "%.*s", SPAN_ARG(json_get_text(j, "error")));
	json_free(&j);
	return -1;
}

int
control_ask(const struct control *c, const char *method, const char *path,
	struct json **out, struct err *err)
{
	struct asking a = {.body = STRBUF_INIT(ANSWER_BYTES)};
	char *socket = mem_printf("%s/control.sock", c->state_dir);
	char *url = mem_printf("http://newswatchd%s", path);
	int rc = -1;

	*out = NULL;
	if (access(socket, F_OK) != 0)
		err_set(err, ERR_TEMP,
			"there is no %s; is newswatchd running with this state "
			"directory?",
			socket);
	else if (loop_new(&a.loop, err) == 0)
		rc = transfer(&a, socket, method, url, err);
	if (rc == 0)
		rc = judge(&a, socket, out, err);
	loop_free(&a.loop);
	strbuf_fini(&a.body);
	mem_free(&socket);
	mem_free(&url);
	return rc;
}

void
control_put_escaped(struct strbuf *b, const char *s)
{
	for (; *s != '\0'; s++) {
		bool plain = (*s >= 'a' && *s <= 'z') ||
			(*s >= 'A' && *s <= 'Z') || (*s >= '0' && *s <= '9') ||
			strchr("-._~/:", *s) != NULL;

		if (plain)
			strbuf_char(b, *s);
		else
			strbuf_printf(b, "%%%02X", (unsigned char)*s);
	}
}

int
control_exit_code(const struct err *err)
{
	switch (err->kind) {
	case ERR_CONF:
		return EX_CONFIG;
	case ERR_TEMP:
		return EX_UNAVAILABLE;
	case ERR_INPUT:
		return EX_PROTOCOL;
	case ERR_NONE:
	case ERR_PERM:
		break;
	}
	return EX_SOFTWARE;
}
