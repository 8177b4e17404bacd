/* Identity: which entry of a document is which item. */
#include "fixture.h"

static void
what_is_seen_again_is_the_same_item(void **state)
{
	struct fixture *f = *state;

	assert_string_equal(document(f, "f", "u1,g1,t1=a u2,g2,t2=a"), "N1 N2");
	assert_string_equal(document(f, "f", "u1,g1,t1=a u2,g2,t2=a"), "S1 S2");
	reopen(f);
	assert_string_equal(document(f, "f", "u2,g2,t2=a"), "S2");
	check_invariants(f);
}

struct change {
	const char *name, *first, *then, *expected;
};

/* One feed, two documents one after the other. */
static const struct change changes[] = {
	{"text", "u1,g1,t1=a", "u1,g1,t1=b", "C1"},
	{"URL", "u1,g1,t1=a", "u2,g1,t1=a", "S1"},
	{"guid", "u1,g1,t1=a", "u1,g2,t1=a", "S1"},
	{"title or date", "u1,g1,t1=a", "u1,g1,t2=b", "C1"},
	{"URL and guid", "u1,g1,t1=a", "u2,g2,t1=a", "S1"},
	{"URL that is not unique any more", "u1,g1,t1=a", "g1,t1=a", "S1"},
	{"everything", "u1,g1,t1=a", "u2,g2,t2=b", "N2"},
	{"order", "u1,g1=a u2,g2=a", "u2,g2=a u1,g1=a", "S2 S1"},
	/* An entry of the document is an item of its own. */
	{"an item with an old title", "u1,g1,t1=a", "u2,g2,t1=b u1,g1,t1=a",
		"N2 S1"},
	{"a new item with the title of one that comes later", "u1,g1,t1=a",
		"u2,g2,t1=a u3,g1,t1=a", "N2 S1"},
	{"one guid for all", "u1,g,t1=a", "u2,g,t2=a u1,g,t1=a", "N2 S1"},
	{"one guid for all, in one document", "", "u1,g,t1=a u2,g,t2=a",
		"N1 N2"},
	{"one guid and no URL", "g,t1=a", "g,t2=b g,t1=a", "N2 S1"},
	{"an entry twice", "", "u1,g1,t1=a g2,t2=a u1,g1,t1=a", "N1 N2 S1"},
	{"an entry twice, in two versions", "", "g1,t1=a g1,t1=b", "N1 S1"},
	{"a title alone, twice, in two versions", "", "t1=a t1=b", "N1 S1"},
};

static void
an_item_survives_a_change_of(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < N_ROWS(changes); i++) {
		const struct change *c = &changes[i];
		struct feed_state feed = feed_of("f");
		struct store_unit *u;
		const char *got;

		vec_clear(&f->seen);
		if (c->first[0])
			document(f, "f", c->first);
		got = document(f, "f", c->then);
		if (strcmp(got, c->expected) != 0)
			fail_msg(
				"%s: is %s, not %s", c->name, got, c->expected);
		check_invariants(f);
		/* Begin anew. */
		u = begin(f);
		OK(store_unit_feed_drop(
			u, feed.url, (struct wall){1}, &f->err));
		end(f, u);
		commit(f);
		for (size_t n = 1; n > 0;) {
			u = begin(f);
			OK(store_unit_prune(
				u, (struct wall){INT64_MAX}, 100, &n, &f->err));
			end(f, u);
		}
		commit(f);
		assert_int_equal(number(f, "SELECT count(*) FROM item"), 0);
		assert_int_equal(number(f, "SELECT count(*) FROM item_key"), 0);
	}
}

static void
every_name_it_ever_had_finds_an_item(void **state)
{
	struct fixture *f = *state;

	document(f, "f", "u1,g1,t1=a");
	document(f, "f", "u2,g1,t2=a");
	document(f, "f", "u3,g3,t2=a");
	assert_string_equal(document(f, "f", "u1,x,y=a"), "S1");
	assert_string_equal(document(f, "f", "z,g3=a"), "S1");
}

static void
an_article_in_two_feeds_is_one_item(void **state)
{
	struct fixture *f = *state;

	assert_string_equal(document(f, "f", "u1,fg1,ft1=a"), "N1");
	assert_string_equal(document(f, "g", "u1,gg1,gt1=a"), "S1");
	assert_int_equal(number(f, "SELECT documents FROM item"), 2);
	check_invariants(f);
}

static void
what_two_entries_share_names_nothing_any_more(void **state)
{
	struct fixture *f = *state;

	document(f, "f", "u1,g,t1=a u2,g,t2=a");
	assert_string_equal(document(f, "f", "u3,g,t3=a"), "N3");
	/* The title of a daily column: both of them in one document. */
	document(f, "f", "u4,g4,t=a u5,g5,t=b");
	assert_string_equal(document(f, "f", "u6,g6,t=b"), "N6");
	check_invariants(f);
}

static void
an_entry_without_a_key_of_its_own_is_known_by_its_version(void **state)
{
	struct fixture *f = *state;

	document(f, "f", "u1,g,t=a u2,g,t=b"); /* g and t name nothing now */
	assert_string_equal(document(f, "f", "g,t=c g,t=d"), "N3 N4");
	assert_string_equal(document(f, "f", "g,t=d g,t=c g,t=c"), "S4 S3 S3");
	check_invariants(f);
}

static void
its_id_is_that_of_its_first_key_for_ever(void **state)
{
	struct fixture *f = *state;
	char first[HEX128_SIZE], key[HEX128_SIZE];
	struct item_key k = key_of(SPAN_LIT("u1"));

	document(f, "f", "u1,g1=a");
	memcpy(first, f->items[0].id, sizeof(first));
	item_id(&k, key);
	assert_string_equal(first, key);
	document(f, "f", "u2,g1=b");
	assert_string_equal(f->items[0].id, first);
}

static void
only_so_many_names_are_kept_and_the_id_stays(void **state)
{
	struct fixture *f = *state;
	char entry[64], id[HEX128_SIZE];

	document(f, "f", "u0,g=a");
	memcpy(id, f->items[0].id, sizeof(id));
	for (int i = 1; i <= 3 * STORE_ITEM_ALIASES; i++) {
		snprintf(entry, sizeof(entry), "u%d,g=a", i);
		assert_string_equal(document(f, "f", entry), "S1");
	}
	assert_string_equal(f->items[0].id, id);
	assert_int_equal(
		number(f, "SELECT count(*) FROM item_key"), STORE_ITEM_ALIASES);
	assert_int_equal(number(f, "SELECT length(keys) FROM item"),
		STORE_ITEM_ALIASES * ITEM_KEY_BYTES);
	assert_string_equal(document(f, "f", "u0,x=a"), "N2");
	check_invariants(f);
}

static size_t
known(struct fixture *f, const char *url, struct store_known_list *out)
{
	vec_clear(out);
	OK(store_known(f->s, span_of(url), out, &f->err));
	return out->n;
}

static bool
knows(const struct store_known_list *l, const char *key, const char *version)
{
	struct item_key a = key_of(span_of(key)), b = key_of(span_of(version));

	for (size_t i = 0; i < l->n; i++)
		if (l->p[i] == item_digest_known(&a, &b))
			return true;
	return false;
}

static void
known_are_the_entries_of_the_last_document_by_their_strongest_key(void **state)
{
	struct fixture *f = *state;
	struct store_known_list l = {0};

	assert_int_equal(known(f, "f", &l), 0);
	document(f, "f", "u1,g1=a u2,g2=b");
	document(f, "g", "u9,g9=z");
	assert_int_equal(known(f, "f", &l), 2);
	assert_true(knows(&l, "u1", "a"));
	assert_true(knows(&l, "u2", "b"));
	document(f, "f", "u3,g2=c");
	assert_int_equal(known(f, "f", &l), 1);
	assert_true(knows(&l, "u3", "c"));
	document(f, "f", "");
	assert_int_equal(known(f, "f", &l), 0);
	vec_fini(&l);
}

static void
a_document_cut_short_forgets_nothing(void **state)
{
	struct fixture *f = *state;
	struct store_known_list l = {0};
	struct store_unit *u;

	document(f, "f", "u1=a u2=a");
	u = begin(f);
	put_document(f, u, "f", false, "u3=a");
	end(f, u);
	commit(f);
	assert_int_equal(known(f, "f", &l), 3);
	document(f, "f", "u3=a");
	assert_int_equal(known(f, "f", &l), 1);
	vec_fini(&l);
	check_invariants(f);
}

static void
a_feed_that_is_always_cut_short_does_not_collect_for_ever(void **state)
{
	struct fixture *f = *state;
	struct store_known_list l = {0};
	char entry[32];

	for (int i = 0; i < 1010; i++) {
		struct store_unit *u = begin(f);

		snprintf(entry, sizeof(entry), "u%d=a", i);
		put_document(f, u, "f", false, entry);
		end(f, u);
	}
	commit(f);
	assert_int_equal(known(f, "f", &l), 1001);
	assert_true(knows(&l, "u1009", "a"));
	vec_fini(&l);
	check_invariants(f);
}

static void
a_changed_item_keeps_first_seen_and_takes_title_and_dates(void **state)
{
	struct fixture *f = *state;

	document(f, "f", "u1=a");
	f->now_ms += 5000;
	document(f, "f", "u1=b");
	assert_int_equal(f->items[0].first_seen.ms, f->now_ms - 5000);
	assert_int_equal(number(f, "SELECT title = 'b' FROM item"), 1);
	assert_int_equal(
		number(f, "SELECT first_seen FROM item"), f->now_ms - 5000);
}

/* Documents of a pool of articles that change their names. */
static void
random_document(struct rng *r, char *out, size_t size)
{
	size_t n = 0;

	out[0] = '\0';
	for (uint32_t i = rng_below(r, 12); i > 0; i--)
		n += (size_t)snprintf(out + n, size - n, "%su%u,g%u,t%u=%c",
			n ? " " : "", rng_below(r, 30), rng_below(r, 30),
			rng_below(r, 12), (char)('a' + rng_below(r, 3)));
}

static void
whatever_feeds_show_the_tables_agree(void **state)
{
	struct fixture *f = *state;
	struct rng r = test_rng();
	char text[512];

	for (int i = 0; i < 400; i++) {
		const char *url = rng_below(&r, 2) ? "f" : "g";
		struct store_unit *u = begin(f);
		struct feed_state feed = feed_of(url);
		size_t n;

		f->now_ms += 1000;
		random_document(&r, text, sizeof(text));
		put_document(f, u, url, rng_below(&r, 4) > 0, text);
		if (rng_below(&r, 10) == 0)
			OK(store_unit_feed_drop(u, feed.url,
				(struct wall){f->now_ms}, &f->err));
		if (rng_below(&r, 5) == 0)
			OK(store_unit_prune(u, (struct wall){f->now_ms - 9000},
				rng_below(&r, 20), &n, &f->err));
		if (rng_below(&r, 4) == 0)
			store_unit_cancel(&u);
		else
			end(f, u);
		if (rng_below(&r, 6) == 0) {
			commit(f);
			check_invariants(f);
		}
	}
	commit(f);
	check_invariants(f);
	OK(store_verify(f->s, &f->err));
}

/* Its names lead nowhere: only what stands for the entry finds the item. */
static void
an_entry_that_comes_again_as_it_is_is_not_looked_up(void **state)
{
	struct fixture *f = *state;

	document(f, "f", "u1,g1,t1=a u2,g2,t2=a");
	OK(db_exec(f->s->db, "DELETE FROM item_key", &f->err));
	assert_string_equal(document(f, "f", "u2,g2,t2=a u1,g1,t1=a"), "S2 S1");
	assert_string_equal(document(f, "f", "u1,g1,t1=a u1,g1,t1=a"), "S1 S1");
	assert_string_equal(document(f, "f", "u1,g1=a"), "N3");
	OK(db_exec(f->s->db, "DELETE FROM item_key", &f->err));
	OK(db_exec(f->s->db, "UPDATE document SET digests = NULL", &f->err));
	assert_string_equal(document(f, "f", "u1,g1=a"), "N4");
}

/* Articles that change their URLs, titles and texts, and keep their guid. */
static void
document_of_articles(struct rng *r, const char *feed, char *out, size_t size)
{
	size_t n = 0;
	uint32_t first = rng_below(r, 30);

	out[0] = '\0';
	for (uint32_t i = 0; i < rng_below(r, 12); i++) {
		uint32_t a = (first + i) % 30;

		n += (size_t)snprintf(out + n, size - n, "%s", n ? " " : "");
		if (rng_below(r, 4) > 0)
			n += (size_t)snprintf(out + n, size - n, "u%u.%u,", a,
				rng_below(r, 3));
		n += (size_t)snprintf(out + n, size - n, "%s.g%u,%s.t%u.%u=%c",
			feed, a, feed, a, rng_below(r, 2),
			(char)('a' + rng_below(r, 2)));
	}
}

/* Two feeds have it in two versions: each tells its own once. */
static void
an_entry_as_it_was_is_no_change_whatever_another_feed_shows(void **state)
{
	struct fixture *f = *state;

	document(f, "f", "u1,f1,t1=a");
	assert_string_equal(document(f, "g", "u1,g1,t2=b"), "C1");
	assert_string_equal(document(f, "f", "u1,f1,t1=a"), "S1");
	assert_string_equal(document(f, "g", "u1,g1,t2=b"), "S1");
	assert_string_equal(document(f, "f", "u1,f1,t1=c"), "C1");
	check_invariants(f);
}

/* Without whether it changed: by names, what another feed showed counts. */
static void
only_rows(const char *seen, char *out, size_t size)
{
	snprintf(out, size, "%s", seen);
	for (char *c = out; *c; c++)
		if (*c == 'C')
			*c = 'S';
}

/* The same documents into two stores, one of which forgets what stood for
 * their entries and so goes by the names of all. */
static void
what_comes_again_is_found_as_it_would_be_by_its_names(void **state)
{
	struct fixture *f = *state, *plain;
	struct rng r = test_rng();
	void *other;
	char text[512], a[512], b[512];

	setup(&other);
	plain = other;
	for (int i = 0; i < 300; i++) {
		const char *url = rng_below(&r, 2) ? "f" : "g";

		if (i % 3 != 2)
			document_of_articles(&r, url, text, sizeof(text));
		OK(db_exec(plain->s->db, "UPDATE document SET digests = NULL",
			&plain->err));
		only_rows(document(f, url, text), a, sizeof(a));
		only_rows(document(plain, url, text), b, sizeof(b));
		if (strcmp(a, b) != 0)
			fail_msg("%d: %s is %s, by names %s", i, text, a, b);
	}
	teardown(&other);
}

/* Twice the same document: nothing is new or changed the second time. */
static void
whatever_a_feed_shows_twice_is_not_new_the_second_time(void **state)
{
	struct fixture *f = *state;
	struct rng r = test_rng();
	char text[512];

	for (int i = 0; i < 200; i++) {
		const char *again;

		random_document(&r, text, sizeof(text));
		document(f, "f", text);
		again = document(f, "f", text);
		if (strchr(again, 'N'))
			fail_msg("%s is seen again as %s", text, again);
	}
}

int
main(void)
{
#define ROW(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		ROW(what_is_seen_again_is_the_same_item),
		ROW(an_item_survives_a_change_of),
		ROW(every_name_it_ever_had_finds_an_item),
		ROW(an_article_in_two_feeds_is_one_item),
		ROW(what_two_entries_share_names_nothing_any_more),
		ROW(an_entry_without_a_key_of_its_own_is_known_by_its_version),
		ROW(its_id_is_that_of_its_first_key_for_ever),
		ROW(only_so_many_names_are_kept_and_the_id_stays),
		ROW(known_are_the_entries_of_the_last_document_by_their_strongest_key),
		ROW(an_entry_that_comes_again_as_it_is_is_not_looked_up),
		ROW(an_entry_as_it_was_is_no_change_whatever_another_feed_shows),
		ROW(what_comes_again_is_found_as_it_would_be_by_its_names),
		ROW(a_document_cut_short_forgets_nothing),
		ROW(a_feed_that_is_always_cut_short_does_not_collect_for_ever),
		ROW(a_changed_item_keeps_first_seen_and_takes_title_and_dates),
		ROW(whatever_feeds_show_the_tables_agree),
		ROW(whatever_a_feed_shows_twice_is_not_new_the_second_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
