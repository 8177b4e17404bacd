/*
 * `newswatch watch import`: a list of companies as the SEC publishes it becomes
 * a CSV watchlist. Two layouts are known:
 *
 *	{"0":{"cik_str":320193,"ticker":"AAPL","title":"Apple Inc."}, ...}
 *	{"fields":["cik","name","ticker","exchange"],
 *	 "data":[[320193,"Apple Inc.","AAPL","Nasdaq"], ...]}
 */
#ifndef NW_CLI_WATCH_IMPORT_H
#define NW_CLI_WATCH_IMPORT_H

#include "base/err.h"
#include "base/strbuf.h"

struct watch_import_counts {
	size_t rows; /* of the file */
	size_t companies; /* written */
	size_t tickers; /* written */
	size_t not_shares; /* tickers of preferred shares, warrants, units */
	size_t broken; /* rows without a number, a title or a ticker */
};

/*
 * Appends the CSV for the JSON text; name is for messages. Rows of one company,
 * by its number, become one line. ERR_INPUT if the text has neither layout.
 */
NW_MUST_CHECK int watch_import(struct span text, const char *name,
	struct strbuf *out, struct watch_import_counts *counts,
	struct err *err);

/* A title as people write the name, appended: without legal form and state, and
 * not in capitals. */
void watch_import_name(struct span title, struct strbuf *out);

#endif
