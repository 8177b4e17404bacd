/* See story_reporting.h. */
#include "trial/story_reporting.h"

#include <assert.h>
#include <stdio.h>
#include <sysexits.h>

#include "model/json.h"
#include "model/limits.h"

static int
load_publishers(struct story_reporting *r, const struct opt_texts *files)
{
	struct strbuf messages = STRBUF_INIT(MIB(1));
	struct err err;
	int rc = config_load_publishers(
		files->p, files->n, &r->config, &messages, &err);

	fputs(strbuf_cstr(&messages), stderr);
	strbuf_fini(&messages);
	if (rc != 0) {
		fprintf(stderr, "newswatch stories: %s\n", err.msg);
		return EX_CONFIG;
	}
	r->publishers = publishers_new(&r->config->publishers);
	return EX_OK;
}

int
story_reporting_init(
	struct story_reporting *r, const struct story_reporting_files *files)
{
	int code;

	*r = (struct story_reporting){.arena = arena_new()};
	code = classifying_init(&r->classifying, &files->types, "stories");
	if (code == EX_OK)
		code = load_publishers(r, &files->publishers);
	if (code == EX_OK && files->watchlists.n > 0)
		code = watching_init(&r->watching, &files->watchlists);
	return code;
}

void
story_reporting_fini(struct story_reporting *r)
{
	watching_fini(&r->watching);
	classifying_fini(&r->classifying);
	publishers_free(&r->publishers);
	config_unref(&r->config);
	arena_free(&r->arena);
}

void
story_reporting_member(struct story_reporting *r, const struct article *a,
	struct features *f, const struct item_key *id, struct wall when,
	struct strbuf *out)
{
	struct match_options match = {.feed = &a->feed};
	struct match_result named = {0};
	struct events_result events = {0};
	struct story_member m = {
		.item = *id,
		.when = when,
		.seen = when,
		.title = a->item->title,
		.url = a->item->url,
		.language = a->item->language,
		.publisher = a->feed.publisher,
		.domain = a->feed.domain,
		.words = f->words,
	};

	arena_reset(r->arena);
	if (r->watching.matcher)
		match_item(
			r->watching.matcher, a->item, &match, r->arena, &named);
	for (size_t i = 0; i < named.n; i++)
		for (size_t j = 0; j < named.entities[i].n_mentions; j++)
			features_watch(f, named.entities[i].mentions[j].text);
	classifier_run(r->classifying.classifier, a->item, named.entities,
		named.n, NULL, r->arena, &events);
	item_sources_find(
		a->item, named.entities, named.n, r->arena, &m.sources);
	m.entities = named.entities;
	m.n_entities = named.n;
	m.events = events.events;
	m.n_events = events.n;
	memcpy(m.sketch, f->sketch, sizeof(m.sketch));
	story_member_format(&m, out);
}

static void
put_items(const struct story_reporting_story *s,
	const struct member_verdict *verdicts, size_t n, struct json_w *w)
{
	json_w_key(w, "items");
	json_w_array(w);
	for (size_t i = 0; i < n; i++) {
		const struct member_verdict *v = &verdicts[i];

		json_w_object(w);
		json_w_kv_text(w, "item", s->names[i]);
		json_w_kv_text(w, "publisher", v->publisher);
		json_w_kv_text(w, "family", v->family);
		json_w_kv_str(w, "part", member_part_name(v->part));
		json_w_key(w, "of");
		if (v->of != i && v->of < n)
			json_w_text(w, s->names[v->of]);
		else
			json_w_null(w);
		json_w_kv_text(w, "why", v->why);
		json_w_object_end(w);
	}
	json_w_array_end(w);
}

void
story_reporting_format(struct story_reporting *r,
	const struct story_reporting_story *s, struct strbuf *out)
{
	size_t n = s->n < STORY_MEMBERS_MAX ? s->n : STORY_MEMBERS_MAX;
	struct story_member *members;
	struct member_verdict *verdicts;
	struct story_case c = {
		.n_members = n,
		.articles = (unsigned)s->n,
		.publishers = r->publishers,
	};
	struct hit_story story = {0};
	struct json_w w;

	arena_reset(r->arena);
	members = arena_array(r->arena, n, sizeof(*members));
	verdicts = arena_array(r->arena, n, sizeof(*verdicts));
	for (size_t i = 0; i < n; i++) {
		int rc = story_member_parse(
			s->members[i], r->arena, &members[i], NULL);

		assert(rc == 0); /* our own bytes */
		(void)rc;
	}
	c.members = members;
	story_report(&c, r->arena, &story, verdicts);
	item_id(&s->id, story.id);
	story.first_seen = members[0].seen;
	if (story.first_seen.ms == 0) /* no date came before it */
		story.first_seen.ms = ITEM_UNDATED;
	json_w_init(&w, out);
	json_w_object(&w);
	json_w_key(&w, "story");
	hit_story_format(&story, &w);
	put_items(s, verdicts, n, &w);
	json_w_object_end(&w);
}
