/* A real redis-server of one's own, on a Unix socket in a directory of its own
 * and on a loopback port. Dies with the test. */
#ifndef NW_TESTS_SUPPORT_REDIS_SERVER_H
#define NW_TESTS_SUPPORT_REDIS_SERVER_H

#include <sys/types.h>

struct redis_server {
	pid_t pid; /* 0: not running */
	char *dir;
	char *socket; /* path */
	unsigned port; /* 0: none */
};

/* more: configuration in redis-server's command line form, ending with NULL
 * ("--requirepass", "x", NULL). Returns when it serves; fails the test else. */
void redis_server_start(struct redis_server *s, const char *const *more);
/* As before, in the same directory: after a stop or a kill. */
void redis_server_restart(struct redis_server *s, const char *const *more);
/* Ends it by signo and waits for its end; files stay. */
void redis_server_kill(struct redis_server *s, int signo);
/* Kills it and removes the directory. */
void redis_server_free(struct redis_server *s);

#endif
