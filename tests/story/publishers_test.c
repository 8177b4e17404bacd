/* Whom a name or a domain means. */
#include "story_fixture.h"
#include "testing.h"

static struct story_world *world;

struct name_row {
	const char *name;
	enum publisher_naming naming;
	const char *expected; /* NULL: nobody */
};

static const struct name_row names[] = {
	{"Reuters", NAMED_PLAIN, "Reuters"},
	{"REUTERS", NAMED_PLAIN, "Reuters"},
	{"the Wall Street Journal", NAMED_PLAIN, "The Wall Street Journal"},
	{"The Wall Street Journal", NAMED_PLAIN, "The Wall Street Journal"},
	{"WSJ", NAMED_PLAIN, "The Wall Street Journal"},
	{"FT", NAMED_PLAIN, "Financial Times"},
	{"Nikkei Asia", NAMED_PLAIN, "Nikkei"},
	{"Agence France-Presse", NAMED_PLAIN, "Agence France-Presse"},
	{"Barron's", NAMED_PLAIN, "Barron's"},
	{"Barron’s", NAMED_PLAIN, "Barron's"},
	{"Süddeutsche Zeitung", NAMED_PLAIN, "Süddeutsche Zeitung"},
	{"日本経済新聞", NAMED_PLAIN, "Nikkei"},
	{"Коммерсантъ", NAMED_PLAIN, "Kommersant"},
	{"Apple", NAMED_AGAIN, NULL},
	{"Michael Bloomberg", NAMED_CITED, NULL},
	{"Bloomberg Intelligence", NAMED_CITED, NULL},
	{"Time", NAMED_PLAIN, NULL},
	{"Time", NAMED_CITED, "Time"},
	{"time", NAMED_CITED, NULL},
	{"Fortune", NAMED_PLAIN, NULL},
	{"Fortune", NAMED_CITED, "Fortune"},
	{"Information", NAMED_CITED, NULL},
	{"The Information", NAMED_PLAIN, NULL},
	{"The Information", NAMED_CITED, "The Information"},
	{"the Information", NAMED_CITED, "The Information"},
	{"the information", NAMED_CITED, NULL},
	{"Journal", NAMED_CITED, NULL},
	{"the Journal", NAMED_AGAIN, "The Wall Street Journal"},
	{"", NAMED_AGAIN, NULL},
	{"the ", NAMED_AGAIN, NULL},
};

static void
a_name_means_a_publisher_where_it_can(void **state)
{
	const struct publishers *p = story_world_publishers(world);

	(void)state;
	for (size_t i = 0; i < N_ROWS(names); i++) {
		const struct publisher *found = publishers_named(
			p, span_of(names[i].name), names[i].naming);
		struct span name = found ? found->name : SPAN_NULL;

		if (!span_eq(name, span_of(names[i].expected)))
			fail_msg("'%s' is '%.*s'", names[i].name,
				SPAN_ARG(name));
	}
}

struct host_row {
	const char *host, *expected, *family;
};

static const struct host_row hosts[] = {
	{"www.reuters.com", "Reuters", "Thomson Reuters"},
	{"WSJ.COM", "The Wall Street Journal", "News Corp"},
	{"www.barrons.com", "Barron's", "News Corp"},
	{"finance.yahoo.com", "Yahoo Finance", "Yahoo"},
	{"sports.yahoo.com", "Yahoo News", "Yahoo"},
	{"economictimes.indiatimes.com", "The Economic Times", "Times Group"},
	{"notreuters.com", NULL, NULL},
	{"com", NULL, NULL},
	{"", NULL, NULL},
	{"reuters.com.evil.example", NULL, NULL},
};

static void
a_host_belongs_to_the_longest_domain_it_ends_with(void **state)
{
	const struct publishers *p = story_world_publishers(world);

	(void)state;
	for (size_t i = 0; i < N_ROWS(hosts); i++) {
		const struct publisher *found =
			publishers_at(p, span_of(hosts[i].host));

		if (hosts[i].expected == NULL) {
			assert_null(found);
			continue;
		}
		assert_non_null(found);
		assert_span_equal(found->name, hosts[i].expected);
		assert_span_equal(found->family, hosts[i].family);
	}
}

static void
without_a_table_nobody_is_known(void **state)
{
	static const struct publisher_list none = {0};
	struct publishers *p = publishers_new(&none);

	(void)state;
	assert_null(publishers_named(NULL, SPAN_LIT("Reuters"), NAMED_PLAIN));
	assert_null(publishers_at(NULL, SPAN_LIT("reuters.com")));
	assert_null(publishers_named(p, SPAN_LIT("Reuters"), NAMED_AGAIN));
	publishers_free(&p);
	assert_null(p);
}

static int
open_world(void **state)
{
	(void)state;
	world = story_world_new();
	return 0;
}

static int
close_world(void **state)
{
	(void)state;
	story_world_free(&world);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_means_a_publisher_where_it_can),
		cmocka_unit_test(
			a_host_belongs_to_the_longest_domain_it_ends_with),
		cmocka_unit_test(without_a_table_nobody_is_known),
	};

	return cmocka_run_group_tests(tests, open_world, close_world);
}
