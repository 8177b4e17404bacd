#include "deliver/secrets.h"

#include "base/mem.h"
#include "deliver/settings.h"

/* Shorter ones are no secrets, and would be found all over a text. */
#define LEAST_BYTES 6
#define LEAST_URL_PART 8

static void
add(struct secrets *s, const char *key, struct span text)
{
	vec_push(&s->v, (struct secret){key, span_dup(text)});
}

static bool
is_url(struct span s)
{
	return span_starts(s, "http://") || span_starts(s, "https://");
}

static size_t
host_end(struct span url)
{
	size_t at = span_find_str(url, "://") + 3;

	while (at < url.n && url.p[at] != '/')
		at++;
	return at;
}

/* Answers like to quote the path of a URL, or its key. */
static void
add_url_parts(struct secrets *s, struct span url)
{
	size_t start, end;

	if (!is_url(url))
		return;
	start = host_end(url);
	add(s, NULL, span_sub(url, start, SIZE_MAX));
	while (start < url.n) {
		end = start;
		while (end < url.n && !strchr("/?&=#", url.p[end]))
			end++;
		if (end - start >= LEAST_URL_PART)
			add(s, NULL, span_sub(url, start, end - start));
		start = end + 1;
	}
}

int
secrets_load(const struct channel_conf *conf, const struct setting_rule *rules,
	struct secrets *s, struct err *err)
{
	char *text;

	for (const struct setting_rule *r = rules; r->name; r++) {
		if (r->type != SETTING_SECRET)
			continue;
		if (setting_secret(conf, r->name, &text, err) == -1)
			return -1;
		if (!text)
			continue;
		vec_push(&s->v, (struct secret){r->name, text});
		add_url_parts(s, span_of(text));
	}
	return 0;
}

void
secrets_add(struct secrets *s, struct span text)
{
	add(s, NULL, text);
}

void
secrets_fini(struct secrets *s)
{
	vec_each (struct secret *, one, &s->v) {
		explicit_bzero(one->text, strlen(one->text));
		mem_free(&one->text);
	}
	vec_fini(&s->v);
}

struct span
secrets_get(const struct secrets *s, const char *key)
{
	vec_each (const struct secret *, one, &s->v)
		if (one->key && strcmp(one->key, key) == 0)
			return span_of(one->text);
	return SPAN_NULL;
}

/* Bytes of the longest secret that text starts with; 0 if it starts with none.
 */
static size_t
secret_at(const struct secrets *s, struct span text)
{
	size_t n, best = 0;

	vec_each (const struct secret *, one, &s->v) {
		/* Of a URL, where it goes to is no secret. */
		if (is_url(span_of(one->text)))
			continue;
		n = strlen(one->text);
		if (n >= LEAST_BYTES && n > best &&
			span_starts(text, one->text))
			best = n;
	}
	return best;
}

void
secrets_mask(const struct secrets *s, struct span text, struct strbuf *out)
{
	size_t n;

	for (size_t i = 0; i < text.n;) {
		n = s ? secret_at(s, span_sub(text, i, SIZE_MAX)) : 0;
		if (n > 0)
			strbuf_str(out, SECRETS_MASK);
		else
			strbuf_char(out, text.p[i]);
		i += n > 0 ? n : 1;
	}
}
