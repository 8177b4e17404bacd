/*
 * Templates: any text is read or refused with a reason at a place in it; what
 * was read renders as valid text within its part's limit. The first byte
 * chooses that limit.
 */
#include <assert.h>

#include "deliver/sample.h"
#include "deliver/template.h"
#include "fuzz.h"
#include "model/limits.h"

#define TEMPLATE_BYTES 4096 /* longer ones find nothing new */

struct mistakes {
	struct span text;
	unsigned n;
};

static void
on_mistake(const struct place *at, enum report_level level, const char *message,
	void *arg)
{
	struct mistakes *m = arg;

	(void)level;
	assert(message[0] && at->line > 0 && at->column > 0);
	assert(at->line <= m->text.n + 1 && at->column <= m->text.n + 1);
	m->n++;
}

static void
render(const struct template *t, const struct template_part *parts)
{
	struct strbuf json = STRBUF_INIT(LIMIT_HIT_BYTES), out;
	struct message_hits hits = {.channel = SPAN_LIT("c"), .n = 2};
	struct span both[2];
	struct view *view;

	sample_hit((struct wall){1772366403000}, &json);
	both[0] = both[1] = strbuf_as_span(&json);
	hits.json = both;
	view = view_new(&hits);
	strbuf_init(&out, MIB(2));
	for (size_t i = 0; parts[i].name; i++) {
		strbuf_clear(&out);
		template_render(t, i, view, &out);
		assert(span_is_utf8(strbuf_as_span(&out)));
		assert(template_length(parts[i].unit, strbuf_as_span(&out)) <=
			parts[i].max);
	}
	strbuf_fini(&out);
	strbuf_fini(&json);
	view_free(&view);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct template_part parts[] = {
		{"text", MARKUP_HTML, UNIT_BYTES, 0, false},
		{"title", MARKUP_TELEGRAM, UNIT_UTF16, 0, true},
		{.name = NULL},
	};
	struct mistakes m = {{NULL, 0}, 0};
	struct report report = {.put = on_mistake, .arg = &m};
	struct template *t;

	if (n < 1 || n > TEMPLATE_BYTES)
		return 0;
	parts[0].max = (size_t)data[0] * 16;
	parts[1].max = data[0];
	if (data[0] % 2 == 0) /* one part, as most targets have */
		parts[1].name = NULL;
	m.text = span_make((const char *)data + 1, n - 1);
	t = template_parse(m.text, "t", parts, &report);
	assert(!t == (m.n > 0));
	if (t)
		render(t, parts);
	template_free(&t);
	return 0;
}
