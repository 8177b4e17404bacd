/* One open channel in a loop of its own, and what became of its sends. */
#ifndef NW_TESTS_SUPPORT_CHANNEL_WORLD_H
#define NW_TESTS_SUPPORT_CHANNEL_WORLD_H

#include "deliver/channel.h"
#include "io/http_client.h"
#include "io/loop.h"

#define CHANNEL_WORLD_LIMIT_MS 20000

/* Settings as a test writes them. */
#define S(text) \
	{ \
		"" text "", sizeof(text) - 1 \
	}
#define SCALAR(k, v) \
	{ \
		.key = S(k), .value = S(v), .place = {"c.yaml", 2, 3}, \
		.value_place = { \
			"c.yaml", \
			2, \
			9 \
		} \
	}

struct channel_world {
	struct loop *loop;
	struct http_client *http;
	struct channel_env env;
	struct channel_conf conf;
	struct channel *channel;
	unsigned results, closed;
	/* of the last result */
	enum outcome outcome;
	int64_t retry_after_ms;
	char text[512];
	size_t reference_bytes;
};

/* settings are borrowed until the end. out_fd: -1 for none. Checks and opens;
 * fails the test if there is a mistake. */
void channel_world_open(struct channel_world *w, const char *type,
	const struct setting *settings, size_t n, int out_fd);
void channel_world_close(struct channel_world *w);

/* Sends body under the id "msg_1", attempt 1, without waiting. */
void channel_world_start(struct channel_world *w, const char *body);
/* Runs until there are n results. */
void channel_world_until(struct channel_world *w, unsigned n);
/* Both. */
void channel_world_send(struct channel_world *w, const char *body);

/* What channel_check says of such a channel; caller frees with mem_free. */
char *channel_world_mistakes(
	const char *type, const struct setting *settings, size_t n);

#endif
