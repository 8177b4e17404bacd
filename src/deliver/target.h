/*
 * Targets: receivers that are told by one HTTP request what a template made of
 * the hits. What they have in common is here (templates, secrets, sending,
 * editing, outcomes); each adds a table and two functions, in one file.
 */
#ifndef NW_DELIVER_TARGET_H
#define NW_DELIVER_TARGET_H

#include "base/arena.h"
#include "base/vec.h"
#include "deliver/channel.h"
#include "deliver/content.h"
#include "deliver/secrets.h"
#include "io/http_client.h"
#include "model/json.h"

#define TARGET_HEADERS 6

/* Which template, and the parts that it makes. */
struct target_look {
	const char *template; /* of the shipped ones */
	const struct template_part *parts;
};

struct target_job;

/* A target at work; what its functions may look at. */
struct target {
	const struct target_type *type;
	const struct channel_conf *conf;
	const struct channel_env *env;
	const struct target_look *look;
	const struct setting_rule *rules;
	struct secrets secrets;
	struct template *template;
	char *template_text; /* of a file; NULL: built in */
	struct posts *posts;
	VEC(struct target_job *) jobs; /* under way */
};

/* What to ask. Starts with method POST and JSON as the content's type. */
struct target_request {
	struct arena *arena; /* for texts that live as long */
	const char *method;
	struct strbuf url, body;
	struct http_header headers[TARGET_HEADERS];
	size_t n_headers;
	struct span bearer, user, password;
};

/* What came back. */
struct target_answer {
	unsigned status;
	const struct http_response *http;
	struct span text; /* body, trimmed; empty if it is not UTF-8 */
	const struct json *json; /* NULL if the body is none */
	struct arena *arena; /* for texts of the verdict */
	bool edit; /* it was to edit a message */
	struct span edited; /* its reference */
};

/*
 * What it means. Comes filled with what the status says. why and reference:
 * borrowed from the answer or static; an empty why stands for the answer's
 * first line.
 */
struct target_verdict {
	enum outcome outcome;
	int64_t retry_after_ms;
	struct span why;
	struct span reference;
	bool lost; /* the message to edit is gone: send a new one */
};

struct target_type {
	/* NULL: the look of all channels of the type. */
	const struct target_look *(*choose)(const struct channel_conf *conf);
	const struct target_look *look;
	/* What the rules cannot say; may be NULL. */
	void (*check)(const struct channel_conf *conf, struct report *report);
	/* c is what `format` froze. m->edit_reference is empty, unless the type
	 * can edit. */
	void (*request)(const struct target *t, const struct content *c,
		const struct message *m, struct target_request *q);
	/* NULL: the status says it all. */
	void (*judge)(const struct target_answer *a, struct target_verdict *v);
	bool edits;
};

/* Rules of every target. */
#define TARGET_RULES \
	{"template", SETTING_PATH, false, NULL, \
		"A template of yours, in place of the shipped one."}, \
	{ \
		"public_only", SETTING_FLAG, false, "no", \
			"Connect to public addresses only: for URLs that " \
			"others may set." \
	}
/* Of those whose whole URL is the operator's. */
#define TARGET_URL_RULES \
	{"url", SETTING_URL, false, NULL, "Where to send to."}, \
	{ \
		"url_file", SETTING_SECRET, false, NULL, \
			"A file with the URL, if that is a secret." \
	}
/* Of those that can edit. */
#define TARGET_EDIT_RULE \
	{ \
		"edit", SETTING_FLAG, false, "yes", \
			"An update takes the place of the message before." \
	}

/* The functions of a row of channel_types. */
void target_check(const struct channel_conf *conf, struct report *report);
void target_format(const void *state, const struct message_hits *hits,
	struct strbuf *body);
int target_open(const struct channel_conf *conf, const struct channel_env *env,
	void **state, struct err *err);
void target_send(void *state, const struct message *m, send_cb done, void *arg);
void target_close(void *state);
#define TARGET_FUNCTIONS \
	.check = target_check, .format = target_format, .open = target_open, \
	.send = target_send, .close = target_close

/* -- for the types --------------------------------------------------------- */
/* Setting as text; its default if absent. */
struct span target_text(const struct target *t, const char *key);
bool target_flag(const struct target *t, const char *key);
/* A secret; empty if absent. */
struct span target_secret(const struct target *t, const char *key);
/* `url`, or what `url_file` says, without slashes at its end. */
struct span target_url(const struct target *t);
void target_header(
	struct target_request *q, const char *name, struct span value);
/* Appends a part of a path or query, all but unreserved characters encoded. */
void target_encode(struct span s, struct strbuf *out);
/* For check: the one or the other must be there, not both. */
void target_want_one(const struct channel_conf *conf, const char *one,
	const char *other, struct report *report);
/* For check: `url_file` holds an http or https URL. */
void target_check_url(const struct channel_conf *conf, struct report *report);
/* The check of those whose whole URL is the operator's, and nothing else. */
void target_check_hook(const struct channel_conf *conf, struct report *report);
/* For check: a whole number from min to max, if it is there. */
void target_check_number(const struct channel_conf *conf, const char *key,
	int64_t min, int64_t max, struct report *report);

/* A word of an answer and what it means. */
struct target_word {
	const char *word; /* NULL ends a table */
	enum outcome outcome;
	bool lost; /* see target_verdict */
};
/* The first row whose word text is (or, if part, has in it); NULL if none. */
const struct target_word *target_word_find(
	const struct target_word *table, struct span text, bool part);

#endif
