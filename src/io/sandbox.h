/*
 * A cage for a process that reads hostile bytes: no new privileges, resource
 * limits, no descriptors but those named, and a system call filter under which
 * it can compute, allocate memory, and read and write what is open. Anything
 * else (opening a file, a socket, a process, executable memory) kills it with
 * SIGSYS. There is no way out of it. The door to libseccomp.
 *
 * What glibc would load later (charset converters, time zones) must be opened
 * before. Under sanitizers there is neither filter nor memory limit: their
 * runtime needs more.
 */
#ifndef NW_IO_SANDBOX_H
#define NW_IO_SANDBOX_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sandbox_profile {
	uint64_t memory_bytes; /* address space (RLIMIT_AS); 0: no limit */
	uint64_t cpu_s; /* processor time in all (RLIMIT_CPU); 0: no limit */
	const int *keep; /* descriptors to keep beside 0, 1, 2 */
	size_t n_keep;
	/* For ps and the kernel's log, 15 bytes count: a program run from a
	 * descriptor would show as a number. NULL: as it is. */
	const char *name;
};

/* ERR_PERM if the kernel refuses: the process must not go on. */
NW_MUST_CHECK int sandbox_enter(
	const struct sandbox_profile *p, struct err *err);
/* Does this build filter system calls (no sanitizers)? */
bool sandbox_is_strict(void);
/* Closes every descriptor but 0, 1, 2 and keep. */
void sandbox_close_fds(const int *keep, size_t n_keep);

#endif
