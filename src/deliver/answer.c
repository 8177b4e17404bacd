#include "deliver/answer.h"

#include "base/date.h"

static const struct {
	unsigned from, to; /* inclusive */
	enum outcome outcome;
} meanings[] = {
	{200, 299, OUTCOME_SENT},
	/* A POST is not redirected. What moved for good needs the operator;
	 * the others may be a login page or a proxy in between. */
	{301, 301, OUTCOME_NEVER},
	{308, 308, OUTCOME_NEVER},
	{100, 399, OUTCOME_LATER},
	{408, 408, OUTCOME_LATER}, /* request timeout */
	{425, 425, OUTCOME_LATER}, /* too early */
	{429, 429, OUTCOME_LATER}, /* too many requests */
	{400, 499, OUTCOME_NEVER},
	{500, 599, OUTCOME_LATER},
};

enum outcome
answer_outcome(unsigned status)
{
	for (size_t i = 0; i < sizeof(meanings) / sizeof(*meanings); i++)
		if (status >= meanings[i].from && status <= meanings[i].to)
			return meanings[i].outcome;
	return OUTCOME_LATER;
}

int64_t
answer_retry_after_ms(
	struct span retry_after, struct span date, struct wall now)
{
	struct wall then, base = now;
	int64_t ms, seconds;

	retry_after = span_trim(retry_after);
	if (retry_after.n == 0)
		return -1;
	if (span_i64(retry_after, 0, INT64_MAX, &seconds)) {
		if (seconds > ANSWER_RETRY_AFTER_MAX_MS / 1000)
			return ANSWER_RETRY_AFTER_MAX_MS;
		return seconds * 1000;
	}
	if (!date_parse(retry_after, &then))
		return -1;
	if (date.n > 0 && !date_parse(date, &base))
		base = now;
	ms = then.ms - base.ms;
	if (ms < 0)
		return 0;
	return ms > ANSWER_RETRY_AFTER_MAX_MS ? ANSWER_RETRY_AFTER_MAX_MS : ms;
}
