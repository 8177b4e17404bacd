#include "support/redis_server.h"

#include "testing.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define START_MS 20000
#define MAX_ARGS 64

#define PORT_FIRST 16384u
#define PORTS 16384u
#define BAND 64u

/*
 * A loopback port that nobody listens on. Of those below what the kernel gives
 * to connections, in a band of this process, and none twice, so that it stays
 * free until the server has it, also while it is restarted and other tests run
 * beside this one.
 */
static unsigned
free_port(void)
{
	static unsigned tried;
	struct sockaddr_in in = {.sin_family = AF_INET};
	unsigned port;
	int fd, bound;

	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	do {
		port = PORT_FIRST +
			((unsigned)getpid() * BAND + tried++) % PORTS;
		in.sin_port = htons((uint16_t)port);
		fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		bound = bind(fd, (struct sockaddr *)&in, sizeof(in));
		close(fd);
	} while (bound != 0);
	return port;
}

static void
exec_server(const struct redis_server *s, const char *const *more,
	const char *notify)
{
	const char *argv[MAX_ARGS];
	char port[16];
	size_t n = 0;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	snprintf(port, sizeof(port), "%u", s->port);
	const char *fixed[] = {"redis-server", "--port", port, "--bind",
		"127.0.0.1", "--unixsocket", s->socket, "--dir", s->dir,
		"--save", "", "--supervised", "systemd", "--loglevel",
		"warning", "--logfile", "redis.log"};

	for (size_t i = 0; i < N_ROWS(fixed); i++)
		argv[n++] = fixed[i];
	for (; more && *more && n < MAX_ARGS - 1; more++)
		argv[n++] = *more;
	argv[n] = NULL;
	setenv("NOTIFY_SOCKET", notify, 1);
	execvp(argv[0], (char *const *)(uintptr_t)argv);
	_exit(127);
}

/* redis-server tells "systemd" when it serves: no guessing, no sleeping. */
static int
open_notify(const char *path)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	snprintf(sun.sun_path, sizeof(sun.sun_path), "%s", path);
	unlink(path);
	assert_int_equal(bind(fd, (struct sockaddr *)&sun, sizeof(sun)), 0);
	return fd;
}

/* Why it does not start stands at the end of its log. */
static void
show_log(const struct redis_server *s)
{
	char *command = mem_printf("tail -n 5 '%s/redis.log' >&2", s->dir);

	if (system(command) != 0)
		print_error("# it has no log\n");
	mem_free(&command);
}

static void
await_ready(const struct redis_server *s, int fd)
{
	char message[256] = "";

	while (!strstr(message, "READY=1")) {
		struct pollfd p = {.fd = fd, .events = POLLIN};
		ssize_t n;

		if (poll(&p, 1, START_MS) != 1) {
			show_log(s);
			fail_msg("redis-server does not start; is it there?");
		}
		n = recv(fd, message, sizeof(message) - 1, 0);
		assert_true(n >= 0);
		message[n] = '\0';
	}
}

void
redis_server_restart(struct redis_server *s, const char *const *more)
{
	char *notify = mem_printf("%s/notify", s->dir);
	int fd = open_notify(notify);

	assert_int_equal(s->pid, 0);
	s->pid = fork();
	assert_true(s->pid >= 0);
	if (s->pid == 0)
		exec_server(s, more, notify);
	await_ready(s, fd);
	close(fd);
	mem_free(&notify);
}

void
redis_server_start(struct redis_server *s, const char *const *more)
{
	*s = (struct redis_server){.dir = test_dir(), .port = free_port()};
	s->socket = mem_printf("%s/redis.sock", s->dir);
	redis_server_restart(s, more);
}

void
redis_server_kill(struct redis_server *s, int signo)
{
	int status;

	if (!s->pid)
		return;
	kill(s->pid, signo);
	while (waitpid(s->pid, &status, 0) < 0)
		assert_int_equal(errno, EINTR);
	s->pid = 0;
}

void
redis_server_free(struct redis_server *s)
{
	redis_server_kill(s, SIGKILL);
	mem_free(&s->socket);
	test_dir_free(&s->dir);
}
