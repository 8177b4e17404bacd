/* Running out of memory is no state to recover from: say it and abort. */
#include "base/mem.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static _Noreturn void
give_up(const char *why)
{
	/* No allocation, no stdio: there may be no memory left for it. */
	static const char head[] = "newswatch: ";

	(void)!write(STDERR_FILENO, head, sizeof(head) - 1);
	(void)!write(STDERR_FILENO, why, strlen(why));
	(void)!write(STDERR_FILENO, "\n", 1);
	abort();
}

void
mem_exhausted(void)
{
	give_up("out of memory");
}

static void *
checked(void *p)
{
	if (!p)
		mem_exhausted();
	return p;
}

static size_t
product(size_t n, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(n, size, &total) || total > PTRDIFF_MAX)
		give_up("size of an allocation overflows");
	return total > 0 ? total : 1;
}

void *
mem_alloc(size_t n_bytes)
{
	return checked(malloc(product(n_bytes, 1)));
}

void *
mem_calloc(size_t n, size_t size)
{
	return checked(calloc(1, product(n, size)));
}

void *
mem_realloc(void *p, size_t n, size_t size)
{
	return checked(realloc(p, product(n, size)));
}

char *
mem_strdup(const char *s)
{
	return mem_strndup(s, strlen(s));
}

char *
mem_strndup(const char *s, size_t n)
{
	char *p = mem_alloc(n + 1);

	if (n > 0)
		memcpy(p, s, n);
	p[n] = '\0';
	return p;
}

char *
mem_printf(const char *fmt, ...)
{
	char *p = NULL;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&p, fmt, ap);
	va_end(ap);
	return checked(n < 0 ? NULL : p);
}

void
mem_free_(void *p)
{
	free(p);
}
