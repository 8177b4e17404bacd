/*
 * Names of everything newswatch has in Redis, from the configured prefix, and
 * of the fields of its streams and hashes (doc/QUEUE.md).
 *
 * In a Redis Cluster all keys that one script touches must be in one slot: set
 * the prefix to one with a hash tag, `{newswatch}:`. Key bytes are exact: parts
 * go in verbatim, none may be empty.
 */
#ifndef NW_QUEUE_KEYS_H
#define NW_QUEUE_KEYS_H

#include "base/span.h"
#include "base/strbuf.h"

#define KEYS_PREFIX "newswatch:"
#define KEYS_GROUP "newswatch" /* newswatch's own consumer group of `hits` */

enum key_kind {
	KEY_HITS, /* stream of FIELD_HIT_* */
	KEY_ALERTS, /* pub/sub channel */
	KEY_ALERTS_ENTITY, /* pub/sub channel: entity id */
	KEY_PRODUCER, /* hash `seq`, `hit`: producer */
	KEY_SEEN, /* hash of hit ids, "<producer> <seq>", with TTL: number */
	KEY_SEEN_NOW, /* string: the number of the present one */
	KEY_HIT, /* hash, while groups or deliveries have it: hit id */
	KEY_GROUP, /* list of hit ids: route, channel, group key */
	KEY_PAUSE, /* string with TTL, ms: route, channel, group key */
	KEY_DUE, /* sorted set of "<route>:<group key>": channel */
	KEY_DELIVERY, /* hash: delivery id */
	KEY_DELIVERIES, /* sorted set of delivery ids: channel */
	KEY_CHANNELS, /* set: every channel that has had something */
	KEY_TOLD, /* hash with TTL: route, story id */
	KEY_DONE, /* stream of FIELD_DONE_*: producer */
	KEY_DEAD, /* stream */
	KEY_TAKEN, /* string: all entries of `hits` up to this id are taken in
		    */
	KEY_WORKER, /* hash with TTL: worker's name */
	KEY_WORKERS, /* sorted set: workers by when they were last heard of */
	KEY_SILENCES, /* hash: silences by id */
	KEY_SILENCES_VERSION, /* string: counts changes of them */
	KEY_MUTED, /* hash: how many hits each silence and rule has muted */
	KEY_MARK, /* string with TTL, hit id: what inhibits; a rule's mark */
	KEY_CAP, /* list with TTL, ms: messages sent; route, channel */
	KEY_ACK, /* string with TTL, JSON: story or hit id */
	KEY_PENDING, /* set with TTL: what an acknowledgement stops; the same */
	KEY_BUCKET, /* hash with TTL: channel */
	KEY_BREAKER, /* hash with TTL: host */
	KEY_BREAKERS, /* set: hosts that failed last */
	KEY_CLOCK, /* string, ms: the server's clock at the last beat */
	KEY_MEMBERS, /* reserved */
	KEY_OWNER /* reserved: feed */
};

/* Parts that name one key of a kind, in the order above; spare ones empty. */
struct key_parts {
	struct span a, b, c;
};

/* Number of parts that a kind has: 0 to 3. */
unsigned key_n_parts(enum key_kind kind);
/* Appends prefix, word and parts, separated by ':'. */
void key_format(struct strbuf *out, struct span prefix, enum key_kind kind,
	struct key_parts parts);
/* Only the kinds without parts (and the start of the others, with its ':'). */
void key_stem(struct strbuf *out, struct span prefix, enum key_kind kind);

/*
 * Fields of an entry of `hits`. `producer` and `seq` say whose hit it is: its
 * outcome goes to done:<producer> with this seq and id. `told` stands (as "1")
 * in entries that refill a lost stream with hits whose deliveries were
 * confirmed long ago: newswatch's own workers acknowledge them and tell nobody.
 */
#define FIELD_HIT_ID "id"
#define FIELD_HIT_JSON "json"
#define FIELD_HIT_PRODUCER "producer"
#define FIELD_HIT_SEQ "seq"
#define FIELD_HIT_TOLD "told"

/* Fields of an entry of done:<producer>. `outcome` is one word. */
#define FIELD_DONE_SEQ "seq"
#define FIELD_DONE_HIT "hit"
#define FIELD_DONE_OUTCOME "outcome"

#endif
