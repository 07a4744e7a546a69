/* A search over rows: see row_search.h. */
#include "ui/row_search.h"
#include "ui/line_entry.h"

#include <adwaita.h>

#define KEY "cap-row-search"

typedef struct {
  gpointer target, parent; /* borrowed */
  char *words;
} Row;

static void
row_free(gpointer data)
{
  Row *row = data;
  g_free(row->words);
  g_free(row);
}

static GPtrArray *
rows_of(GtkWidget *entry)
{
  return g_object_get_data(G_OBJECT(entry), KEY);
}

/* Parents come first: what is in them is decided before them, and shown after
 * them, so that of several pages the first is turned to. */
static void
on_search(GtkWidget *entry)
{
  const GPtrArray *rows = rows_of(entry);
  g_autofree char *text =
      g_strstrip(g_strdup(gtk_editable_get_text(GTK_EDITABLE(entry))));
  g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
  for (guint i = rows->len; i-- > 0;) {
    const Row *row = rows->pdata[i];
    if (*text == '\0' ||
        (row->words != NULL && g_str_match_string(text, row->words, TRUE)))
      g_hash_table_add(seen, row->target);
    if (row->parent != NULL && g_hash_table_contains(seen, row->target))
      g_hash_table_add(seen, row->parent);
  }
  for (guint i = 0; i < rows->len; i++) {
    const Row *row = rows->pdata[i];
    g_object_set(row->target, "visible",
                 g_hash_table_contains(seen, row->target), NULL);
  }
}

GtkWidget *
cap_row_search_new(const char *name)
{
  GtkWidget *entry = cap_line_entry_search_new(name);
  g_object_set_data_full(G_OBJECT(entry), KEY,
                         g_ptr_array_new_with_free_func(row_free),
                         (GDestroyNotify)g_ptr_array_unref);
  g_signal_connect(entry, "search-changed", G_CALLBACK(on_search), NULL);
  return entry;
}

void
cap_row_search_add(GtkWidget *entry, gpointer target, gpointer parent,
                   const char *words)
{
  Row *row = g_new(Row, 1);
  *row = (Row){target, parent, g_strdup(words)};
  g_ptr_array_add(rows_of(entry), row);
}

static gboolean
finds(GtkWidget *entry)
{
  const GPtrArray *rows = rows_of(entry);
  for (guint i = 0; i < rows->len; i++) {
    gboolean seen;
    g_object_get(((const Row *)rows->pdata[i])->target, "visible", &seen, NULL);
    if (seen)
      return TRUE;
  }
  return FALSE;
}

static void
turn_stack(GtkWidget *stack, GtkWidget *entry)
{
  gtk_stack_set_visible_child_name(GTK_STACK(stack),
                                   finds(entry) ? "rows" : "nothing");
}

GtkWidget *
cap_row_search_stack_new(GtkWidget *entry, GtkWidget *content,
                         const char *nothing)
{
  GtkWidget *stack = gtk_stack_new();
  GtkWidget *page = adw_status_page_new();
  adw_status_page_set_title(ADW_STATUS_PAGE(page), nothing);
  gtk_stack_add_named(GTK_STACK(stack), content, "rows");
  gtk_stack_add_named(GTK_STACK(stack), page, "nothing");
  gtk_widget_set_vexpand(stack, TRUE);
  g_signal_connect_object(entry, "search-changed", G_CALLBACK(turn_stack),
                          stack, G_CONNECT_SWAPPED);
  return stack;
}
