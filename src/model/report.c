#include "model/report.h"

#include <stdio.h>

static void NW_PRINTF(4, 0)
	report_line(struct report *r, const struct place *place,
		enum report_level level, const char *fmt, va_list ap)
{
	char message[ERR_MSG_MAX];

	if (level == REPORT_ERROR)
		r->errors++;
	else
		r->warnings++;
	if (!r->put)
		return;
	vsnprintf(message, sizeof(message), fmt, ap);
	r->put(place, level, message, r->arg);
}

void
report_error(struct report *r, const struct place *place, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	report_line(r, place, REPORT_ERROR, fmt, ap);
	va_end(ap);
}

void
report_warning(
	struct report *r, const struct place *place, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	report_line(r, place, REPORT_WARNING, fmt, ap);
	va_end(ap);
}

void
report_to_strbuf(const struct place *place, enum report_level level,
	const char *message, void *strbuf)
{
	struct strbuf *out = strbuf;

	if (place && place->file) {
		strbuf_str(out, place->file);
		if (place->line > 0)
			strbuf_printf(
				out, ":%u:%u", place->line, place->column);
		strbuf_str(out, ": ");
	}
	strbuf_printf(out, "%s: %s\n",
		level == REPORT_ERROR ? "error" : "warning", message);
}
