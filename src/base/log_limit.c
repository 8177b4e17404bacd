#include "base/log_limit.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"

static struct log_limit_row *
find(struct log_limit *l, const char *event)
{
	struct log_limit_row *oldest = &l->rows[0];

	for (int i = 0; i < LOG_LIMIT_EVENTS; i++) {
		struct log_limit_row *row = &l->rows[i];

		if (strncmp(row->event, event, LOG_LIMIT_NAME - 1) == 0)
			return row;
		if (oldest->event[0] != '\0' &&
			(row->event[0] == '\0' ||
				row->began_ms < oldest->began_ms))
			oldest = row;
	}
	memset(oldest, 0, sizeof(*oldest));
	return oldest;
}

bool
log_limit_pass(struct log_limit *l, const char *event, struct mono now)
{
	struct log_limit_row *row = find(l, event);

	if (row->event[0] == '\0' || now.ms - row->began_ms >= LOG_WINDOW_MS) {
		snprintf(row->event, sizeof(row->event), "%s", event);
		row->began_ms = now.ms;
		row->passed = row->suppressed = 0;
	}
	if (row->passed == LOG_BURST) {
		row->suppressed++;
		return false;
	}
	row->passed++;
	return true;
}

bool
log_limit_expired(struct log_limit *l, struct mono now,
	char event[LOG_LIMIT_NAME], unsigned *suppressed)
{
	for (int i = 0; i < LOG_LIMIT_EVENTS; i++) {
		struct log_limit_row *row = &l->rows[i];

		if (row->suppressed == 0 ||
			now.ms - row->began_ms < LOG_WINDOW_MS)
			continue;
		memcpy(event, row->event, LOG_LIMIT_NAME);
		*suppressed = row->suppressed;
		memset(row, 0, sizeof(*row));
		return true;
	}
	return false;
}
