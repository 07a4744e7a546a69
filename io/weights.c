/* Parameters as safetensors: see weights.h. A file is checked as a whole before
 * the first value reaches the graph. */
#include "io/weights.h"

#include <math.h>
#include <string.h>

#include "core/error.h"
#include "core/language.h"
#include "io/safetensors.h"
#include "io/tensor_file.h"

#define WHAT N_("these weights")

/* A tensor of the file and where its values live in memory. */
typedef struct {
  char *name;
  CapShape shape;
  gsize size; /* floats */
  float *data;
} Entry;

static void
entry_clear(gpointer data)
{
  g_free(((Entry *)data)->name);
}

static void
add_entry(GArray *entries, CapGraph *graph, CapTensor tensor,
          const char *prefix, float *data)
{
  const Entry entry = {g_strconcat(prefix, cap_graph_name(graph, tensor), NULL),
                       cap_graph_shape(graph, tensor),
                       cap_graph_size(graph, tensor), data};
  g_array_append_val(entries, entry);
}

/* GRAPH's parameters and buffers, then OPTIM's moments unless it is NULL. */
static GArray *
list_entries(CapGraph *graph, CapOptim *optim)
{
  GArray *entries = g_array_new(FALSE, FALSE, sizeof(Entry));
  g_array_set_clear_func(entries, entry_clear);
  for (int i = 0; i < cap_graph_n_params(graph); i++) {
    const CapTensor tensor = cap_graph_param_at(graph, i);
    add_entry(entries, graph, tensor, "", cap_graph_data(graph, tensor));
  }
  for (int i = 0; optim != NULL && i < cap_graph_n_params(graph); i++) {
    const CapTensor tensor = cap_graph_param_at(graph, i);
    float *m = cap_optim_moment1(optim, tensor);
    if (m == NULL)
      continue;
    add_entry(entries, graph, tensor, "optim.m.", m);
    add_entry(entries, graph, tensor, "optim.v.",
              cap_optim_moment2(optim, tensor));
  }
  return entries;
}

static gboolean
save(GArray *entries, GHashTable *metadata, const char *path, GError **error)
{
  g_autofree CapNamedTensor *tensors = g_new(CapNamedTensor, entries->len);
  for (guint i = 0; i < entries->len; i++) {
    const Entry *entry = &g_array_index(entries, Entry, i);
    tensors[i] = (CapNamedTensor){entry->name, entry->shape, entry->data};
  }
  return cap_safetensors_write(tensors, (int)entries->len, metadata, path,
                               error);
}

gboolean
cap_weights_save(CapGraph *graph, GHashTable *metadata, const char *path,
                 GError **error)
{
  g_autoptr(GArray) entries = list_entries(graph, NULL);
  return save(entries, metadata, path, error);
}

gboolean
cap_weights_save_checkpoint(CapOptim *optim, GHashTable *metadata,
                            const char *path, GError **error)
{
  CapGraph *graph = cap_optim_graph(optim);
  g_autoptr(GArray) entries = list_entries(graph, optim);
  g_autoptr(GHashTable) all =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  if (metadata != NULL) {
    GHashTableIter iter;
    gpointer key, value;
    g_hash_table_iter_init(&iter, metadata);
    while (g_hash_table_iter_next(&iter, &key, &value))
      g_hash_table_insert(all, g_strdup(key), g_strdup(value));
  }
  g_hash_table_insert(
      all, g_strdup("optim.step"),
      g_strdup_printf("%" G_GINT64_FORMAT, cap_optim_n_steps(optim)));
  char scale[G_ASCII_DTOSTR_BUF_SIZE];
  g_ascii_dtostr(scale, sizeof scale, cap_optim_loss_scale(optim));
  g_hash_table_insert(all, g_strdup("optim.loss_scale"), g_strdup(scale));
  g_hash_table_insert(all, g_strdup("optim.good_steps"),
                      g_strdup_printf("%d", cap_optim_good_steps(optim)));
  g_hash_table_insert(
      all, g_strdup("graph.random"),
      g_strdup_printf("%" G_GUINT64_FORMAT, cap_graph_random_state(graph)));
  return save(entries, all, path, error);
}

/* Checks every entry, then fills all of them. */
static gboolean
fill(const CapTensorFile *file, GArray *entries, GError **error)
{
  g_autofree const char **bytes = g_new0(const char *, entries->len);
  for (guint i = 0; i < entries->len; i++) {
    const Entry *entry = &g_array_index(entries, Entry, i);
    CapShape shape = entry->shape;
    if (!cap_tensor_file_find(file, entry->name, &shape, &bytes[i], error))
      return FALSE;
  }
  for (guint i = 0; i < entries->len; i++) {
    const Entry *entry = &g_array_index(entries, Entry, i);
    memcpy(entry->data, bytes[i], entry->size * sizeof(float));
  }
  return TRUE;
}

gboolean
cap_weights_load(CapGraph *graph, const char *path, GHashTable **metadata,
                 char **sha256, GError **error)
{
  g_autoptr(CapTensorFile) file = cap_tensor_file_open(path, WHAT, error);
  if (file == NULL)
    return FALSE;
  g_autoptr(GArray) entries = list_entries(graph, NULL);
  if (!fill(file, entries, error))
    return FALSE;
  cap_graph_touch(graph);
  if (metadata != NULL)
    *metadata = cap_tensor_file_metadata(file);
  if (sha256 != NULL)
    *sha256 = cap_tensor_file_sha256(file);
  return TRUE;
}

GHashTable *
cap_weights_metadata(const char *path, GError **error)
{
  g_autoptr(CapTensorFile) file = cap_tensor_file_open(path, WHAT, error);
  return file != NULL ? cap_tensor_file_metadata(file) : NULL;
}

/* The loss scale of TABLE; as OPTIM has it without one. FALSE when it is none:
 * a power of two from 1 on. */
static gboolean
read_scale(const CapOptim *optim, GHashTable *table, double *scale,
           gint64 *good_steps)
{
  const char *text = g_hash_table_lookup(table, "optim.loss_scale");
  const char *good = g_hash_table_lookup(table, "optim.good_steps");
  *scale = cap_optim_loss_scale(optim);
  *good_steps = cap_optim_good_steps(optim);
  if (text == NULL && good == NULL)
    return TRUE;
  char *end = NULL;
  *scale = text != NULL ? g_ascii_strtod(text, &end) : 0;
  int power;
  return text != NULL && good != NULL && *end == '\0' && *scale >= 1 &&
         isfinite((float)*scale) && frexp(*scale, &power) == 0.5 &&
         g_ascii_string_to_signed(good, 10, 0, G_MAXINT, good_steps, NULL);
}

gboolean
cap_weights_load_checkpoint(CapOptim *optim, const char *path,
                            GHashTable **metadata, GError **error)
{
  CapGraph *graph = cap_optim_graph(optim);
  g_autoptr(CapTensorFile) file = cap_tensor_file_open(path, WHAT, error);
  if (file == NULL)
    return FALSE;
  g_autoptr(GHashTable) table = cap_tensor_file_metadata(file);
  const char *step = g_hash_table_lookup(table, "optim.step");
  const char *random = g_hash_table_lookup(table, "graph.random");
  gint64 n_steps, good_steps;
  guint64 state;
  double scale;
  if (step == NULL || random == NULL ||
      !g_ascii_string_to_signed(step, 10, 0, G_MAXINT64, &n_steps, NULL) ||
      !g_ascii_string_to_unsigned(random, 10, 0, G_MAXUINT64, &state, NULL))
    return cap_tensor_file_refuse(
        file, error,
        N_("it is no checkpoint (optim.step and graph.random are not in "
           "its metadata)"));
  if (!read_scale(optim, table, &scale, &good_steps))
    return cap_tensor_file_refuse(file, error,
                                  N_("its loss scale is no power of two"));
  g_autoptr(GArray) entries = list_entries(graph, optim);
  if (!fill(file, entries, error))
    return FALSE;
  cap_optim_set_n_steps(optim, n_steps);
  cap_optim_set_loss_scale(optim, scale, (int)good_steps);
  cap_graph_set_random_state(graph, state);
  cap_graph_touch(graph);
  if (metadata != NULL)
    *metadata = g_steal_pointer(&table);
  return TRUE;
}
