/* Ranges of addresses, and which of them are not public. */
#include "testing.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include "io/cidr.h"

static struct cidr_addr
addr(const char *text)
{
	struct cidr_addr a;

	if (!cidr_addr_parse(span_of(text), &a))
		fail_msg("\"%s\" is no address", text);
	return a;
}

static void
addresses_are_read_and_written(void **state)
{
	static const char *const good[] = {"0.0.0.0", "127.0.0.1",
		"255.255.255.255", "::", "::1", "2001:db8::5", "fe80::1:2:3:4"};
	static const char *const bad[] = {"", "1", "1.2.3", "1.2.3.4.5",
		"256.1.1.1", "1.2.3.4 ", "::g", "1::2::3", "localhost", "[::1]",
		"fe80::1%eth0",
		"1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb:cccc"};
	char text[CIDR_TEXT_SIZE];
	struct cidr_addr a;

	(void)state;
	for (size_t i = 0; i < N_ROWS(good); i++) {
		a = addr(good[i]);
		cidr_addr_format(&a, text);
		assert_string_equal(text, good[i]);
	}
	for (size_t i = 0; i < N_ROWS(bad); i++)
		if (cidr_addr_parse(span_of(bad[i]), &a))
			fail_msg("\"%s\" was taken", bad[i]);
	assert_false(cidr_addr_parse(SPAN_LIT("1.2.3.4\0"), &a));
}

static void
an_address_survives_the_way_through_a_sockaddr(void **state)
{
	static const char *const rows[] = {"192.0.2.7", "2001:db8::7"};

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		struct cidr_addr a = addr(rows[i]), b;
		struct sockaddr_storage ss;

		assert_true(cidr_addr_to(&a, 80, &ss) >=
			sizeof(struct sockaddr_in));
		assert_true(cidr_addr_of((struct sockaddr *)&ss, &b));
		assert_memory_equal(&a, &b, sizeof(a));
	}
	struct sockaddr un = {.sa_family = AF_UNIX};
	struct cidr_addr a;
	assert_false(cidr_addr_of(&un, &a));
}

static void
a_range_has_what_its_prefix_says(void **state)
{
	static const struct {
		const char *range, *in, *out;
	} rows[] = {
		{"10.0.0.0/8", "10.255.0.1", "11.0.0.0"},
		{"192.168.4.0/22", "192.168.7.255", "192.168.8.0"},
		{"127.0.0.1", "127.0.0.1", "127.0.0.2"},
		{"0.0.0.0/0", "8.8.8.8", "::1"},
		{"::/0", "8.8.8.8", NULL},
		{"fd00::/8", "fdff::1", "fc00::1"},
		{"2001:db8::/33", "2001:db8:7fff::1", "2001:db8:8000::"},
		{"::ffff:10.0.0.0/104", "10.1.2.3", "11.0.0.0"},
	};

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		struct cidr c;
		struct cidr_addr a = addr(rows[i].in);

		assert_int_equal(
			cidr_parse(span_of(rows[i].range), &c, NULL), 0);
		assert_true(cidr_has(&c, &a));
		if (rows[i].out) {
			a = addr(rows[i].out);
			assert_false(cidr_has(&c, &a));
		}
	}
}

static void
a_bad_range_is_refused_with_what_is_wrong(void **state)
{
	static const struct {
		const char *range, *says;
	} rows[] = {
		{"", "is no IP address"},
		{"10.0.0/8", "is no IP address"},
		{"10.0.0.0/33", "a number from 0 to 32"},
		{"10.0.0.0/", "a number from 0 to 32"},
		{"10.0.0.0/-1", "a number from 0 to 32"},
		{"::/129", "a number from 0 to 128"},
		{"10.1.0.0/8", "the range is 10.0.0.0/8"},
		{"fd00::1/8", "the range is fd00::/8"},
	};

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		struct cidr c;
		struct err err;

		assert_int_equal(
			cidr_parse(span_of(rows[i].range), &c, &err), -1);
		assert_int_equal(err.kind, ERR_CONF);
		if (!strstr(err.msg, rows[i].says))
			fail_msg("\"%s\": %s", rows[i].range, err.msg);
	}
}

static void
special_addresses_are_known_by_name(void **state)
{
	static const struct {
		const char *addr, *name; /* NULL: public */
	} rows[] = {
		{"8.8.8.8", NULL},
		{"0.1.2.3", "this network"},
		{"10.20.30.40", "private"},
		{"100.64.0.1", "shared"},
		{"100.128.0.1", NULL},
		{"127.0.0.1", "loopback"},
		{"169.254.169.254", "link local"},
		{"172.15.255.255", NULL},
		{"172.16.0.1", "private"},
		{"172.32.0.0", NULL},
		{"192.0.0.8", "IETF protocols"},
		{"192.168.1.1", "private"},
		{"198.18.0.1", "benchmarks"},
		{"203.0.113.9", "documentation"},
		{"224.0.0.1", "multicast"},
		{"255.255.255.255", "reserved"},
		{"::", "unspecified"},
		{"::1", "loopback"},
		{"::ffff:127.0.0.1", "loopback"},
		{"::127.0.0.1", "reserved"},
		{"64:ff9b::a00:1", "private"},
		{"64:ff9b::808:808", NULL},
		{"64:ff9b:1::808:808", "local NAT64"},
		{"2002:7f00:1::", "loopback"},
		{"2002:808:808::1", NULL},
		{"2001:0:1::1", "IETF protocols"},
		{"2001:db8::1", "documentation"},
		{"2600::1", NULL},
		{"fc00::1", "private"},
		{"fe80::1", "link local"},
		{"ff02::1", "multicast"},
		{"4000::1", "reserved"},
	};

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		struct cidr_addr a = addr(rows[i].addr);
		const char *name = "unset";

		assert_int_equal(
			cidr_is_special(&a, &name), rows[i].name != NULL);
		if ((name == NULL) != (rows[i].name == NULL) ||
			(name && strcmp(name, rows[i].name) != 0))
			fail_msg("%s: %s", rows[i].addr, name ? name : "-");
	}
}

static void
the_guard_lets_public_and_allowed_addresses_pass(void **state)
{
	struct cidr allow;
	struct cidr_guard g = {.allow = &allow, .n_allow = 1};
	struct cidr_addr in = addr("127.0.0.1"), out = addr("127.0.0.2"),
			 public = addr("1.1.1.1");

	(void)state;
	assert_int_equal(cidr_parse(SPAN_LIT("127.0.0.1"), &allow, NULL), 0);
	assert_null(cidr_guard_refuses(&g, &in));
	assert_null(cidr_guard_refuses(&g, &public));
	assert_string_equal(cidr_guard_refuses(&g, &out), "loopback");
	g.allow_all = true;
	assert_null(cidr_guard_refuses(&g, &out));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_read_and_written),
		cmocka_unit_test(
			an_address_survives_the_way_through_a_sockaddr),
		cmocka_unit_test(a_range_has_what_its_prefix_says),
		cmocka_unit_test(a_bad_range_is_refused_with_what_is_wrong),
		cmocka_unit_test(special_addresses_are_known_by_name),
		cmocka_unit_test(
			the_guard_lets_public_and_allowed_addresses_pass),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
