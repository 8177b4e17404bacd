/*
 * A TCP server that misbehaves by script, in the test's own loop: each
 * connection waits for a text, sends an answer, and ends in some way.
 */
#ifndef NW_TESTS_SUPPORT_SCRIPTED_H
#define NW_TESTS_SUPPORT_SCRIPTED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "io/loop.h"

enum script_end {
	SCRIPT_CLOSE, /* in order */
	SCRIPT_RESET, /* with RST */
	SCRIPT_HOLD, /* stay silent */
	SCRIPT_AGAIN, /* begin anew with awaiting, same connection */
	SCRIPT_ONCE /* close without a word when asked again */
};

struct script {
	const char *await; /* NULL: answer at once */
	const char *answer;
	size_t n_answer; /* 0: up to its NUL */
	bool endless; /* the answer is repeated for ever */
	size_t slice; /* 0: as fast as possible; else bytes every slice_ms */
	int64_t slice_ms;
	enum script_end end;
};

struct scripted;

/* Connection i follows scripts[i], later ones the last; borrowed. */
struct scripted *scripted_new(
	struct loop *l, const struct script *scripts, size_t n);
void scripted_free(struct scripted **s);
unsigned scripted_port(const struct scripted *s);
/* Connections taken so far. */
unsigned scripted_count(const struct scripted *s);
/* All that came in over the last connection. */
struct span scripted_received(const struct scripted *s);

#endif
