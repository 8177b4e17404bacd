/*
 * libcurl's multi interface, driven by our loop; what http_client.c and
 * smtp_client.c share. A door to libcurl: its types are void here.
 *
 * Ended transfers are collected after libcurl has returned, so that a callback
 * may start or cancel anything. One thread.
 */
#ifndef NW_IO_CURL_LOOP_H
#define NW_IO_CURL_LOOP_H

#include "base/span.h"
#include "io/loop.h"
#include "io/resolve.h"

struct curl_loop {
	struct loop *loop;
	void *multi; /* CURLM */
	struct loop_timer *timer; /* of libcurl */
	/* Something may have ended: read the multi's messages. It may free what
	 * the curl_loop is in. */
	void (*collect)(void *arg);
	void *arg;
};

/* Initialises libcurl at the first call; false if that fails. */
bool curl_loop_init(struct curl_loop *c, struct loop *l,
	void (*collect)(void *arg), void *arg);
/* For CURLOPT_RESOLVE: these addresses for the host, for this transfer and
 * not remembered after. The caller frees it with curl_slist_free_all(). */
void *curl_loop_addresses(
	const char *host, unsigned port, const struct resolve_answer *answer);
/* Sets an option of a CURL* to a copy of the text. */
void curl_loop_set_text(void *easy, int option, struct span value);
/* A CURL* that is set up; it leaves by curl_multi_remove_handle(). */
void curl_loop_add(struct curl_loop *c, void *easy);
/* All handles were removed before. */
void curl_loop_fini(struct curl_loop *c);

#endif
