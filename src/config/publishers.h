/* etc/publishers.yaml as it was when newswatch was built: the table that the
 * section `publishers` of users' own files adds to (config/load.h reads both).
 */
#ifndef NW_CONFIG_PUBLISHERS_H
#define NW_CONFIG_PUBLISHERS_H

#include "base/span.h"

extern const struct span publishers_builtin;

#endif
