/* Names of precisions and ways, and the table of ways taken. */
#include "core/nn/precision.h"

#include <string.h>

struct CapWays {
  GHashTable *ways; /* "LAYER PASS" to way + 1 */
};

static const char *const precision_names[CAP_N_PRECISIONS] = {
    "float32", "bfloat16", "auto"};
static const char *const way_names[CAP_N_WAYS] = {"float32", "float32-own",
                                                  "bfloat16"};

/* Index of NAME among N NAMES, -1 without. */
static int
find(const char *const *names, int n, const char *name)
{
  for (int i = 0; i < n; i++)
    if (g_str_equal(names[i], name))
      return i;
  return -1;
}

const char *
cap_precision_name(CapPrecision precision)
{
  return precision_names[precision];
}

gboolean
cap_precision_parse(const char *name, CapPrecision *precision)
{
  const int i = find(precision_names, CAP_N_PRECISIONS, name);
  if (i >= 0)
    *precision = (CapPrecision)i;
  return i >= 0;
}

const char *
cap_way_name(CapWay way)
{
  return way_names[way];
}

gboolean
cap_way_parse(const char *name, CapWay *way)
{
  const int i = find(way_names, CAP_N_WAYS, name);
  if (i >= 0)
    *way = (CapWay)i;
  return i >= 0;
}

CapWays *
cap_ways_new(void)
{
  CapWays *ways = g_new(CapWays, 1);
  ways->ways = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  return ways;
}

void
cap_ways_free(CapWays *ways)
{
  if (ways == NULL)
    return;
  g_hash_table_unref(ways->ways);
  g_free(ways);
}

void
cap_ways_set(CapWays *ways, const char *layer, const char *pass, CapWay way)
{
  g_hash_table_insert(ways->ways, g_strconcat(layer, " ", pass, NULL),
                      GINT_TO_POINTER((int)way + 1));
}

gboolean
cap_ways_get(const CapWays *ways, const char *layer, const char *pass,
             CapWay *way)
{
  g_autofree char *key = g_strconcat(layer, " ", pass, NULL);
  const int found = GPOINTER_TO_INT(g_hash_table_lookup(ways->ways, key));
  if (found > 0)
    *way = (CapWay)(found - 1);
  return found > 0;
}

char *
cap_ways_text(const CapWays *ways)
{
  g_autoptr(GList) keys =
      g_list_sort(g_hash_table_get_keys(ways->ways), (GCompareFunc)strcmp);
  GString *text = g_string_new(NULL);
  for (GList *key = keys; key != NULL; key = key->next) {
    const int way =
        GPOINTER_TO_INT(g_hash_table_lookup(ways->ways, key->data)) - 1;
    g_string_append_printf(text, "%s %s\n", (const char *)key->data,
                           way_names[way]);
  }
  return g_string_free(text, FALSE);
}

void
cap_ways_read(CapWays *ways, const char *text)
{
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  for (char **line = lines; *line != NULL; line++) {
    g_auto(GStrv) words = g_strsplit(*line, " ", -1);
    CapWay way;
    if (g_strv_length(words) == 3 && cap_way_parse(words[2], &way))
      cap_ways_set(ways, words[0], words[1], way);
  }
}
