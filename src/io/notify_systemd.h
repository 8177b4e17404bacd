/*
 * Telling systemd how we are: the sd_notify protocol over $NOTIFY_SOCKET,
 * without libsystemd. Without that variable every call does nothing. Failures
 * are silent: nobody could act on them.
 * Source: sd_notify(3), systemd.service(5) Type=notify-reload.
 */
#ifndef NW_IO_NOTIFY_SYSTEMD_H
#define NW_IO_NOTIFY_SYSTEMD_H

#include <stdint.h>

#include "base/err.h"

/* Takes $NOTIFY_SOCKET and $WATCHDOG_USEC out of the environment, so that
 * children do not speak for us. Call once, before the others. */
void notify_systemd_init(void);
void notify_systemd_ready(void);
/* READY comes again when the reload is over. */
void notify_systemd_reloading(void);
void notify_systemd_stopping(void);
/* One line for `systemctl status`. */
void notify_systemd_status(const char *fmt, ...) NW_PRINTF(1, 2);
void notify_systemd_watchdog(void);
/* How often to call notify_systemd_watchdog(): half of what systemd allows;
 * 0 if it does not watch this process. */
int64_t notify_systemd_watchdog_ms(void);

#endif
