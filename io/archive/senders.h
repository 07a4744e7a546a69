/* Who may send to our storage SCP. */
#pragma once

#include <gio/gio.h>

#define CAP_SENDERS_MAX 16

typedef struct {
  char *host, *ae_title;
  GList *addresses; /* of GInetAddress; by cap_senders_resolve */
} CapSender;

/* PS3.5 6.2: 1 to 16 characters of ASCII, no backslash. */
gboolean cap_sender_is_ae_title(const char *text);

/* TEXT is "HOST AE-TITLE; HOST AE-TITLE". Returns (of CapSender); NULL when it
 * is not that, or more than CAP_SENDERS_MAX. */
GPtrArray *cap_senders_read(const char *text);
CapSender *cap_sender_new(const char *host, const char *ae_title);
void cap_sender_free(CapSender *sender);

/* Finds the addresses of all SENDERS. CAP_ERROR_UNREACHABLE names the host that
 * is not known. */
gboolean cap_senders_resolve(const GPtrArray *senders, GError **error);
/* The first of SENDERS at ADDRESS, from number FROM on; -1 for none. */
int cap_senders_find(const GPtrArray *senders, GInetAddress *address,
                     guint from);
