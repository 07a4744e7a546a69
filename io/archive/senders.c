/* Who may send to our storage SCP: see senders.h. */
#include "io/archive/senders.h"

#include "core/error.h"

#include <string.h>

gboolean
cap_sender_is_ae_title(const char *text)
{
  return text != NULL && *text != '\0' && strlen(text) <= 16 &&
         g_str_is_ascii(text) && strchr(text, '\\') == NULL;
}

CapSender *
cap_sender_new(const char *host, const char *ae_title)
{
  CapSender *sender = g_new0(CapSender, 1);
  sender->host = g_strdup(host);
  sender->ae_title = g_strdup(ae_title);
  return sender;
}

void
cap_sender_free(CapSender *sender)
{
  g_free(sender->host);
  g_free(sender->ae_title);
  g_resolver_free_addresses(sender->addresses);
  g_free(sender);
}

/* Adds the sender that ENTRY ("HOST AE-TITLE") names to LIST. */
static gboolean
read_one(const char *entry, GPtrArray *list)
{
  g_autofree char *both = g_strstrip(g_strdup(entry));
  char *gap = strpbrk(both, " \t");
  if (gap == NULL || list->len == CAP_SENDERS_MAX)
    return FALSE;
  *gap = '\0';
  const char *title = g_strstrip(gap + 1);
  if (!cap_sender_is_ae_title(title))
    return FALSE;
  g_ptr_array_add(list, cap_sender_new(both, title));
  return TRUE;
}

GPtrArray *
cap_senders_read(const char *text)
{
  g_autoptr(GPtrArray) list =
      g_ptr_array_new_with_free_func((GDestroyNotify)cap_sender_free);
  g_auto(GStrv) entries = g_strsplit(text, ";", -1);
  for (int i = 0; entries[i] != NULL; i++)
    if (*g_strstrip(entries[i]) != '\0' && !read_one(entries[i], list))
      return NULL;
  return g_steal_pointer(&list);
}

gboolean
cap_senders_resolve(const GPtrArray *senders, GError **error)
{
  g_autoptr(GResolver) resolver = g_resolver_get_default();
  for (guint i = 0; i < senders->len; i++) {
    CapSender *sender = senders->pdata[i];
    g_autoptr(GError) cause = NULL;
    if (sender->addresses == NULL)
      sender->addresses =
          g_resolver_lookup_by_name(resolver, sender->host, NULL, &cause);
    if (cause != NULL) {
      g_set_error(error, CAP_ERROR, CAP_ERROR_UNREACHABLE,
                  "the host “%s”, from which images may come, is not known: %s",
                  sender->host, cause->message);
      return FALSE;
    }
  }
  return TRUE;
}

int
cap_senders_find(const GPtrArray *senders, GInetAddress *address, guint from)
{
  for (guint i = from; i < senders->len; i++) {
    const CapSender *sender = senders->pdata[i];
    for (GList *at = sender->addresses; at != NULL; at = at->next)
      if (g_inet_address_equal(at->data, address))
        return (int)i;
  }
  return -1;
}
