/*
 * Fuzz targets: tests/fuzz/NAME_fuzz.c defines this one function. It is built
 * twice: with libFuzzer (--enable-fuzzing, clang) as NAME_fuzz, and with
 * replay_main.c as NAME_replay, which `make check` runs over
 * tests/fuzz/corpus/NAME. A target aborts (assert) where a promise is broken.
 */
#ifndef NW_TESTS_FUZZ_H
#define NW_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

#endif
