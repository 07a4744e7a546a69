/* Capsules as tensors: see capsules.h. */
#include "io/findings/capsules.h"

#include "io/safetensors.h"

#include <math.h>

enum { LENGTHS, POSES, ROUTING, CENTERS, AXES, N_TENSORS };

/* Per row, without N. */
static const CapShape shapes[N_TENSORS] = {
    [LENGTHS] = {1, {CAP_N_CAPSULES}},
    [POSES] = {2, {CAP_N_CAPSULES, CAP_POSE_DIM}},
    [ROUTING] = {4, {CAP_N_CAPSULES, CAP_GRID, CAP_GRID, CAP_GRID}},
    [CENTERS] = {1, {3}},
    [AXES] = {2, {3, 3}},
};

struct CapCapsuleRows {
  GArray *values[N_TENSORS]; /* of float */
  int n;
};

CapCapsuleRows *
cap_capsule_rows_new(void)
{
  CapCapsuleRows *rows = g_new0(CapCapsuleRows, 1);
  for (int t = 0; t < N_TENSORS; t++)
    rows->values[t] = g_array_new(FALSE, FALSE, sizeof(float));
  return rows;
}

void
cap_capsule_rows_free(CapCapsuleRows *rows)
{
  if (rows == NULL)
    return;
  for (int t = 0; t < N_TENSORS; t++)
    g_array_unref(rows->values[t]);
  g_free(rows);
}

static void
add_nothing(CapCapsuleRows *rows)
{
  const float none = NAN;
  for (int t = 0; t < N_TENSORS; t++) {
    int n = 1;
    for (int i = 0; i < shapes[t].n_dims; i++)
      n *= shapes[t].dims[i];
    for (int i = 0; i < n; i++)
      g_array_append_val(rows->values[t], none);
  }
}

static void
add_point(GArray *values, CapPoint p)
{
  const float xyz[3] = {(float)p.x, (float)p.y, (float)p.z};
  g_array_append_vals(values, xyz, 3);
}

void
cap_capsule_rows_add(CapCapsuleRows *rows, const CapCapsule *capsules,
                     CapPoint center_mm, const CapPoint axis[3])
{
  rows->n++;
  if (capsules == NULL) {
    add_nothing(rows);
    return;
  }
  for (int k = 0; k < CAP_N_CAPSULES; k++) {
    const float length = (float)capsules[k].length;
    g_array_append_val(rows->values[LENGTHS], length);
    g_array_append_vals(rows->values[POSES], capsules[k].pose, CAP_POSE_DIM);
    g_array_append_vals(rows->values[ROUTING], capsules[k].routing,
                        G_N_ELEMENTS(capsules[k].routing));
  }
  add_point(rows->values[CENTERS], center_mm);
  for (int i = 0; i < 3; i++)
    add_point(rows->values[AXES], axis[i]);
}

static char *
capsule_names(void)
{
  GString *names = g_string_new(NULL);
  for (int k = 0; k < CAP_N_CAPSULES; k++)
    g_string_append_printf(names, "%s%s", k > 0 ? "," : "",
                           cap_capsule_name(k));
  return g_string_free(names, FALSE);
}

gboolean
cap_capsule_rows_save(const CapCapsuleRows *rows, GHashTable *metadata,
                      const char *path, GError **error)
{
  static const char *const names[N_TENSORS] = {"lengths", "poses", "routing",
                                               "centers_mm", "axes"};
  CapNamedTensor tensors[N_TENSORS];
  for (int t = 0; t < N_TENSORS; t++) {
    CapShape shape = {shapes[t].n_dims + 1, {rows->n}};
    for (int i = 0; i < shapes[t].n_dims; i++)
      shape.dims[i + 1] = shapes[t].dims[i];
    tensors[t] = (CapNamedTensor){names[t], shape,
                                  (const float *)(void *)rows->values[t]->data};
  }
  g_autofree char *parents = capsule_names();
  g_autoptr(GHashTable) all = g_hash_table_new(g_str_hash, g_str_equal);
  GHashTableIter iter;
  gpointer key, value;
  g_hash_table_iter_init(&iter, metadata);
  while (g_hash_table_iter_next(&iter, &key, &value))
    g_hash_table_insert(all, key, value);
  g_hash_table_insert(all, "format", CAP_CAPSULES_FORMAT);
  g_hash_table_insert(all, "capsules", parents);
  g_hash_table_insert(all, "software_version", CAP_VERSION);
  return cap_safetensors_write(tensors, N_TENSORS, all, path, error);
}

gboolean
cap_findings_capsules_save(const CapFindings *findings, const char *path,
                           GError **error)
{
  g_autoptr(CapCapsuleRows) rows = cap_capsule_rows_new();
  g_autoptr(GString) ids = g_string_new(NULL);
  for (guint i = 0; i < findings->items->len; i++) {
    const CapFinding *f = findings->items->pdata[i];
    cap_capsule_rows_add(rows, f->capsules, f->center_mm, f->patch_axis);
    g_string_append_printf(ids, "%s%d", i > 0 ? "," : "", f->id);
  }
  g_autoptr(GHashTable) metadata = g_hash_table_new(g_str_hash, g_str_equal);
  g_hash_table_insert(metadata, "findings", ids->str);
  g_hash_table_insert(metadata, "series_uid", findings->series_uid);
  g_hash_table_insert(metadata, "weights_sha256", findings->weights_sha256);
  return cap_capsule_rows_save(rows, metadata, path, error);
}
