/*
 * What pool.c and pool_child.c say to each other: frames of a head and n bytes.
 * Both ends are the same binary, so the host's byte order is fine.
 */
#ifndef NW_IO_POOL_FRAME_H
#define NW_IO_POOL_FRAME_H

#include <stdint.h>

enum pool_frame_type {
	POOL_FRAME_READY = 1, /* child: set up, once, empty */
	POOL_FRAME_JOB = 2, /* parent */
	POOL_FRAME_REPLY = 3 /* child */
};

struct pool_frame {
	uint32_t type; /* enum pool_frame_type */
	uint32_t n;
	uint64_t
		job; /* a reply has its job's; so none is taken for another's */
};

#endif
