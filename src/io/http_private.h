/*
 * What http_client.c (transfers, the multi interface and the loop),
 * http_setup.c (handles and their options) and http_easy.c (what happens during
 * a transfer, and facts out) share. All are doors to libcurl; its types are
 * void here, as they are in its own header.
 */
#ifndef NW_IO_HTTP_PRIVATE_H
#define NW_IO_HTTP_PRIVATE_H

#include "base/vec.h"
#include "io/curl_loop.h"
#include "io/http_client.h"
#include "io/http_message.h"
#include "io/resolve.h"

struct curl_slist;

struct http_client {
	struct loop *loop;
	struct curl_loop curl;
	void *share; /* TLS sessions */
	struct resolve *resolve;
	bool own_resolve;
	char *user_agent, *ca_file;
	unsigned max_transfers;
	VEC(struct http_handle *) idle; /* to be used again */
	struct http_transfer *transfers; /* all of them */
	bool closed;
	struct http_client_stats stats;
};

#define HTTP_DETAIL_SIZE 256

/* Options that differ between ordinary requests; 0: libcurl's default. */
struct http_settings {
	int64_t version, pipewait, low_speed_s, low_speed_bytes, max_bytes;
	int64_t connect_ms, total_ms;
};

/* A libcurl handle, which outlives its transfers. */
struct http_handle {
	void *easy;
	struct http_transfer *transfer; /* NULL: idle */
	struct http_settings set; /* what it has now */
	bool is_special; /* has more options set: reset before use */
	unsigned opened; /* connections, since it was reset */
	char detail[HTTP_DETAIL_SIZE]; /* libcurl's words */
};

struct http_transfer {
	struct http_client *c;
	struct http_transfer *next, **prev;
	struct http_handle *handle;
	bool in_multi;
	struct resolve_query *query; /* NULL: not looking up */
	struct loop_timer *timer; /* while looking up */
	char *url, *host; /* host without brackets */
	unsigned port;
	struct curl_slist *headers; /* one piece of memory */
	struct curl_slist *addresses;
	const struct cidr_guard *guard; /* NULL: all may be connected to */
	int64_t start_us, name_us;
	int64_t connect_ms, total_ms; /* limits */
	size_t max_head_bytes;
	bool cut_body;
	bool cut; /* the body was ended by us, as asked */
	bool head_ended;
	enum http_failure why; /* found by a callback of ours */
	char refused[CIDR_TEXT_SIZE + 40]; /* by the guard: address and range */
	int no_socket; /* errno, if there was none for want of something here */
	struct http_head head;
	struct strbuf body;
	http_done_cb cb;
	void *arg;
};

/* Host and port of t->url. ERR_PERM if it is nothing that we fetch. */
NW_MUST_CHECK int http_easy_check_url(struct http_transfer *t, struct err *err);
void http_handle_free(struct http_handle **h);
/* Into the pool, or away. */
void http_handle_put(struct http_client *c, struct http_handle **h);
/* What libcurl asks us back. */
void http_easy_set_callbacks(struct http_handle *h);
/* Gives t a handle that asks for q. */
void http_easy_set_up(struct http_transfer *t, const struct http_request *q);
/* What is left of its times, and the addresses of its host. */
void http_easy_set_limits(struct http_transfer *t);
/* "+host:port:address,address" for libcurl, which forgets it in time. */
void http_easy_set_addresses(
	struct http_transfer *t, const struct resolve_answer *answer);
/* May t talk to a? Keeps what was refused for the message. */
bool http_guard_allows(struct http_transfer *t, const struct cidr_addr *a);
/* Why it failed; code is libcurl's. */
void http_easy_failure(
	struct http_transfer *t, int code, struct http_response *r);
/* Status, address, times; the connections it opened. */
unsigned http_easy_facts(struct http_transfer *t, struct http_response *r);

#endif
