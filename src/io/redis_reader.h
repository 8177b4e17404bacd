/*
 * RESP2 bytes to replies and commands to bytes. The door to hiredis (its reader
 * and formatter; not its connections). For redis.c.
 */
#ifndef NW_IO_REDIS_READER_H
#define NW_IO_REDIS_READER_H

#include "base/err.h"
#include "io/redis.h"

struct redis_reader;

/* A reply of more than max_reply_bytes is an error. */
struct redis_reader *redis_reader_new(size_t max_reply_bytes);
void redis_reader_free(struct redis_reader **r);
/* Copies the bytes. Give at most REDIS_READER_CHUNK and take all replies out
 * before the next: hiredis moves what is left for every reply. */
void redis_reader_feed(struct redis_reader *r, const char *p, size_t n);
#define REDIS_READER_CHUNK 8192
/* 1: *out is a reply and lives until the next call; 0: more bytes are needed;
 * -1, ERR_TEMP: this is not RESP2 or too much, the connection is of no use. */
NW_MUST_CHECK int redis_reader_next(struct redis_reader *r,
	const struct redis_reply **out, struct err *err);

/* The command as bytes of *n; free with redis_command_free(). */
char *redis_command_bytes(const struct span *argv, size_t argc, size_t *n);
/* For evbuffer_add_reference(), too. */
void redis_command_free(const void *bytes, size_t n, void *unused);

#endif
