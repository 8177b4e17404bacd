/* The state of the clusterer as records: see cluster.h. */
#include "story/cluster_private.h"

#define FORMAT_VERSION 1

void
cluster_export_terms(const struct cluster *c, struct strbuf *out)
{
	wire_put_u8(out, FORMAT_VERSION);
	wire_put_i64(out, c->now_ms);
	wire_put_i64(out, (int64_t)c->serial);
	frequency_format(c->frequency, out);
}

bool
cluster_export_story(
	const struct cluster *c, const struct item_key *id, struct strbuf *out)
{
	const struct story *s = cluster_find(c, id);

	if (s)
		story_format(s, out);
	return s;
}

static int
import_terms(struct cluster *c, struct span bytes, struct err *err)
{
	struct wire w = {.rest = bytes};
	uint8_t version = wire_u8(&w);
	int64_t now_ms = wire_i64(&w), serial = wire_i64(&w);

	if (w.bad || version != FORMAT_VERSION || serial < 0)
		return err_set(err, ERR_INPUT,
			"terms of stories: not in version %d of the format",
			FORMAT_VERSION);
	if (frequency_parse(c->frequency, w.rest, err) < 0)
		return -1;
	if (now_ms > c->now_ms)
		c->now_ms = now_ms;
	if ((uint64_t)serial > c->serial)
		c->serial = (uint64_t)serial;
	return 0;
}

static int
import_story(struct cluster *c, const struct cluster_record *r, struct err *err)
{
	struct story *s;

	if (story_parse(r->bytes, &s, err) < 0)
		return -1;
	if (memcmp(&s->id, &r->key, sizeof(r->key)) != 0 ||
		cluster_find(c, &s->id)) {
		story_free(&s);
		return err_set(err, ERR_INPUT,
			"story: its record has another id, or it is there "
			"already");
	}
	if (s->serial >= c->serial)
		c->serial = s->serial + 1;
	cluster_open(c, s);
	cluster_expire(c, s->last_ms);
	return 0;
}

static int
import_merged(
	struct cluster *c, const struct cluster_record *r, struct err *err)
{
	struct item_key into;

	if (r->bytes.n != sizeof(into.b))
		return err_set(err, ERR_INPUT,
			"merged story: %zu bytes instead of an id", r->bytes.n);
	memcpy(into.b, r->bytes.p, sizeof(into.b));
	merged_put(c->merged, &r->key, &into);
	return 0;
}

int
cluster_import(
	struct cluster *c, const struct cluster_record *r, struct err *err)
{
	switch (r->kind) {
	case CLUSTER_RECORD_TERMS:
		return import_terms(c, r->bytes, err);
	case CLUSTER_RECORD_STORY:
		return import_story(c, r, err);
	case CLUSTER_RECORD_MERGED:
		return import_merged(c, r, err);
	}
	return err_set(err, ERR_INPUT, "record of stories of unknown kind %d",
		(int)r->kind);
}
