/*
 * Titles made from one template: "Acme Q2 results: profit up 12%" and "Birch
 * Q2 results: profit up 9%" share most of their words and are two stories. A
 * title's slots are what a template leaves open: numbers, names, symbols, the
 * first word. Pure.
 */
#ifndef NW_STORY_FRAME_H
#define NW_STORY_FRAME_H

#include "story/vector.h"

/*
 * Is the item's title the story's but for its slots? v is the story's mean, in
 * which a word of every title weighs 1. same_figures: both have figures, and
 * they agree, so that other words are another way to say it. days: between
 * item and story; within a few, other figures alone are an update, and a
 * later one is the next of a series.
 */
bool frame_conflicts(const struct features *f, const struct vector *v,
	bool same_figures, float days);

/* Do the titles differ in figures alone, within a few days? "Quake kills 12"
 * and "Quake kills 15" are one story. */
bool frame_is_update(
	const struct features *f, const struct vector *v, float days);

/* Has a title of three words or more but one in common with the story's? Then
 * headlines say too little to be of the same. */
bool frame_is_thin(const struct features *f, const struct vector *v);

#endif
