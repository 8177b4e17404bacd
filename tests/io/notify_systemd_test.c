/* What systemd would receive. The state is the process's: each case is a
 * child. */
#include "testing.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "io/notify_systemd.h"

/* A socket as systemd's; *name is what $NOTIFY_SOCKET is set to. */
static int
listen_at(const char *path, const char *name)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	size_t n = strlen(path);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	memcpy(sun.sun_path, path, n);
	if (path[0] == '@')
		sun.sun_path[0] = '\0';
	assert_int_equal(
		bind(fd, (struct sockaddr *)&sun,
			(socklen_t)(offsetof(struct sockaddr_un, sun_path) +
				n)),
		0);
	setenv("NOTIFY_SOCKET", name, 1);
	return fd;
}

static void
speak(void)
{
	notify_systemd_init();
	if (getenv("NOTIFY_SOCKET") || getenv("WATCHDOG_USEC"))
		_exit(2);
	notify_systemd_status("%d feeds\nREADY=1", 3);
	notify_systemd_ready();
	notify_systemd_reloading();
	notify_systemd_watchdog();
	notify_systemd_stopping();
	_exit(0);
}

static void
expect(int fd, const char *text)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	char got[1000];
	ssize_t n;

	assert_int_equal(poll(&p, 1, 5000), 1);
	n = recv(fd, got, sizeof(got) - 1, 0);
	assert_true(n > 0);
	got[n] = '\0';
	if (strncmp(got, text, strlen(text)) != 0)
		fail_msg("\"%s\" is not \"%s\"", got, text);
}

static void
hear(int fd)
{
	pid_t pid = fork();
	int status;

	if (pid == 0)
		speak();
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	expect(fd, "STATUS=3 feeds READY=1");
	expect(fd, "READY=1");
	expect(fd, "RELOADING=1\nMONOTONIC_USEC=");
	expect(fd, "WATCHDOG=1");
	expect(fd, "STOPPING=1");
	close(fd);
}

static void
messages_arrive_at_a_socket_file(void **state)
{
	char *dir = test_dir();
	char *path = mem_printf("%s/notify", dir);

	(void)state;
	hear(listen_at(path, path));
	mem_free(&path);
	test_dir_free(&dir);
}

static void
messages_arrive_at_an_abstract_socket(void **state)
{
	char *name = mem_printf("@newswatch-test-%d", getpid());

	(void)state;
	hear(listen_at(name, name));
	mem_free(&name);
}

static void
without_systemd_nothing_happens(void **state)
{
	static const char *const names[] = {
		NULL, "", "/", "relative", "vsock:1:2", "/nonexistent/notify"};

	(void)state;
	for (size_t i = 0; i < N_ROWS(names); i++) {
		int status;
		pid_t pid;

		unsetenv("NOTIFY_SOCKET");
		if (names[i])
			setenv("NOTIFY_SOCKET", names[i], 1);
		pid = fork();
		if (pid == 0)
			speak();
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_int_equal(status, 0);
	}
}

static int
watchdog_of(const char *usec, const char *pid)
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		char self[16];

		snprintf(self, sizeof(self), "%d", getpid());
		setenv("WATCHDOG_USEC", usec, 1);
		unsetenv("WATCHDOG_PID");
		if (pid)
			setenv("WATCHDOG_PID",
				strcmp(pid, "self") == 0 ? self : pid, 1);
		notify_systemd_init();
		_exit((int)notify_systemd_watchdog_ms());
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WEXITSTATUS(status);
}

static void
the_watchdog_is_fed_at_half_its_time(void **state)
{
	(void)state;
	assert_int_equal(watchdog_of("200000", NULL), 100);
	assert_int_equal(watchdog_of("200000", "self"), 100);
	assert_int_equal(watchdog_of("200000", "1"), 0);
	assert_int_equal(watchdog_of("rubbish", NULL), 0);
	assert_int_equal(watchdog_of("0", NULL), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_arrive_at_a_socket_file),
		cmocka_unit_test(messages_arrive_at_an_abstract_socket),
		cmocka_unit_test(without_systemd_nothing_happens),
		cmocka_unit_test(the_watchdog_is_fed_at_half_its_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
