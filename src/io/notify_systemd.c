/*
 * The sd_notify protocol: one datagram per message to a Unix socket, abstract
 * if its name begins with '@'. State of the process, set up once.
 */
#include "io/notify_systemd.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/span.h"
#include "base/strbuf.h"

#define MAX_MESSAGE 1024

static struct {
	int fd; /* 0: nobody listens (it is never standard input) */
	struct sockaddr_un addr;
	socklen_t n_addr;
	int64_t watchdog_ms; /* 0: no watchdog */
} systemd;

static bool
set_address(const char *path)
{
	size_t n = strlen(path);
	size_t head = offsetof(struct sockaddr_un, sun_path);

	if (n < 2 || n >= sizeof(systemd.addr.sun_path) ||
		(path[0] != '/' && path[0] != '@'))
		return false;
	systemd.addr.sun_family = AF_UNIX;
	memcpy(systemd.addr.sun_path, path, n + 1);
	systemd.n_addr = (socklen_t)(head + n + 1);
	if (path[0] == '@') {
		systemd.addr.sun_path[0] = '\0';
		systemd.n_addr--; /* an abstract name has no end mark */
	}
	return true;
}

static int64_t
read_watchdog(void)
{
	const char *usec = getenv("WATCHDOG_USEC");
	const char *pid = getenv("WATCHDOG_PID");
	int64_t us, n;

	if (!usec || !span_i64(span_of(usec), 1, INT64_MAX, &us))
		return 0;
	/* Meant for somebody else. */
	if (pid && (!span_i64(span_of(pid), 1, INT32_MAX, &n) || n != getpid()))
		return 0;
	return us / 1000;
}

void
notify_systemd_init(void)
{
	const char *path = getenv("NOTIFY_SOCKET");
	int fd;

	systemd.watchdog_ms = read_watchdog();
	if (path && set_address(path)) {
		fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
		systemd.fd = fd > 0 ? fd : 0;
	}
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
}

static void
send_message(const char *message)
{
	if (systemd.fd)
		(void)!sendto(systemd.fd, message, strlen(message),
			MSG_NOSIGNAL | MSG_DONTWAIT,
			(struct sockaddr *)&systemd.addr, systemd.n_addr);
}

void
notify_systemd_ready(void)
{
	send_message("READY=1");
}

void
notify_systemd_reloading(void)
{
	char message[80];

	snprintf(message, sizeof(message), "RELOADING=1\nMONOTONIC_USEC=%lld",
		(long long)clock_mono_us());
	send_message(message);
}

void
notify_systemd_stopping(void)
{
	send_message("STOPPING=1");
}

void
notify_systemd_watchdog(void)
{
	send_message("WATCHDOG=1");
}

int64_t
notify_systemd_watchdog_ms(void)
{
	return systemd.watchdog_ms / 2;
}

void
notify_systemd_status(const char *fmt, ...)
{
	struct strbuf b = STRBUF_INIT(MAX_MESSAGE);
	char text[MAX_MESSAGE];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	for (char *p = text; *p; p++)
		if (*p == '\n') /* would begin another assignment */
			*p = ' ';
	strbuf_str(&b, "STATUS=");
	strbuf_str(&b, text);
	send_message(strbuf_cstr(&b));
	strbuf_fini(&b);
}
