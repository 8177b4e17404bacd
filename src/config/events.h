/*
 * The event language from YAML: the built-in types (etc/events.yaml, also
 * compiled in) and users' own files over them. A type of the same id replaces
 * the one before it, or adds to it with `extend: true`; a list of words of the
 * same name replaces it; cues add up.
 */
#ifndef NW_CONFIG_EVENTS_H
#define NW_CONFIG_EVENTS_H

#include "base/err.h"
#include "base/strbuf.h"
#include "config/yaml.h"
#include "model/event_type.h"

struct event_catalog;

/*
 * The built-in types, then each file in order. On failure -1, ERR_CONF; report
 * then holds every mistake as file:line:col. What a pattern means is checked
 * when it is compiled (event/compile.h).
 */
NW_MUST_CHECK int config_load_events(const char *const *files, size_t n,
	struct event_catalog **out, struct strbuf *report, struct err *err);
/* Of these texts alone, without the built-in ones. name: for messages. */
NW_MUST_CHECK int config_parse_events(struct span text, const char *name,
	struct event_catalog **out, struct strbuf *report, struct err *err);
/* Lives as long as the catalogue. */
const struct event_types *event_catalog_types(const struct event_catalog *c);
void event_catalog_free(struct event_catalog **c);

/*
 * For config's own loader: sections as they come from its files. Mistakes go
 * to diag, which is borrowed; take frees the loading and gives the catalogue
 * away, whatever was wrong.
 */
struct event_loading;

struct event_loading *event_loading_new(struct diag *diag);
void event_loading_builtin(struct event_loading *l);
/* key is one of event_words, event_types, event_cues. file lives as long as
 * the catalogue: it is in places. */
void event_loading_part(struct event_loading *l, const char *file,
	struct span key, const struct yaml_node *value);
struct event_catalog *event_loading_take(struct event_loading **l);

/* etc/events.yaml as it was when newswatch was built. */
extern const struct span events_builtin;

#endif
