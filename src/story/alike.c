/* See alike.h. A member keeps its slot while it is there: behind the first ones
 * the slots are a ring, in which the place of the one that leaves is the next
 * one's. */
#include "story/alike.h"

#define RING (STORY_MEMBERS_MAX - STORY_MEMBERS_FIRST)

static size_t
slot_of(const struct alike *a, size_t i)
{
	return i < STORY_MEMBERS_FIRST ? i
				       : STORY_MEMBERS_FIRST +
			(i - STORY_MEMBERS_FIRST + a->turn) % RING;
}

static size_t
place_of(const struct alike *a, size_t slot)
{
	return slot < STORY_MEMBERS_FIRST ? slot
					  : STORY_MEMBERS_FIRST +
			(slot - STORY_MEMBERS_FIRST + RING - a->turn) % RING;
}

static bool
are_alike(const struct story_member *a, const struct story_member *b)
{
	return a->words >= ALIKE_WORDS && b->words >= ALIKE_WORDS &&
		features_resemblance(a->sketch, b->sketch) >= ALIKE_RESEMBLANCE;
}

static void
set(struct alike *a, size_t x, size_t y, bool near)
{
	uint64_t bit = UINT64_C(1) << (y % ALIKE_WORD_BITS);
	uint64_t *word = &a->near[x][y / ALIKE_WORD_BITS];

	*word = near ? *word | bit : *word & ~bit;
}

void
alike_edit(
	struct alike *a, const struct story_member *members, size_t n, size_t i)
{
	size_t slot = slot_of(a, i);

	for (size_t k = 0; k < n; k++) {
		size_t other = slot_of(a, k);
		bool near = k != i && are_alike(&members[i], &members[k]);

		set(a, slot, other, near);
		set(a, other, slot, near);
	}
}

void
alike_join(struct alike *a, const struct story_member *members, size_t n)
{
	alike_edit(a, members, n, n - 1);
}

void
alike_leave(struct alike *a)
{
	a->turn = (a->turn + 1) % RING;
}

bool
alike_next(const struct alike *a, size_t i, size_t *at, size_t *k)
{
	const uint64_t *row = a->near[slot_of(a, i)];

	while (*at < STORY_MEMBERS_MAX) {
		uint64_t rest =
			row[*at / ALIKE_WORD_BITS] >> (*at % ALIKE_WORD_BITS);

		if (rest == 0) {
			*at += ALIKE_WORD_BITS - *at % ALIKE_WORD_BITS;
			continue;
		}
		*at += (size_t)__builtin_ctzll(rest);
		*k = place_of(a, (*at)++);
		return true;
	}
	return false;
}
