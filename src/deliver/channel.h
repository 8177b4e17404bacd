/*
 * Channels: the places that hits are told to. One const table of functions per
 * type (channel_types in channel.c); what a message looks like is made by
 * `format` when a delivery is made and frozen, how it gets there by `send`,
 * as often as it takes.
 *
 * A send ends in one of three ways, model/outcome.h (queue/dispatch.h keeps the
 * tries). One thread; callbacks come from the loop, never from within
 * channel_send.
 */
#ifndef NW_DELIVER_CHANNEL_H
#define NW_DELIVER_CHANNEL_H

#include "base/clock.h"
#include "base/err.h"
#include "base/span.h"
#include "base/strbuf.h"
#include "model/channel.h"
#include "model/outcome.h"
#include "model/report.h"

#define CHANNEL_REFERENCE_MAX 512 /* bytes; a longer one is not kept */

struct loop;
struct http_client;

struct send_result {
	enum outcome outcome;
	int64_t retry_after_ms; /* the receiver asked for it; < 0: it did not */
	struct span text; /* first line of the answer, or why; for people */
	/* Sent: the receiver's name for the message, to edit it by (at most
	 * CHANNEL_REFERENCE_MAX bytes, no secret, one line); empty if the
	 * target cannot edit. After an edit it is the message's again, or of a
	 * new message if the one to edit was gone. */
	struct span reference;
};

/* One message to send. Everything is borrowed until the callback. */
struct message {
	struct span id; /* constant over tries: webhook-id, Idempotency-Key */
	struct span route, channel, key;
	struct span body; /* as `format` made it */
	/* The reference of an earlier message of this route and channel about
	 * the same story, which this one takes the place of; empty: a new
	 * message. A target that cannot edit sends a new one; one that lost
	 * the message does too. */
	struct span edit_reference;
	unsigned attempt;
	unsigned n_hits;
};

typedef void (*send_cb)(const struct send_result *result, void *arg);

/* The hits of a message that is being made. */
struct message_hits {
	struct span channel;
	struct span route;
	const struct span *json; /* one object each, oldest first */
	size_t n;
	size_t n_waiting; /* more of the group that come with the next */
	bool digest; /* held back before: quiet hours, or over a cap */
	struct wall now;
};

/* -- settings: what a type knows, as a table ------------------------------- */
enum setting_type {
	SETTING_TEXT,
	SETTING_URL, /* http or https */
	SETTING_PATH,
	/* Path of a file with one line, or credential:NAME for one of systemd's
	 * (systemd.exec(5), LoadCredential=). */
	SETTING_SECRET,
	SETTING_COUNT, /* a whole number, 1 or more */
	SETTING_FLAG, /* yes or no */
	SETTING_DURATION,
	SETTING_RATE, /* 1/s, 20/m, none */
	SETTING_LIST,
	SETTING_MAP
};

struct setting_rule {
	const char *name; /* NULL ends the table */
	enum setting_type type;
	bool required;
	const char *otherwise; /* default as it would be written; or NULL */
	const char *doc; /* one sentence, for the manual and `check` */
};

/* -- types ----------------------------------------------------------------- */
struct channel; /* an open channel */

/* What a channel lives in. Borrowed as long as the channel is open. */
struct channel_env {
	struct loop *loop;
	struct http_client *http;
	int out_fd; /* standard output, for stdout and terminal */
	/* The reader of out_fd is gone: nothing can be told there any more. */
	void (*on_closed)(void *arg);
	void *arg;
	/* Told what is sent (mark ">") and answered ("<"), secrets masked;
	 * NULL: nobody asks. */
	void (*trace)(const char *mark, struct span text, void *arg);
	bool dry; /* nothing leaves the process: a send ends as sent */
};

struct target_type;

struct channel_type {
	const char *name;
	const char *doc;
	const struct setting_rule *rules; /* besides those of every channel */
	const struct target_type *target; /* target.h's; NULL for others */
	unsigned parallel; /* sends at a time */
	/* What its receivers bear: "1/s", and so many at once; NULL, 0: no
	 * limit is known. */
	const char *rate;
	unsigned burst;
	/* What the rules cannot say; may be NULL. */
	void (*check)(const struct channel_conf *conf, struct report *report);
	/* Appends the message's body. */
	void (*format)(const void *state, const struct message_hits *hits,
		struct strbuf *body);
	/* Makes the type's own state from a checked configuration. */
	int (*open)(const struct channel_conf *conf,
		const struct channel_env *env, void **state, struct err *err);
	/* Calls done once, from the loop. */
	void (*send)(
		void *state, const struct message *m, send_cb done, void *arg);
	void (*reopen)(void *state); /* files, on SIGHUP; may be NULL */
	/* Ends sends under way without calling done; frees state. */
	void (*close)(void *state);
};

/* NULL if there is no such type. */
const struct channel_type *channel_type_find(struct span name);
/* The i-th type, NULL at the end; for manual and messages. */
const struct channel_type *channel_type_at(size_t i);
/* Rules that every channel has: max_attempts, max_age, retry_min, retry_max,
 * timeout, rate, burst. */
const struct setting_rule *channel_common_rules(void);

/* Holds a channel against its type's table: unknown type or setting (with a
 * suggestion), missing or malformed values, unreadable secrets. Each mistake
 * goes to report. */
void channel_check(const struct channel_conf *conf, struct report *report);

/* -- open channels ----------------------------------------------------------
 */
/* conf (checked) and env are borrowed until channel_close. */
NW_MUST_CHECK int channel_open(const struct channel_conf *conf,
	const struct channel_env *env, struct channel **out, struct err *err);
/* Sends under way end without a callback. */
void channel_close(struct channel **c);
struct span channel_name(const struct channel *c);
const struct channel_type *channel_type(const struct channel *c);
/* Deliveries per second of all workers together (0: no limit), and so many at
 * once. */
double channel_rate(const struct channel *c);
double channel_burst(const struct channel *c);
/* Of its receiver, whose failures count together; empty: it has none. */
struct span channel_host(const struct channel *c);
unsigned channel_max_attempts(const struct channel *c);
int64_t channel_retry_min_ms(const struct channel *c);
int64_t channel_retry_max_ms(const struct channel *c);
int64_t channel_max_age_ms(const struct channel *c);
int64_t channel_timeout_ms(
	const struct channel *c); /* longest one send takes */
void channel_format(const struct channel *c, const struct message_hits *hits,
	struct strbuf *body);
void channel_send(
	struct channel *c, const struct message *m, send_cb done, void *arg);
unsigned channel_in_flight(const struct channel *c);
void channel_reopen(struct channel *c);

#endif
