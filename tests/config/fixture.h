/*
 * A directory of its own for a group of tests, which is also the working
 * directory, so that messages name files shortly.
 */
#ifndef NW_TESTS_CONFIG_FIXTURE_H
#define NW_TESTS_CONFIG_FIXTURE_H

#include "testing.h"

#include <fcntl.h>
#include <ftw.h>
#include <unistd.h>

#include "base/file.h"
#include "base/strbuf.h"
#include "config/config.h"

static char fixture_dir[] = "/tmp/nw-config-XXXXXX";

static inline int
fixture_enter(void **state)
{
	(void)state;
	return mkdtemp(fixture_dir) && chdir(fixture_dir) == 0 ? 0 : -1;
}

static inline int
fixture_remove(
	const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

static inline int
fixture_leave(void **state)
{
	(void)state;
	if (chdir("/") < 0)
		return -1;
	return nftw(fixture_dir, fixture_remove, 8, FTW_DEPTH | FTW_PHYS);
}

/* What loading n.yaml gave. */
struct fixture {
	struct config *config;
	struct strbuf report;
	struct err err;
	int rc;
};

static inline struct fixture
fixture_load(const char *file, unsigned parts)
{
	struct config_options o = {.file = file, .parts = parts};
	struct fixture f = {.report = STRBUF_INIT((size_t)1 << 24)};

	f.rc = config_load(&o, &f.config, &f.report, &f.err);
	return f;
}

static inline void
fixture_free(struct fixture *f)
{
	config_unref(&f->config);
	strbuf_fini(&f->report);
}

/* Not file_replace: that waits for the disk. */
static inline void
fixture_write_span(const char *path, struct span text)
{
	struct err err = {0};
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	if (file_write_fd(fd, path, text, &err) < 0)
		fail_msg("%s", err.msg);
	close(fd);
}

static inline void
fixture_write(const char *path, const char *text)
{
	fixture_write_span(path, span_of(text));
}

#endif
