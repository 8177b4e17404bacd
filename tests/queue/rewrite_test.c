/*
 * The relay has a server that has just started write its append-only file
 * anew, so that half a transaction which a kill left there is never executed.
 */
#include "testing.h"

#include <glob.h>
#include <signal.h>

#include "support/queue_source.h"

#define MANY (PUBLISHER_MULTI_MIN * 2)

/* -- a file that a kill has torn ------------------------------------------- */

static void
put_words(FILE *f, const char *const *words, size_t n)
{
	fprintf(f, "*%zu\r\n", n);
	for (size_t i = 0; i < n; i++)
		fprintf(f, "$%zu\r\n%s\r\n", strlen(words[i]), words[i]);
}

/* Hit `seq` with an id behind all that are in the stream. */
static void
put_hit(FILE *f, const char *last_id, int seq)
{
	char id[64], hit[HEX128_SIZE], number[16];
	const char *const words[] = {"XADD", WORLD_PREFIX "hits", id, "id", hit,
		"json", "{}", "producer", UUID_A, "seq", number};
	size_t ms = strcspn(last_id, "-");

	snprintf(id, sizeof(id), "%.*s-%d", (int)ms, last_id, 1000 + seq);
	snprintf(hit, sizeof(hit), "%032x", (unsigned)seq);
	snprintf(number, sizeof(number), "%d", seq);
	put_words(f, words, N_ROWS(words));
}

/* Id of the stream's last entry. */
static void
last_id(struct world *w, char *out, size_t size)
{
	const char *entry = world_ask(w, "XREVRANGE @hits + - COUNT 1");
	const char *id = strchr(entry, '\'');

	assert_non_null(id);
	snprintf(out, size, "%.*s", (int)strcspn(id + 1, "'"), id + 1);
}

/*
 * What a kill leaves in the middle of writing the batch behind hit `seq`: the
 * begin of a transaction, some hits, and half of one.
 */
static void
tear(struct world *w, const char *last, int seq)
{
	static const char *const multi[] = {"MULTI"};
	char *pattern =
		mem_printf("%s/appendonlydir/*.incr.aof", w->server.dir);
	glob_t found;
	FILE *f;

	assert_int_equal(glob(pattern, 0, NULL, &found), 0);
	assert_int_equal(found.gl_pathc, 1);
	f = fopen(found.gl_pathv[0], "a");
	assert_non_null(f);
	put_words(f, multi, 1);
	for (int i = 1; i <= 4; i++)
		put_hit(f, last, seq + i);
	fputs("*11\r\n$4\r\nXADD\r\n$6\r\n" WORLD_PREFIX "hi", f);
	assert_int_equal(fclose(f), 0);
	globfree(&found);
	mem_free(&pattern);
}

static void
half_a_transaction_in_the_file_is_never_executed(void **state)
{
	struct source s = {.last = 0};
	struct world w;
	char last[64];

	(void)state;
	world_open(&w, source_durable);
	source_start(&s, &w, UUID_A);
	source_add(&s, MANY, 1);
	source_until_idle(&s);
	world_until_rewritten(&w);
	last_id(&w, last, sizeof(last));
	world_kill_server(&w);
	tear(&w, last, MANY);
	redis_server_restart(&w.server, source_durable);
	source_add(&s, MANY, MANY + 1);
	source_until_idle(&s);
	source_assert_stream(&w, 2 * MANY);
	world_until_rewritten(&w);
	world_kill_server(&w);
	redis_server_restart(&w.server, source_durable);
	source_add(&s, 1, 2 * MANY + 1);
	source_until_idle(&s);
	source_assert_stream(&w, 2 * MANY + 1);
	assert_int_equal(source_stats(&s).rewinds, 0);
	source_free(&s);
	world_close(&w);
}

/* -- who is asked, and how often ------------------------------------------- */

/* How often it was asked since its start, and of that in vain. */
static void
assert_asked(struct world *w, int times, int failed)
{
	char calls[32], rejected[32], line[256];
	const char *info = world_ask(w, "INFO commandstats");
	const char *at = strstr(info, "cmdstat_bgrewriteaof:");

	snprintf(calls, sizeof(calls), "calls=%d,", times - failed);
	snprintf(rejected, sizeof(rejected), "rejected_calls=%d,", failed);
	if (times == 0) {
		assert_null(at);
		return;
	}
	assert_non_null(at);
	snprintf(line, sizeof(line), "%.*s", (int)strcspn(at, "\r"), at);
	assert_non_null(strstr(line, calls));
	assert_non_null(strstr(line, rejected));
}

static void
connect_again(struct source *s)
{
	source_stop(s);
	source_start(s, s->w, UUID_A);
	source_until_idle(s);
}

static void
each_start_of_the_server_is_asked_once(void **state)
{
	struct source a = {.last = 0}, b = {.last = 0};
	struct world w;

	(void)state;
	world_open(&w, source_durable);
	source_start(&a, &w, UUID_A);
	source_until_idle(&a);
	source_start(&b, &w, UUID_B);
	source_until_idle(&b);
	connect_again(&a);
	world_until_rewritten(&w);
	connect_again(&a);
	assert_asked(&w, 1, 0);
	world_kill_server(&w);
	redis_server_restart(&w.server, source_durable);
	source_until_idle(&a);
	world_until_rewritten(&w);
	source_free(&a);
	source_free(&b);
	world_close(&w);
}

/* Not even where its statistics say that it has not rewritten anything. */
static void
who_has_seen_it_done_does_not_ask_again(void **state)
{
	struct source s = {.last = 0};
	struct world w;

	(void)state;
	world_open(&w, source_durable);
	source_start(&s, &w, UUID_A);
	source_until_idle(&s);
	world_until_rewritten(&w);
	redis_reset(s.redis, "to see that it is done");
	world_run(&w, 1);
	source_until_idle(&s);
	world_ask(&w, "CONFIG RESETSTAT");
	redis_reset(s.redis, "to be tempted");
	world_run(&w, 1);
	source_until_idle(&s);
	assert_asked(&w, 0, 0);
	source_free(&s);
	world_close(&w);
}

static void
a_server_without_a_file_is_not_asked(void **state)
{
	struct source *s = *state;

	source_start(s, s->w, UUID_A);
	source_add(s, MANY, 1);
	source_until_idle(s);
	assert_asked(s->w, 0, 0);
}

static void
a_server_that_is_at_it_is_not_asked(void **state)
{
	static const char *const slow[] = {"--appendonly", "yes",
		"--rdb-key-save-delay", "10000000", NULL};
	struct source s = {.last = 0};
	struct world w;

	(void)state;
	world_open(&w, slow);
	world_ask(&w, "SET @other x");
	world_ask(&w, "BGREWRITEAOF");
	source_start(&s, &w, UUID_A);
	source_until_idle(&s);
	assert_asked(&w, 1, 0);
	world_ask(&w, "CONFIG SET appendonly no"); /* ends the rewrite */
	source_free(&s);
	world_close(&w);
}

static void
a_user_who_may_not_ask_publishes_all_the_same(void **state)
{
	struct source s = {.last = 0};
	struct world w;

	(void)state;
	world_open(&w, source_durable);
	world_ask(&w,
		"ACL SETUSER relay on >pw ~t:* &t:* "
		"+@all -@dangerous +info");
	w.options.user = mem_strdup("relay");
	w.options.password = mem_strdup("pw");
	source_start(&s, &w, UUID_A);
	source_add(&s, MANY, 1);
	source_until_idle(&s);
	source_assert_stream(&w, MANY);
	assert_asked(&w, 1, 1);
	assert_int_equal(source_stats(&s).errors, 0);
	source_free(&s);
	world_close(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			half_a_transaction_in_the_file_is_never_executed),
		cmocka_unit_test(each_start_of_the_server_is_asked_once),
		cmocka_unit_test(who_has_seen_it_done_does_not_ask_again),
		cmocka_unit_test_setup_teardown(
			a_server_without_a_file_is_not_asked, source_setup,
			source_teardown),
		cmocka_unit_test(a_server_that_is_at_it_is_not_asked),
		cmocka_unit_test(a_user_who_may_not_ask_publishes_all_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
