/*
 * The door to libssl. TLS 1.2 or newer, the server's certificate and name are
 * always verified, there is no way to turn that off. One thread.
 * Source: RFC 9325 (recommendations for TLS), RFC 6125 (names).
 */
#include "io/redis_tls.h"

#include <arpa/inet.h>
#include <assert.h>
#include <stdio.h>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "base/mem.h"

struct redis_tls {
	SSL_CTX *ctx;
};

static int
unusable(const char *what, const char *path, struct err *err)
{
	char reason[200];

	ERR_error_string_n(ERR_get_error(), reason, sizeof(reason));
	ERR_clear_error();
	return err_set(err, ERR_CONF, "%s \"%s\" cannot be used: %s", what,
		path, reason);
}

static int
load_files(SSL_CTX *ctx, const struct redis_options *o, struct err *err)
{
	if (o->ca_file) {
		if (SSL_CTX_load_verify_file(ctx, o->ca_file) != 1)
			return unusable("redis.ca_file", o->ca_file, err);
	} else if (SSL_CTX_set_default_verify_paths(ctx) != 1) {
		return unusable("the certificate store", "default", err);
	}
	if (!o->cert_file && !o->key_file)
		return 0;
	if (!o->cert_file || !o->key_file)
		return err_set(err, ERR_CONF,
			"redis.cert_file and redis.key_file need each other");
	if (SSL_CTX_use_certificate_chain_file(ctx, o->cert_file) != 1)
		return unusable("redis.cert_file", o->cert_file, err);
	if (SSL_CTX_use_PrivateKey_file(ctx, o->key_file, SSL_FILETYPE_PEM) !=
		1)
		return unusable("redis.key_file", o->key_file, err);
	return 0;
}

int
redis_tls_new(
	const struct redis_options *o, struct redis_tls **out, struct err *err)
{
	struct redis_tls *t;
	SSL_CTX *ctx;

	*out = NULL;
	ERR_clear_error();
	ctx = SSL_CTX_new(TLS_client_method());
	assert(ctx);
	SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
	if (load_files(ctx, o, err) < 0) {
		SSL_CTX_free(ctx);
		return -1;
	}
	t = mem_new(t);
	t->ctx = ctx;
	*out = t;
	return 0;
}

void
redis_tls_free(struct redis_tls **tp)
{
	struct redis_tls *t = *tp;

	if (!t)
		return;
	*tp = NULL;
	SSL_CTX_free(t->ctx);
	mem_free(&t);
}

/* SSL_set_tlsext_host_name(), which casts const away. */
static bool
set_server_name(SSL *ssl, const char *host)
{
	return SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME,
		       TLSEXT_NAMETYPE_host_name, (void *)(uintptr_t)host) == 1;
}

struct ssl_st *
redis_tls_session(struct redis_tls *t, const char *host)
{
	SSL *ssl = SSL_new(t->ctx);
	unsigned char address[sizeof(struct in6_addr)];
	bool numeric = inet_pton(AF_INET, host, address) == 1 ||
		inet_pton(AF_INET6, host, address) == 1;
	int ok;

	assert(ssl);
	if (numeric) {
		ok = X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host);
	} else {
		ok = SSL_set1_host(ssl, host) && set_server_name(ssl, host);
	}
	assert(ok == 1);
	return ssl;
}

bool
redis_tls_reason(
	struct ssl_st *session, unsigned long code, char *out, size_t size)
{
	long verify = SSL_get_verify_result(session);

	if (verify != X509_V_OK)
		snprintf(out, size, "the certificate is refused: %s",
			X509_verify_cert_error_string(verify));
	else if (code)
		ERR_error_string_n(code, out, size);
	return verify != X509_V_OK || code;
}
