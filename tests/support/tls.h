/* Certificates made on the spot, and a TLS server (openssl s_server -www). */
#ifndef NW_TESTS_SUPPORT_TLS_H
#define NW_TESTS_SUPPORT_TLS_H

#include <sys/types.h>

/* dir/cert.pem and dir/key.pem; name: "IP:127.0.0.1", "DNS:example.com". */
void tls_certificate(const char *dir, const char *name);

struct tls_server {
	pid_t pid;
	unsigned port; /* on 127.0.0.1 */
};

/* With dir's certificate. Returns when it serves; fails the test else. */
void tls_server_start(struct tls_server *s, const char *dir);
void tls_server_stop(struct tls_server *s);

#endif
