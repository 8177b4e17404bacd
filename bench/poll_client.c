/*
 * The ceiling for bench/poll: conditional GETs with libcurl's multi-socket
 * interface on libevent and nothing else. No schedule, no gate, no limits, no
 * state but the ETag of each URL.
 *
 *	poll_client URLS HANDLES SECONDS [fresh] [ca-file]
 *
 * Asks the URLs of a file round and round, HANDLES at once. Prints polls, polls
 * a second, microseconds of CPU a poll and the share of 304s as JSON.
 */
#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/resource.h>
#include <time.h>

#include <curl/curl.h>
#include <event2/event.h>

#include "base/mem.h"

#define MAX_URLS 2000000
#define MAX_HANDLES 1024

struct target {
	char *url;
	char etag[128]; /* a whole header line to send */
};

struct slot {
	CURL *easy;
	struct target *target;
	struct curl_slist *headers;
};

static struct target *targets;
static size_t n_targets, next_target;
static CURLM *multi;
static struct event_base *base;
static struct event *timer;
static uint64_t polls, unchanged, failed, bytes;
static double end_s;

static double
seconds(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double
cpu_s(void)
{
	struct rusage r;

	getrusage(RUSAGE_SELF, &r);
	return (double)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) +
		(double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6;
}

static size_t
on_head(char *p, size_t size, size_t n, void *arg)
{
	struct slot *s = arg;

	n *= size;
	if (n > 8 && n < 100 && strncasecmp(p, "ETag: ", 6) == 0)
		snprintf(s->target->etag, sizeof(s->target->etag),
			"If-None-Match: %.*s", (int)n - 8, p + 6);
	return n;
}

static size_t
on_body(char *p, size_t size, size_t n, void *arg)
{
	(void)p;
	(void)arg;
	bytes += size * n;
	return size * n;
}

static void
start(struct slot *s)
{
	s->target = &targets[next_target++ % n_targets];
	curl_slist_free_all(s->headers);
	s->headers = NULL;
	if (s->target->etag[0] != '\0')
		s->headers = curl_slist_append(NULL, s->target->etag);
	curl_easy_setopt(s->easy, CURLOPT_URL, s->target->url);
	curl_easy_setopt(s->easy, CURLOPT_HTTPHEADER, s->headers);
	curl_multi_add_handle(multi, s->easy);
}

static void
collect(void)
{
	CURLMsg *m;
	int left;

	while ((m = curl_multi_info_read(multi, &left)) != NULL) {
		struct slot *s = NULL;
		long code = 0;

		curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &s);
		curl_easy_getinfo(
			m->easy_handle, CURLINFO_RESPONSE_CODE, &code);
		polls++;
		unchanged += code == 304;
		failed += m->data.result != CURLE_OK || code >= 400;
		curl_multi_remove_handle(multi, s->easy);
		if (seconds(CLOCK_MONOTONIC) < end_s)
			start(s);
		else
			event_base_loopbreak(base);
	}
}

static void
on_event(evutil_socket_t fd, short what, void *arg)
{
	int running,
		action = (what & EV_READ ? CURL_CSELECT_IN : 0) |
		(what & EV_WRITE ? CURL_CSELECT_OUT : 0);

	(void)arg;
	curl_multi_socket_action(multi, fd, action, &running);
	collect();
}

static void
on_timeout(evutil_socket_t fd, short what, void *arg)
{
	int running;

	(void)fd;
	(void)what;
	(void)arg;
	curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &running);
	collect();
}

static int
on_timer(CURLM *m, long ms, void *arg)
{
	struct timeval tv = {ms / 1000, ms % 1000 * 1000};

	(void)m;
	(void)arg;
	if (ms < 0)
		evtimer_del(timer);
	else
		evtimer_add(timer, &tv);
	return 0;
}

static int
on_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *watch)
{
	struct event *e = watch;
	short flags = EV_PERSIST;

	(void)easy;
	(void)arg;
	if (e != NULL)
		event_free(e);
	if (what == CURL_POLL_REMOVE) {
		curl_multi_assign(multi, fd, NULL);
		return 0;
	}
	if ((what & CURL_POLL_IN) != 0)
		flags |= EV_READ;
	if ((what & CURL_POLL_OUT) != 0)
		flags |= EV_WRITE;
	e = event_new(base, fd, flags, on_event, NULL);
	event_add(e, NULL);
	curl_multi_assign(multi, fd, e);
	return 0;
}

static void
read_urls(const char *path)
{
	char line[4096];
	FILE *f = fopen(path, "r");

	assert(f != NULL);
	targets = mem_calloc(MAX_URLS, sizeof(*targets));
	while (n_targets < MAX_URLS && fgets(line, sizeof(line), f) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		targets[n_targets++].url = mem_strdup(line);
	}
	fclose(f);
	assert(n_targets > 0);
}

static void
set_up(struct slot *s, bool fresh, const char *ca)
{
	s->easy = curl_easy_init();
	curl_easy_setopt(s->easy, CURLOPT_PRIVATE, s);
	curl_easy_setopt(s->easy, CURLOPT_HEADERFUNCTION, on_head);
	curl_easy_setopt(s->easy, CURLOPT_HEADERDATA, s);
	curl_easy_setopt(s->easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(s->easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(s->easy, CURLOPT_FORBID_REUSE, fresh ? 1L : 0L);
	if (ca != NULL)
		curl_easy_setopt(s->easy, CURLOPT_CAINFO, ca);
}

int
main(int argc, char **argv)
{
	static struct slot slots[MAX_HANDLES];
	size_t n;
	double from_s, from_cpu_s, took_s;

	assert(argc >= 4);
	read_urls(argv[1]);
	n = (size_t)strtoul(argv[2], NULL, 10);
	assert(n > 0 && n <= MAX_HANDLES);
	curl_global_init(CURL_GLOBAL_DEFAULT);
	base = event_base_new();
	timer = evtimer_new(base, on_timeout, NULL);
	multi = curl_multi_init();
	curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timer);
	curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)MAX_HANDLES);
	end_s = 1e300;
	for (size_t i = 0; i < n; i++) {
		set_up(&slots[i], argc > 4 && strcmp(argv[4], "fresh") == 0,
			argc > 5 ? argv[5] : NULL);
		start(&slots[i]);
	}
	/* One round to learn the ETags, then the measurement. */
	while (polls < n_targets)
		event_base_loop(base, EVLOOP_ONCE);
	polls = unchanged = 0;
	from_s = seconds(CLOCK_MONOTONIC);
	from_cpu_s = cpu_s();
	end_s = from_s + strtod(argv[3], NULL);
	event_base_dispatch(base);
	took_s = seconds(CLOCK_MONOTONIC) - from_s;
	printf("{\"polls\":%llu,\"per_s\":%.0f,\"cpu_us\":%.2f,"
	       "\"unchanged\":%.3f,\"failed\":%llu}\n",
		(unsigned long long)polls, (double)polls / took_s,
		(cpu_s() - from_cpu_s) * 1e6 / (double)polls,
		(double)unchanged / (double)polls, (unsigned long long)failed);
	return 0;
}
