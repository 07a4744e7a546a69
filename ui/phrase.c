/* Words of tables: see phrase.h. */
#include "ui/phrase.h"

GtkStringList *
cap_phrase_list_new(const char *const *words)
{
  GtkStringList *list = gtk_string_list_new(NULL);
  for (; *words != NULL; words++)
    gtk_string_list_append(list, _(*words));
  return list;
}

GtkWidget *
cap_phrase_drop_down_new(const char *const *words)
{
  return gtk_drop_down_new(G_LIST_MODEL(cap_phrase_list_new(words)), NULL);
}

char *
cap_phrase_capital(const char *words)
{
  if (*words == '\0') /* which gettext answers with the head of its file */
    return g_strdup("");
  const char *own = _(words);
  char first[6];
  const int n =
      g_unichar_to_utf8(g_unichar_toupper(g_utf8_get_char(own)), first);
  return g_strdup_printf("%.*s%s", n, first, g_utf8_next_char(own));
}
