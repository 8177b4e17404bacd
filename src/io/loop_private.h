/* For the other two doors to libevent, http_conn.c and redis.c. */
#ifndef NW_IO_LOOP_PRIVATE_H
#define NW_IO_LOOP_PRIVATE_H

struct event_base;
struct loop;

struct event_base *loop_base(struct loop *l);

#endif
