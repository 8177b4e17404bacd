#include "deliver/look.h"

#include <assert.h>

#include "base/file.h"
#include "base/mem.h"
#include "deliver/settings.h"
#include "deliver/target.h"
#include "deliver/templates.h"

static struct span
built_in(const char *name)
{
	for (const struct template_builtin *b = templates_builtin; b->name; b++)
		if (strcmp(b->name, name) == 0)
			return b->text;
	assert(!"every look has a template");
	return SPAN_NULL;
}

static struct template *
own_template(const struct target_look *look, const struct channel_conf *conf,
	char *path, char **text, struct report *report)
{
	const struct setting *s = channel_setting(conf, "template");
	struct strbuf b = STRBUF_INIT(TEMPLATE_BYTES_MAX);
	struct template *t = NULL;
	struct err err;

	if (file_read(path, &b, &err) == -1) {
		report_error(report, &s->value_place, "%s", err.msg);
		strbuf_fini(&b);
		return NULL;
	}
	*text = strbuf_take(&b);
	t = template_parse(span_of(*text), path, look->parts, report);
	if (!t)
		mem_free(text);
	return t;
}

struct template *
look_template(const struct target_look *look, const struct channel_conf *conf,
	char **text, struct report *report)
{
	char *path = setting_path(conf, "template");
	struct template *t;

	*text = NULL;
	if (path)
		t = own_template(look, conf, path, text, report);
	else
		t = template_parse(built_in(look->template), look->template,
			look->parts, report);
	mem_free(&path);
	return t;
}
