#include "io/smtp_client.h"

#include <assert.h>

#include <curl/curl.h>

#include "base/clock.h"
#include "base/mem.h"
#include "io/curl_loop.h"
#include "io/resolve.h"

#define URL_BYTES 1024

struct smtp_client {
	struct curl_loop curl;
	struct resolve *resolve;
	struct smtp_transfer *transfers; /* all of them */
	bool closed;
};

struct smtp_transfer {
	struct smtp_client *c;
	struct smtp_transfer *next, **prev;
	void *easy;
	bool in_multi;
	struct resolve_query *query; /* NULL: not looking up */
	struct loop_timer *timer; /* while looking up */
	char *host;
	unsigned port;
	int64_t start_ms, timeout_ms;
	struct span unsent; /* of the data */
	struct curl_slist *to, *addresses;
	char detail[CURL_ERROR_SIZE];
	char reply[SMTP_REPLY_BYTES];
	smtp_done_cb cb;
	void *arg;
};

#define SET(easy, option, value) \
	do { \
		CURLcode rc_ = curl_easy_setopt((easy), (option), (value)); \
		assert(rc_ == CURLE_OK); \
	} while (0)

/* -- the end --------------------------------------------------------------- */
static void
drop(struct smtp_transfer *t)
{
	struct smtp_client *c = t->c;

	if (t->in_multi)
		curl_multi_remove_handle(c->curl.multi, t->easy);
	resolve_cancel(&t->query);
	loop_timer_free(&t->timer);
	*t->prev = t->next;
	if (t->next)
		t->next->prev = t->prev;
	curl_easy_cleanup(t->easy);
	curl_slist_free_all(t->to);
	curl_slist_free_all(t->addresses);
	mem_free(&t->host);
	loop_free_later(c->curl.loop, t);
}

static void
finish(struct smtp_transfer *t, struct smtp_result *r)
{
	smtp_done_cb cb = t->cb;
	void *arg = t->arg;
	int64_t code = 0;

	/* The memory of t stays until the end of the turn. */
	r->reply = span_trim(span_of(t->reply));
	if (span_i64(span_sub(r->reply, 0, 3), 100, 599, &code))
		r->code = (unsigned)code;
	drop(t);
	cb(r, arg);
}

/* What libcurl's codes mean where the server's own words do not say it. */
static const struct {
	CURLcode code;
	const char *text;
} reasons[] = {
	{CURLE_COULDNT_CONNECT, "the server cannot be reached"},
	{CURLE_OPERATION_TIMEDOUT, "the server took too long"},
	{CURLE_USE_SSL_FAILED, "the server does not offer STARTTLS"},
	{CURLE_PEER_FAILED_VERIFICATION,
		"the server's certificate is refused: is 'ca_file' needed?"},
	{CURLE_SSL_CONNECT_ERROR, "the TLS handshake failed"},
	{CURLE_SSL_CACERT_BADFILE,
		"the file of trusted certificates cannot be read"},
	{CURLE_LOGIN_DENIED, "the server does not accept user and password"},
	{CURLE_WEIRD_SERVER_REPLY, "the server's answer is no SMTP"},
	{CURLE_RECV_ERROR, "the connection broke"},
	{CURLE_SEND_ERROR, "the connection broke"},
	{CURLE_GOT_NOTHING, "the connection broke"},
};

static const char *
reason_of(CURLcode code)
{
	for (size_t i = 0; i < sizeof(reasons) / sizeof(*reasons); i++)
		if (reasons[i].code == code)
			return reasons[i].text;
	return "the mail could not be handed over";
}

static void
collect(void *arg)
{
	struct smtp_client *c = arg;
	CURLMsg *m;
	int left;

	while (!c->closed && (m = curl_multi_info_read(c->curl.multi, &left))) {
		struct smtp_result r = {.done = m->data.result == CURLE_OK};
		struct smtp_transfer *t = NULL;

		curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &t);
		if (!r.done)
			err_set(&r.err, ERR_TEMP, "%s",
				reason_of(m->data.result));
		finish(t, &r);
	}
}

/* -- what libcurl asks ----------------------------------------------------- */
static size_t
on_read(char *buffer, size_t size, size_t n, void *arg)
{
	struct smtp_transfer *t = arg;
	size_t most = size * n < t->unsent.n ? size * n : t->unsent.n;

	if (most > 0)
		memcpy(buffer, t->unsent.p, most);
	t->unsent = span_sub(t->unsent, most, SIZE_MAX);
	return most;
}

/* A line of the server's: the last one is kept, but for its goodbye. */
static size_t
on_reply(char *line, size_t size, size_t n, void *arg)
{
	struct smtp_transfer *t = arg;
	size_t bytes = size * n;

	if (span_starts(span_make(line, bytes), "221"))
		return bytes;
	if (bytes > sizeof(t->reply) - 1)
		bytes = sizeof(t->reply) - 1;
	memcpy(t->reply, line, bytes);
	t->reply[bytes] = '\0';
	return size * n;
}

/* -- starting -------------------------------------------------------------- */
static int64_t
left_ms(const struct smtp_transfer *t)
{
	int64_t left = t->timeout_ms - (clock_mono().ms - t->start_ms);

	return left > 0 ? left : 1;
}

static void
on_resolved(
	const struct resolve_answer *answer, const struct err *err, void *arg)
{
	struct smtp_transfer *t = arg;
	struct smtp_result r = {0};

	t->query = NULL;
	loop_timer_free(&t->timer);
	if (err) {
		r.err = *err;
		finish(t, &r);
		return;
	}
	t->addresses = curl_loop_addresses(t->host, t->port, answer);
	SET(t->easy, CURLOPT_RESOLVE, t->addresses);
	SET(t->easy, CURLOPT_TIMEOUT_MS, (long)left_ms(t));
	curl_loop_add(&t->c->curl, t->easy);
	t->in_multi = true;
}

static void
on_resolve_timeout(void *arg)
{
	struct smtp_transfer *t = arg;
	struct smtp_result r = {0};

	err_set(&r.err, ERR_TEMP, "no address for %s in time", t->host);
	finish(t, &r);
}

static void
set_server(struct smtp_transfer *t, const struct smtp_mail *m)
{
	struct strbuf url = STRBUF_INIT(URL_BYTES);
	bool v6 = span_find(m->host, ':') != SIZE_MAX;

	strbuf_printf(&url, "%s://%s%s%s:%u/newswatch",
		m->tls == SMTP_TLS ? "smtps" : "smtp", v6 ? "[" : "", t->host,
		v6 ? "]" : "", m->port);
	SET(t->easy, CURLOPT_URL, strbuf_cstr(&url));
	strbuf_fini(&url);
	SET(t->easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	SET(t->easy, CURLOPT_PROXY, "");
	SET(t->easy, CURLOPT_USE_SSL,
		(long)(m->tls == SMTP_PLAIN ? CURLUSESSL_NONE
					    : CURLUSESSL_ALL));
	if (m->ca_file)
		SET(t->easy, CURLOPT_CAINFO, m->ca_file);
	if (m->user.n > 0) {
		curl_loop_set_text(t->easy, CURLOPT_USERNAME, m->user);
		curl_loop_set_text(t->easy, CURLOPT_PASSWORD, m->password);
	}
}

static void
set_up(struct smtp_transfer *t, const struct smtp_mail *m)
{
	t->easy = curl_easy_init();
	assert(t->easy);
	SET(t->easy, CURLOPT_PRIVATE, t);
	SET(t->easy, CURLOPT_NOSIGNAL, 1L);
	SET(t->easy, CURLOPT_ERRORBUFFER, t->detail);
	SET(t->easy, CURLOPT_UPLOAD, 1L);
	SET(t->easy, CURLOPT_READFUNCTION, on_read);
	SET(t->easy, CURLOPT_READDATA, t);
	SET(t->easy, CURLOPT_HEADERFUNCTION, on_reply);
	SET(t->easy, CURLOPT_HEADERDATA, t);
	set_server(t, m);
	curl_loop_set_text(t->easy, CURLOPT_MAIL_FROM, m->from);
	for (size_t i = 0; i < m->n_to; i++) {
		char *to = span_dup(m->to[i]);

		t->to = curl_slist_append(t->to, to);
		assert(t->to);
		mem_free(&to);
	}
	SET(t->easy, CURLOPT_MAIL_RCPT, t->to);
}

/* Nothing that ends the command or the address. */
static bool
is_address(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= 0x20 || s.p[i] == 0x7f ||
			s.p[i] == '<' || s.p[i] == '>')
			return false;
	return s.n > 0;
}

static int
check_mail(const struct smtp_mail *m, struct err *err)
{
	for (size_t i = 0; i < m->n_to; i++)
		if (!is_address(m->to[i]))
			return err_set(err, ERR_PERM,
				"a recipient's address cannot be sent");
	if (m->n_to == 0 || !is_address(m->from) || !is_address(m->host))
		return err_set(err, ERR_PERM,
			"the sender's or the server's address cannot be used");
	return 0;
}

int
smtp_client_start(struct smtp_client *c, const struct smtp_mail *m,
	smtp_done_cb cb, void *arg, struct smtp_transfer **out, struct err *err)
{
	struct smtp_transfer *t;

	*out = NULL;
	if (check_mail(m, err) == -1)
		return -1;
	t = mem_new(t);
	t->c = c;
	t->cb = cb;
	t->arg = arg;
	t->host = span_dup(m->host);
	t->port = m->port;
	t->unsent = m->data;
	t->start_ms = clock_mono().ms;
	t->timeout_ms = m->timeout_ms;
	t->next = c->transfers;
	t->prev = &c->transfers;
	if (t->next)
		t->next->prev = &t->next;
	c->transfers = t;
	set_up(t, m);
	t->timer = loop_timer_new(c->curl.loop, on_resolve_timeout, t);
	loop_timer_set(t->timer, t->timeout_ms);
	t->query = resolve_start(c->resolve, t->host, on_resolved, t);
	*out = t;
	return 0;
}

void
smtp_client_cancel(struct smtp_transfer **tp)
{
	if (*tp)
		drop(*tp);
	*tp = NULL;
}

/* -- the client ------------------------------------------------------------ */
int
smtp_client_new(struct loop *l, struct smtp_client **out, struct err *err)
{
	struct smtp_client *c = mem_new(c);

	*out = NULL;
	if (!curl_loop_init(&c->curl, l, collect, c)) {
		mem_free(&c);
		return err_set(err, ERR_TEMP, "libcurl cannot be initialised");
	}
	if (resolve_new(l, NULL, &c->resolve, err) == -1) {
		curl_loop_fini(&c->curl);
		mem_free(&c);
		return -1;
	}
	*out = c;
	return 0;
}

void
smtp_client_free(struct smtp_client **cp)
{
	struct smtp_client *c = *cp;

	*cp = NULL;
	if (!c)
		return;
	c->closed = true;
	while (c->transfers)
		drop(c->transfers);
	curl_loop_fini(&c->curl);
	resolve_free(&c->resolve);
	loop_free_later(c->curl.loop, c);
}
