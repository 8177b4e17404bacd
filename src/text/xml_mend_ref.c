/* References: numeric, HTML's, and those that the document declares. */
#include "text/entity.h"
#include "text/xml_mender.h"
#include "text/xml_names.h"

#define ENTITY_DEPTH_MAX 16

/* Is it a reference of XML itself: numeric, or one of the five? */
static bool
is_plain_reference(struct span ref)
{
	static const char *const five[] = {
		"&amp;", "&lt;", "&gt;", "&quot;", "&apos;"};

	if (ref.p[ref.n - 1] != ';')
		return false;
	if (ref.p[1] == '#')
		return true;
	for (size_t i = 0; i < sizeof(five) / sizeof(five[0]); i++)
		if (span_eq_str(ref, five[i]))
			return true;
	return false;
}

/* The entity that s (at '&') refers to, if the document declares it. */
static struct xml_entity *
declared(const struct mender *m, struct span s, size_t *used)
{
	size_t n = 1;

	if (!m->entities)
		return NULL;
	while (n < s.n && xml_is_name(s.p[n]))
		n++;
	if (n >= s.n || s.p[n] != ';')
		return NULL;
	*used = n + 1;
	return xml_entities_get(m->entities, span_sub(s, 1, n - 1));
}

static bool
open_entity(struct mender *m, struct xml_entity *e, const char *at)
{
	if (e->open || m->entity_depth == ENTITY_DEPTH_MAX) {
		mend_flaw(m, at, "an entity refers to itself");
		return false;
	}
	if (!mend_charge(m, e->text.n + 1))
		return false;
	e->open = true;
	m->entity_depth++;
	return true;
}

static void
close_entity(struct mender *m, struct xml_entity *e)
{
	e->open = false;
	m->entity_depth--;
}

/* Decodes what the document does not declare; 0: the '&' is text. */
static size_t
decode(struct mender *m, struct span s, struct strbuf *out)
{
	size_t used = entity_decode(s, true, out);

	if (used == 0) {
		mend_flaw(m, s.p, "a '&' that is no reference");
		strbuf_char(out, '&');
		return 1;
	}
	if (!is_plain_reference(span_sub(s, 0, used)) && !m->external)
		mend_flaw(m, s.p, "an entity that is not declared");
	return used;
}

/* s starts with '&'. Returns the bytes used. */
static size_t
text_reference(struct mender *m, struct span s)
{
	size_t used;
	struct xml_entity *e = declared(m, s, &used);

	if (e) {
		if (open_entity(m, e, s.p)) {
			mend_content(m, e->text);
			close_entity(m, e);
		}
		return used;
	}
	strbuf_clear(&m->reference);
	used = decode(m, s, &m->reference);
	mend_deliver(m, strbuf_as_span(&m->reference));
	return used;
}

void
mend_text(struct mender *m, struct span s)
{
	while (s.n > 0 && m->state == MEND_ON) {
		size_t at = span_find(s, '&'), used;

		mend_deliver(m, span_sub(s, 0, at));
		if (at == SIZE_MAX)
			return;
		s = span_sub(s, at, s.n);
		used = text_reference(m, s);
		s = span_sub(s, used, s.n);
	}
}

void
mend_append_value(struct mender *m, struct span s)
{
	while (s.n > 0 && m->state == MEND_ON) {
		size_t at = span_find(s, '&'), used;
		struct xml_entity *e;

		strbuf_span(&m->values, span_sub(s, 0, at));
		if (at == SIZE_MAX)
			return;
		s = span_sub(s, at, s.n);
		e = declared(m, s, &used);
		if (!e) {
			used = decode(m, s, &m->values);
		} else if (open_entity(m, e, s.p)) {
			mend_append_value(m, e->text);
			close_entity(m, e);
		}
		s = span_sub(s, used, s.n);
	}
}
