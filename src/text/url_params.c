/*
 * What query parameters are called: those that track readers, for the
 * canonical form, and those that are secrets, for masking. Tables of names that
 * publishers, mailers and advertisers put on links.
 */
#include "text/url.h"

struct param {
	const char *name; /* lower case; a final '*' stands for any ending */
	const char *value; /* NULL: any */
};

static const struct param tracking[] = {
	{"__s", NULL}, /* Drip */
	{"__source", NULL},
	{"__twitter_impression", NULL},
	{"_ga", NULL},
	{"_gl", NULL},
	{"_hsenc", NULL}, /* HubSpot */
	{"_hsmi", NULL},
	{"_kx", NULL}, /* Klaviyo */
	{"_openstat", NULL},
	{"at_campaign*", NULL}, /* AT Internet */
	{"at_custom*", NULL},
	{"at_format", NULL},
	{"at_link*", NULL},
	{"at_medium", NULL},
	{"at_ptr_name", NULL},
	{"cmp", "rss*"},
	{"cmpid", NULL},
	{"dclid", NULL},
	{"emc", "rss*"},
	{"fb_action_*", NULL},
	{"fb_ref", NULL},
	{"fb_source", NULL},
	{"fbclid", NULL},
	{"feedname", NULL},
	{"feedtype", "rss*"},
	{"from", "rss*"},
	{"ftag", NULL},
	{"ga_*", NULL},
	{"gbraid", NULL},
	{"gclid", NULL},
	{"gclsrc", NULL},
	{"guccounter", NULL}, /* Yahoo */
	{"guce_referrer*", NULL},
	{"hsa_*", NULL},
	{"hsctatracking", NULL},
	{"ic_source", NULL},
	{"igsh", NULL},
	{"igshid", NULL},
	{"irclickid", NULL},
	{"li_fat_id", NULL},
	{"mbid", NULL},
	{"mc_cid", NULL}, /* Mailchimp */
	{"mc_eid", NULL},
	{"mkt_tok", NULL}, /* Marketo */
	{"ml_subscriber*", NULL},
	{"mod", "rss*"},
	{"msclkid", NULL},
	{"mtm_*", NULL}, /* Matomo */
	{"ncid", NULL},
	{"ocid", NULL},
	{"oly_anon_id", NULL},
	{"oly_enc_id", NULL},
	{"partner", "rss*"},
	{"piwik_*", NULL},
	{"pk_*", NULL},
	{"rb_clickid", NULL},
	{"ref", "rss*"},
	{"ref_src", NULL},
	{"ref_url", NULL},
	{"rss", "1"},
	{"rss", ""},
	{"s_cid", NULL},
	{"smid", NULL},
	{"source", "rss*"},
	{"spm", NULL}, /* Alibaba */
	{"sr_share", NULL},
	{"src", "rss*"},
	{"srnd", NULL},
	{"ss_campaign*", NULL},
	{"taid", NULL},
	{"traffic_source", NULL},
	{"trk_*", NULL},
	{"ttclid", NULL},
	{"twclid", NULL},
	{"utm_*", NULL},
	{"vero_*", NULL},
	{"wbraid", NULL},
	{"wickedid", NULL},
	{"wt.mc_*", NULL},
	{"wt_mc*", NULL},
	{"wt_zmc", NULL},
	{"xtor", NULL},
	{"yclid", NULL}, /* Yandex */
	{"ysclid", NULL},
};

static const char *const secrets[] = {"access_key*", "access_token", "api-key",
	"api_key", "apikey", "auth*", "client_secret", "code", "credential*",
	"hash", "hmac", "jwt", "key", "passphrase", "passwd", "password", "pwd",
	"secret*", "session*", "sid", "sig", "signature", "token",
	"x-amz-credential", "x-amz-security-token", "x-amz-signature"};

static char
to_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* pattern: lower case, a final '*' stands for any ending. */
static bool
is_like(struct span s, const char *pattern)
{
	size_t i = 0;

	while (i < s.n && pattern[i] && to_lower(s.p[i]) == pattern[i])
		i++;
	return pattern[i] == '*' || (i == s.n && pattern[i] == '\0');
}

bool
url_is_tracking(struct span name, struct span value)
{
	for (size_t i = 0; i < sizeof(tracking) / sizeof(tracking[0]); i++)
		if (is_like(name, tracking[i].name) &&
			(!tracking[i].value ||
				is_like(value, tracking[i].value)))
			return true;
	return false;
}

static bool
is_secret_name(struct span name)
{
	for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++)
		if (is_like(name, secrets[i]))
			return true;
	return false;
}

/* -- masking ------------------------------------------------------------ */

#define MASK "***"
#define TOKEN_BYTES 24

enum shape { OTHER, LOWER, UPPER, DIGIT };

static enum shape
shape_of(char c)
{
	if (c >= 'a' && c <= 'z')
		return LOWER;
	if (c >= 'A' && c <= 'Z')
		return UPPER;
	return c >= '0' && c <= '9' ? DIGIT : OTHER;
}

/*
 * A token mixes cases and digits inside its words, "meta-unveils-5-models" and
 * "ThisIsATitle" hardly do. Only changes other than "Xx" count; an UUID's
 * groups of hexadecimal digits have several.
 */
static bool
is_token(struct span s)
{
	unsigned changes = 0;
	enum shape last = OTHER;

	if (s.n < TOKEN_BYTES)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		enum shape now = shape_of(s.p[i]);

		if (now == OTHER && !strchr("-_.~=+%", s.p[i]))
			return false;
		changes += now != last && now != OTHER && last != OTHER &&
			!(last == UPPER && now == LOWER);
		last = now;
	}
	return changes >= 4;
}

static void
put_masked(struct strbuf *out, struct span s, bool secret)
{
	if (secret ? s.n > 0 : is_token(s))
		strbuf_str(out, MASK);
	else
		strbuf_span(out, s);
}

/* name=value pairs between '&'. */
static void
put_masked_query(struct strbuf *out, struct span query)
{
	struct span part;
	bool more = false;

	while (span_next(&query, '&', &part)) {
		size_t eq = span_find(part, '=');

		if (more)
			strbuf_char(out, '&');
		more = true;
		if (eq == SIZE_MAX) {
			put_masked(out, part, false);
			continue;
		}
		strbuf_put(out, part.p, eq + 1);
		put_masked(out, span_sub(part, eq + 1, part.n),
			is_secret_name(span_sub(part, 0, eq)));
	}
}

static void
put_masked_path(struct strbuf *out, struct span path)
{
	size_t slash;

	while ((slash = span_find(path, '/')) != SIZE_MAX) {
		put_masked(out, span_sub(path, 0, slash), false);
		strbuf_char(out, '/');
		path = span_sub(path, slash + 1, path.n);
	}
	put_masked(out, path, false);
}

void
url_mask(struct span s, struct strbuf *out)
{
	struct url u;

	url_split(s, &u);
	if (u.scheme.p) {
		strbuf_span(out, u.scheme);
		strbuf_char(out, ':');
	}
	if (u.host.p) {
		strbuf_str(out, u.userinfo.p ? "//" MASK "@" : "//");
		strbuf_span(out, u.host);
		if (u.port.p) {
			strbuf_char(out, ':');
			strbuf_span(out, u.port);
		}
	}
	put_masked_path(out, u.path);
	if (u.query.p) {
		strbuf_char(out, '?');
		put_masked_query(out, u.query);
	}
	if (u.fragment.p) {
		strbuf_char(out, '#');
		put_masked_query(out, u.fragment);
	}
}
