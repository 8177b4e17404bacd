#include "deliver/sample.h"

#include "model/hit.h"

#define TITLE "Test: Example Corp to buy Sample Inc for $2 billion"
#define SENTENCE \
	"Example Corp agreed to buy Sample Inc for $2 billion, The Example " \
	"Times reported on Sunday."
#define TEXT SENTENCE " This is a test of newswatch, nothing has happened."
#define PUBLISHED_MS 90000 /* before it was detected */

static const struct span tickers[] = {SPAN_INIT("NYSE:EXMP")};
static const struct mention mentions[] = {
	{FIELD_TEXT, 0, 12, SPAN_INIT("Example Corp")}};
static const struct hit_entity entities[] = {{
	.id = SPAN_INIT("example-corp"),
	.name = SPAN_INIT("Example Corp"),
	.kind = ENTITY_COMPANY,
	.tickers = {tickers, 1},
	.watchlist = SPAN_INIT("test"),
	.role = SPAN_INIT("actor"),
	.relevance = 96,
	.confidence = 0.98,
	.mentions = mentions,
	.n_mentions = 1,
}};
static const struct hit_fact facts[] = {{
	.kind = SPAN_INIT("money"),
	.value = 2e9,
	.currency = SPAN_INIT("USD"),
	.text = SPAN_INIT("$2 billion"),
}};
static const struct hit_event events[] = {{
	.type = SPAN_INIT("mna"),
	.entity = SPAN_INIT("Example Corp"),
	.role = SPAN_INIT("actor"),
	.stage = SPAN_INIT("agreed"),
	.modality = SPAN_INIT("reported"),
	.confidence = 0.94,
	.field = FIELD_TEXT,
	.end = sizeof(SENTENCE) - 1,
	.sentence = SPAN_INIT(SENTENCE),
	.facts = facts,
	.n_facts = 1,
}};

void
sample_hit(struct wall t, struct strbuf *out)
{
	const struct item item = {
		.url = SPAN_LIT("https://news.example/deal?id=1&from=rss"),
		.title = SPAN_LIT(TITLE),
		.text = SPAN_LIT(TEXT),
		.language = SPAN_LIT("en"),
		.published = {t.ms - PUBLISHED_MS},
	};
	const struct hit_story story = {
		.id = "000000000000000000000000000000aa",
		.first_seen = {t.ms - PUBLISHED_MS},
		.novelty = 100,
		.articles = 3,
		.publishers = 2,
		.independent = 1,
		.status = SPAN_LIT("reported"),
		.key_company = SPAN_LIT("Example Corp"),
		.primary_name = SPAN_LIT("The Example Times"),
		.primary_class = SPAN_LIT("media"),
		.primary_url = SPAN_LIT("https://times.example/deal"),
	};
	struct hit h = {
		.kind = HIT_NEW,
		.detected = t,
		.item_id = "000000000000000000000000000000ab",
		.item = &item,
		.feed = {.url = SPAN_LIT("https://news.example/feed.xml"),
			.title = SPAN_LIT("News Example"),
			.publisher = SPAN_LIT("News Example"),
			.domain = SPAN_LIT("news.example")},
		.entities = entities,
		.n_entities = 1,
		.events = events,
		.n_events = 1,
		.story = &story,
		.published_to_seen_ms = PUBLISHED_MS,
	};

	hit_id(h.item_id, h.kind, h.revision, h.id);
	hit_format(&h, out);
}
