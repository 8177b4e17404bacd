#include "text/punycode.h"

#include "text/fold.h"

#define HOST_BYTES 1024 /* before and after folding; names end at 253 */
#define LABEL_BYTES 63 /* RFC 1035 2.3.4 */

/* RFC 3492 5 */
enum {
	BASE = 36,
	T_MIN = 1,
	T_MAX = 26,
	SKEW = 38,
	DAMP = 700,
	INITIAL_BIAS = 72,
	INITIAL_N = 128
};

static bool
is_ascii(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0x80)
			return false;
	return true;
}

static uint32_t
adapt(uint32_t delta, uint32_t n_points, bool first)
{
	uint32_t k = 0;

	delta = first ? delta / DAMP : delta / 2;
	delta += delta / n_points;
	for (; delta > (BASE - T_MIN) * T_MAX / 2; k += BASE)
		delta /= BASE - T_MIN;
	return k + (BASE - T_MIN + 1) * delta / (delta + SKEW);
}

static char
digit(uint32_t d)
{
	return (char)(d < 26 ? 'a' + d : '0' + d - 26);
}

static void
put_delta(struct strbuf *out, uint32_t delta, uint32_t bias)
{
	uint32_t q = delta;

	for (uint32_t k = BASE;; k += BASE) {
		uint32_t t = k <= bias      ? T_MIN
			: k >= bias + T_MAX ? T_MAX
					    : k - bias;

		if (q < t)
			break;
		strbuf_char(out, digit(t + (q - t) % (BASE - t)));
		q = (q - t) / (BASE - t);
	}
	strbuf_char(out, digit(q));
}

/* The smallest character of the label that is not below n. */
static uint32_t
next_point(struct span label, uint32_t n)
{
	uint32_t least = UINT32_MAX, c;

	while (span_next_rune(&label, &c))
		if (c >= n && c < least)
			least = c;
	return least;
}

/* A label has at most LABEL_BYTES characters, so that no sum overflows. */
static void
put_label(struct strbuf *out, struct span label)
{
	uint32_t n = INITIAL_N, bias = INITIAL_BIAS, delta = 0;
	uint32_t n_basic = 0, n_done, n_points = 0, c;
	struct span rest = label;

	strbuf_str(out, "xn--");
	while (span_next_rune(&rest, &c)) {
		n_points++;
		if (c >= INITIAL_N)
			continue;
		strbuf_char(out, (char)c);
		n_basic++;
	}
	if (n_basic > 0)
		strbuf_char(out, '-');
	for (n_done = n_basic; n_done < n_points; delta++, n++) {
		uint32_t m = next_point(label, n);

		delta += (m - n) * (n_done + 1);
		n = m;
		rest = label;
		while (span_next_rune(&rest, &c)) {
			delta += c < n;
			if (c != n)
				continue;
			put_delta(out, delta, bias);
			bias = adapt(delta, n_done + 1, n_done == n_basic);
			delta = 0;
			n_done++;
		}
	}
}

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static void
decode_percent(struct span s, struct strbuf *out)
{
	for (size_t i = 0; i < s.n; i++) {
		int high = i + 2 < s.n ? hex_value(s.p[i + 1]) : -1;
		int low = i + 2 < s.n ? hex_value(s.p[i + 2]) : -1;

		if (s.p[i] == '%' && high >= 0 && low >= 0) {
			strbuf_char(out, (char)(high * 16 + low));
			i += 2;
		} else {
			strbuf_char(out, s.p[i]);
		}
	}
}

/* Letters, digits, '-', '_', and anything beyond ASCII. */
static bool
is_label(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') &&
			c != '-' && c != '_' && (unsigned char)c < 0x80)
			return false;
	}
	return s.n <= 4 * LABEL_BYTES;
}

static bool
put_labels(struct strbuf *out, struct span folded)
{
	bool final_dot = span_ends(folded, ".");
	struct span label;

	while (span_next(&folded, '.', &label)) {
		size_t start = out->n;

		if (!is_label(label))
			return false;
		if (is_ascii(label))
			strbuf_span(out, label);
		else
			put_label(out, label);
		if (out->n - start > LABEL_BYTES)
			return false;
		if (folded.n > 0)
			strbuf_char(out, '.');
	}
	if (final_dot)
		strbuf_char(out, '.');
	return true;
}

bool
punycode_host(struct span host, struct strbuf *out)
{
	struct strbuf plain = STRBUF_INIT(HOST_BYTES);
	struct strbuf folded = STRBUF_INIT(HOST_BYTES);
	size_t start = out->n;
	bool ok = false;

	if (is_ascii(host) && span_find(host, '%') == SIZE_MAX)
		return false;
	decode_percent(host, &plain);
	if (!plain.full && !is_ascii(strbuf_as_span(&plain)) &&
		span_is_utf8(strbuf_as_span(&plain))) {
		fold_text(strbuf_as_span(&plain), &folded);
		ok = !folded.full && folded.n > 0 &&
			put_labels(out, strbuf_as_span(&folded)) && !out->full;
	}
	if (!ok)
		strbuf_cut(out, start);
	strbuf_fini(&plain);
	strbuf_fini(&folded);
	return ok;
}
