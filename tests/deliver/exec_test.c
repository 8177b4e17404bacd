/* Commands: what they get, and what their end means. */
#include "testing.h"

#include <signal.h>
#include <unistd.h>

#include "base/file.h"
#include "support/channel_world.h"

static struct entity_text command[4];

static struct setting
command_of(const char *program, const char *option, const char *argument)
{
	command[0].text = span_of(program);
	command[1].text = span_of(option);
	command[2].text = span_of(argument);
	return (struct setting){.key = span_of("command"),
		.list = command,
		.n_list = argument ? 3
			: option   ? 2
				   : 1};
}

static void
open_shell(struct channel_world *w, const char *script)
{
	static struct setting settings[2];

	settings[0] = command_of("/bin/sh", "-c", script);
	settings[1] = (struct setting)SCALAR("timeout", "500ms");
	channel_world_open(w, "exec", settings, 2, -1);
}

static void
each_end_has_its_outcome_and_its_reason(void **state)
{
	static const struct {
		const char *script;
		enum outcome outcome;
		const char *text;
	} rows[] = {
		{"exit 0", OUTCOME_SENT, "exit 0"},
		{"exit 75", OUTCOME_LATER, "exit 75"},
		{"exit 1", OUTCOME_LATER, "exit 1"},
		{"echo oh; echo no >&2; echo more >&2; exit 1", OUTCOME_LATER,
			"exit 1: no"},
		{"echo bad data >&2; exit 65", OUTCOME_NEVER,
			"exit 65: bad data"},
		{"kill -KILL $$", OUTCOME_LATER, "killed by SIGKILL (Killed)"},
		{"exec sleep 60", OUTCOME_LATER,
			"took too long and was killed"},
		/* Not reading the input is nobody's fault. */
		{"exec <&-; exit 0", OUTCOME_SENT, "exit 0"},
	};
	struct channel_world w;
	char *body = mem_alloc(1 << 20);

	(void)state;
	memset(body, 'x', (1 << 20) - 1);
	body[(1 << 20) - 1] = '\0';
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		open_shell(&w, rows[i].script);
		channel_world_send(&w, body);
		if (w.outcome != rows[i].outcome ||
			strcmp(w.text, rows[i].text) != 0)
			fail_msg("%s: %s '%s'", rows[i].script,
				outcome_name(w.outcome), w.text);
		channel_world_close(&w);
	}
	mem_free(&body);
}

static void
a_command_gets_the_message_and_its_facts(void **state)
{
	char *dir = test_dir();
	char *path = mem_printf("%s/got", dir);
	char *script = mem_printf("(echo $NEWSWATCH_CHANNEL $NEWSWATCH_ROUTE "
				  "$NEWSWATCH_ID $NEWSWATCH_ATTEMPT $0; cat) "
				  "> %s",
		path);
	struct strbuf got = STRBUF_INIT(1024);
	struct channel_world w;

	(void)state;
	open_shell(&w, script);
	channel_world_send(&w, "{\"x\":\"$(false) `false`\"}");
	assert_int_equal(w.outcome, OUTCOME_SENT);
	assert_int_equal(file_read(path, &got, NULL), 0);
	assert_string_equal(strbuf_cstr(&got),
		"desk first msg_1 1 /bin/sh\n{\"x\":\"$(false) `false`\"}");
	channel_world_close(&w);
	strbuf_fini(&got);
	mem_free(&script);
	mem_free(&path);
	test_dir_free(&dir);
}

static void
no_shell_is_involved(void **state)
{
	struct setting settings[] = {
		command_of("/bin/false", "; exit 0", "$(true)")};
	struct channel_world w;

	(void)state;
	channel_world_open(&w, "exec", settings, 1, -1);
	channel_world_send(&w, "{}");
	assert_string_equal(w.text, "exit 1");
	channel_world_close(&w);
}

static void
a_program_that_is_not_there_is_tried_later(void **state)
{
	struct setting settings[] = {
		command_of("/nowhere/program", NULL, NULL)};
	struct channel_world w;

	(void)state;
	channel_world_open(&w, "exec", settings, 1, -1);
	channel_world_send(&w, "{}");
	assert_int_equal(w.outcome, OUTCOME_LATER);
	assert_non_null(strstr(w.text, "/nowhere/program"));
	channel_world_close(&w);
}

static void
a_closed_channel_ends_its_commands(void **state)
{
	char *dir = test_dir();
	char *path = mem_printf("%s/pid", dir);
	char *script = mem_printf("echo $$ > %s.new; mv %s.new %s; "
				  "exec sleep 60",
		path, path, path);
	struct strbuf pid = STRBUF_INIT(32);
	struct channel_world w;
	int64_t n;

	(void)state;
	open_shell(&w, script);
	channel_world_start(&w, "{}");
	while (access(path, F_OK) != 0)
		loop_run_for(w.loop, 2);
	channel_close(&w.channel);
	assert_int_equal(file_read(path, &pid, NULL), 0);
	assert_true(
		span_i64(span_trim(strbuf_as_span(&pid)), 2, INT32_MAX, &n));
	assert_int_equal(kill((pid_t)n, 0), -1);
	assert_int_equal(w.results, 0);
	channel_world_close(&w);
	strbuf_fini(&pid);
	mem_free(&script);
	mem_free(&path);
	test_dir_free(&dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_end_has_its_outcome_and_its_reason),
		cmocka_unit_test(a_command_gets_the_message_and_its_facts),
		cmocka_unit_test(no_shell_is_involved),
		cmocka_unit_test(a_program_that_is_not_there_is_tried_later),
		cmocka_unit_test(a_closed_channel_ends_its_commands),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
