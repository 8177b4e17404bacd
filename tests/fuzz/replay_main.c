/*
 * Runs a fuzz target over files, one TAP line each. Arguments are files and
 * directories; without any the corpus of the target that this program is named
 * after: tests/fuzz/corpus/NAME for NAME_replay. A finding ends the program,
 * with the name of its file as the last line.
 */
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "base/vec.h"
#include "fuzz.h"

#define INPUT_BYTES_MAX ((size_t)32 << 20)

static VEC(char *) files;

static bool
fail(const char *path)
{
	printf("Bail out! %s: %s\n", path, strerror(errno));
	return false;
}

static int
not_hidden(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

/* Add a file, or those of a directory in order of their names. */
static bool
add(const char *path)
{
	struct dirent **entries;
	struct stat st;
	bool ok = true;
	int n;

	if (stat(path, &st) < 0)
		return fail(path);
	if (!S_ISDIR(st.st_mode)) {
		vec_push(&files, mem_strdup(path));
		return true;
	}
	n = scandir(path, &entries, not_hidden, alphasort);
	if (n < 0)
		return fail(path);
	for (int i = 0; i < n; i++) {
		char *sub = mem_printf("%s/%s", path, entries[i]->d_name);

		ok = ok && add(sub);
		mem_free(&sub);
		free(entries[i]);
	}
	free(entries);
	return ok;
}

/* tests/fuzz/corpus/html for .../html_replay */
static char *
default_corpus(const char *program)
{
	const char *dir = getenv("NW_SRCDIR");
	const char *slash = strrchr(program, '/');
	const char *name = slash ? slash + 1 : program;
	const char *end = strstr(name, "_replay");

	if (strncmp(name, "lt-", 3) == 0)
		name += 3;
	return mem_printf("%s/tests/fuzz/corpus/%.*s", dir ? dir : ".",
		(int)(end ? (size_t)(end - name) : strlen(name)), name);
}

static bool
replay(const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *exact, *data = mem_alloc(INPUT_BYTES_MAX);
	size_t n;

	if (!f) {
		mem_free(&data);
		return fail(path);
	}
	n = fread(data, 1, INPUT_BYTES_MAX, f);
	fclose(f);
	/* Just as large as the input, so that a sanitizer sees its end. */
	exact = mem_alloc(n ? n : 1);
	memcpy(exact, data, n);
	mem_free(&data);
	LLVMFuzzerTestOneInput(exact, n);
	mem_free(&exact);
	return true;
}

int
main(int argc, char **argv)
{
	bool ok = true;
	size_t n = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (int i = 1; i < argc && ok; i++)
		ok = add(argv[i]);
	if (argc < 2) {
		char *corpus = default_corpus(argv[0]);

		ok = add(corpus);
		mem_free(&corpus);
	}
	if (ok)
		printf("1..%zu\n", files.n);
	vec_each (char **, file, &files) {
		if (ok) {
			printf("# %s\n", *file);
			ok = replay(*file);
			printf("ok %zu - %s\n", ++n, strrchr(*file, '/') + 1);
		}
		mem_free(file);
	}
	vec_fini(&files);
	return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
