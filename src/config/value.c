#include "config/value.h"

struct unit {
	const char *name;
	int64_t size;
};

/* Largest first. */
static const struct unit durations[] = {
	{"w", 7 * 86400000},
	{"d", 86400000},
	{"h", 3600000},
	{"m", 60000},
	{"s", 1000},
	{"ms", 1},
};

#define N_DURATIONS (sizeof(durations) / sizeof(*durations))

static const struct unit sizes[] = {
	{"GiB", (int64_t)1 << 30},
	{"GB", 1000000000},
	{"MiB", (int64_t)1 << 20},
	{"MB", 1000000},
	{"KiB", (int64_t)1 << 10},
	{"kB", 1000},
	{"B", 1},
};

#define N_SIZES (sizeof(sizes) / sizeof(*sizes))

/* Cuts off the digits at the front; false if there are none or too many. */
static bool
take_digits(struct span *s, int64_t *out)
{
	size_t n = 0;
	bool ok;

	while (n < s->n && s->p[n] >= '0' && s->p[n] <= '9')
		n++;
	ok = n && span_i64(span_sub(*s, 0, n), 0, INT64_MAX, out);
	*s = span_sub(*s, n, SIZE_MAX);
	return ok;
}

static struct span
take_letters(struct span *s)
{
	struct span letters;
	size_t n = 0;

	while (n < s->n && ((s->p[n] | 0x20) >= 'a' && (s->p[n] | 0x20) <= 'z'))
		n++;
	letters = span_sub(*s, 0, n);
	*s = span_sub(*s, n, SIZE_MAX);
	return letters;
}

/* Position of the unit; n if it is unknown. */
static size_t
find_unit(const struct unit *units, size_t n, struct span name)
{
	size_t i = 0;

	while (i < n && !span_eq_str(name, units[i].name))
		i++;
	return i;
}

/* sum += number * size; false beyond max. */
static bool
add(int64_t *sum, int64_t number, int64_t size, int64_t max)
{
	int64_t product;

	return !__builtin_mul_overflow(number, size, &product) &&
		!__builtin_add_overflow(*sum, product, sum) && *sum <= max;
}

bool
value_duration(struct span s, int64_t *ms)
{
	size_t next = 0; /* only smaller units may follow */
	int64_t sum = 0;

	if (span_eq_str(s, "0")) {
		*ms = 0;
		return true;
	}
	if (!s.n)
		return false;
	while (s.n) {
		int64_t number;
		size_t i;

		if (!take_digits(&s, &number))
			return false;
		i = find_unit(durations, N_DURATIONS, take_letters(&s));
		if (i < next || i == N_DURATIONS ||
			!add(&sum, number, durations[i].size,
				VALUE_DURATION_MAX_MS))
			return false;
		next = i + 1;
	}
	*ms = sum;
	return true;
}

bool
value_clock(struct span s, unsigned *minutes)
{
	int64_t hour, minute;

	if (s.n != 5 || s.p[2] != ':' || s.p[0] == '-' || s.p[3] == '-' ||
		!span_i64(span_sub(s, 0, 2), 0, 24, &hour) ||
		!span_i64(span_sub(s, 3, 2), 0, 59, &minute) ||
		hour * 60 + minute > ROUTE_MINUTES)
		return false;
	*minutes = (unsigned)(hour * 60 + minute);
	return true;
}

/* The largest unit that divides it without rest. */
static void
format_unit(
	int64_t value, const struct unit *units, size_t n, struct strbuf *out)
{
	size_t i = 0;

	while (i + 1 < n && value % units[i].size)
		i++;
	strbuf_printf(out, "%lld%s", (long long)(value / units[i].size),
		units[i].name);
}

void
value_duration_format(int64_t ms, struct strbuf *out)
{
	/* Weeks are read but not written: 90d says more than 12w6d. */
	if (ms)
		format_unit(ms, durations + 1, N_DURATIONS - 1, out);
	else
		strbuf_char(out, '0');
}

bool
value_size(struct span s, size_t *bytes)
{
	int64_t number, sum = 0;
	size_t i;

	if (span_eq_str(s, "0")) {
		*bytes = 0;
		return true;
	}
	if (!take_digits(&s, &number))
		return false;
	i = find_unit(sizes, N_SIZES, span_trim(s));
	if (i == N_SIZES || !add(&sum, number, sizes[i].size, (int64_t)1 << 50))
		return false;
	*bytes = (size_t)sum;
	return true;
}

void
value_size_format(size_t bytes, struct strbuf *out)
{
	static const struct unit binary[] = {
		{"GiB", (int64_t)1 << 30},
		{"MiB", (int64_t)1 << 20},
		{"KiB", (int64_t)1 << 10},
		{"B", 1},
	};

	if (bytes)
		format_unit((int64_t)bytes, binary, 4, out);
	else
		strbuf_char(out, '0');
}

static const struct {
	const char *name;
	double seconds;
} periods[] = {{"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}};

#define N_PERIODS (sizeof(periods) / sizeof(*periods))

bool
value_rate(struct span s, double *per_second)
{
	size_t slash = span_find(s, '/');
	struct span number = span_trim(span_sub(s, 0, slash));
	struct span period = span_trim(span_sub(s, slash + 1, SIZE_MAX));

	if (span_eq_str(s, "none")) {
		*per_second = 0;
		return true;
	}
	if (slash == SIZE_MAX || !span_double(number, per_second) ||
		!(*per_second >= 0))
		return false;
	for (size_t i = 0; i < N_PERIODS; i++) {
		if (span_eq_str(period, periods[i].name)) {
			*per_second /= periods[i].seconds;
			return true;
		}
	}
	return false;
}

void
value_rate_format(double per_second, struct strbuf *out)
{
	if (per_second > 0)
		strbuf_printf(out, "%.10g/s", per_second);
	else
		strbuf_str(out, "none");
}

bool
value_compare(struct span s, enum route_cmp *cmp, double *number)
{
	static const struct {
		const char *sign; /* longer ones first */
		enum route_cmp cmp;
	} signs[] = {{">=", CMP_GE}, {"<=", CMP_LE}, {"==", CMP_EQ},
		{">", CMP_GT}, {"<", CMP_LT}, {"=", CMP_EQ}};

	s = span_trim(s);
	*cmp = CMP_EQ;
	for (size_t i = 0; i < sizeof(signs) / sizeof(*signs); i++) {
		if (span_starts(s, signs[i].sign)) {
			*cmp = signs[i].cmp;
			s = span_sub(s, strlen(signs[i].sign), SIZE_MAX);
			break;
		}
	}
	return span_double(span_trim(s), number);
}

bool
value_bool(struct span s, bool *out)
{
	*out = span_eq_str(s, "true") || span_eq_str(s, "yes");
	return *out || span_eq_str(s, "false") || span_eq_str(s, "no");
}

bool
value_listen(struct span s)
{
	size_t colon = s.n;
	struct span host;
	int64_t port;

	while (colon > 0 && s.p[colon - 1] != ':')
		colon--;
	if (!colon || !span_i64(span_sub(s, colon, SIZE_MAX), 0, 65535, &port))
		return false;
	host = span_sub(s, 0, colon - 1);
	if (span_starts(host, "["))
		return span_ends(host, "]") && host.n > 2;
	for (size_t i = 0; i < host.n; i++) {
		if (strchr(" \t/:@[]", host.p[i]))
			return false;
	}
	return true;
}
