/* Removing a directory that we made. */
#ifndef NW_CLI_REMOVE_H
#define NW_CLI_REMOVE_H

/* With all below it, following no links. Failures are ignored: it is in /tmp.
 */
void remove_tree(const char *path);

#endif
