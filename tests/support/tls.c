#include "support/tls.h"

#include "testing.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

void
tls_certificate(const char *dir, const char *name)
{
	char *command = mem_printf("openssl req -x509 -newkey ec -pkeyopt "
				   "ec_paramgen_curve:prime256v1 -nodes "
				   "-days 2 -subj /CN=test -addext "
				   "subjectAltName=%s -keyout %s/key.pem "
				   "-out %s/cert.pem 2>%s/openssl.log",
		name, dir, dir, dir);

	if (system(command) != 0)
		fail_msg("openssl makes no certificate; is it there?");
	mem_free(&command);
}

static void
exec_server(const char *dir, int out)
{
	char *cert = mem_printf("%s/cert.pem", dir);
	char *key = mem_printf("%s/key.pem", dir);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	dup2(out, STDOUT_FILENO);
	dup2(open("/dev/null", O_RDWR | O_CLOEXEC), STDIN_FILENO);
	execlp("openssl", "openssl", "s_server", "-accept", "127.0.0.1:0",
		"-cert", cert, "-key", key, "-www", (char *)NULL);
	_exit(127);
}

void
tls_server_start(struct tls_server *s, const char *dir)
{
	static const char ready[] = "ACCEPT 127.0.0.1:";
	char line[200];
	int ends[2];
	FILE *f;

	*s = (struct tls_server){0};
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	s->pid = fork();
	assert_true(s->pid >= 0);
	if (s->pid == 0)
		exec_server(dir, ends[1]);
	close(ends[1]);
	f = fdopen(ends[0], "r");
	while (!s->port && fgets(line, sizeof(line), f))
		if (strncmp(line, ready, strlen(ready)) == 0)
			s->port = (unsigned)strtoul(
				line + strlen(ready), NULL, 10);
	if (!s->port)
		fail_msg("openssl s_server does not start");
	fclose(f);
}

void
tls_server_stop(struct tls_server *s)
{
	kill(s->pid, SIGKILL);
	waitpid(s->pid, NULL, 0);
	s->pid = 0;
}
