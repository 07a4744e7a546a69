/* Nodules that a network was trained on: see reference.h. */
#include "models/reference.h"

#include "core/error.h"
#include "core/language.h"
#include "io/safetensors.h"
#include "io/tensor_file.h"

#include <math.h>
#include <string.h>

enum { POSE = CAP_N_CAPSULES * CAP_POSE_DIM };

char *
cap_reference_path(const char *weights_path)
{
  static const char end[] = ".safetensors";
  const gsize length = strlen(weights_path);
  const gsize stem =
      g_str_has_suffix(weights_path, end) ? length - (sizeof end - 1) : length;
  return g_strdup_printf("%.*s.reference%s", (int)stem, weights_path, end);
}

void
cap_reference_free(CapReference *reference)
{
  if (reference == NULL)
    return;
  g_free(reference->poses);
  g_free(reference->facts);
  g_strfreev(reference->kernels);
  g_free(reference);
}

/* ---- file ---- */

enum { POSES, FACTS, SPREAD, EFFECTS, TERMS, LIMITS, N_TENSORS };

/* The tensors of REFERENCE, whose N may be 0: any number. */
static void
list_tensors(const CapReference *r, CapNamedTensor tensors[N_TENSORS])
{
  const CapNamedTensor all[N_TENSORS] = {
      {"poses", {3, {r->n, CAP_N_CAPSULES, CAP_POSE_DIM}}, r->poses},
      {"facts", {2, {r->n, CAP_REFERENCE_N_FACTS}}, r->facts},
      {"spread", {2, {CAP_N_CAPSULES, CAP_POSE_DIM}}, r->spread[0]},
      {"effects",
       {3, {CAP_N_SWEEP_MEASURES, CAP_POSE_DIM, 3}},
       &r->effects[0][0].rho},
      {"terms", {1, {CAP_REFERENCE_N_TERMS}}, r->terms},
      {"limits", {1, {CAP_N_DOUBTS}}, r->limits},
  };
  memcpy(tensors, all, sizeof all);
}

static gsize
count(const CapShape *shape)
{
  gsize n = 1;
  for (int i = 0; i < shape->n_dims; i++)
    n *= (gsize)shape->dims[i];
  return n;
}

gboolean
cap_reference_save(const CapReference *reference, GHashTable *metadata,
                   const char *path, GError **error)
{
  CapNamedTensor tensors[N_TENSORS];
  list_tensors(reference, tensors);
  g_autofree char *kernels = g_strjoinv("\n", reference->kernels);
  g_autoptr(GHashTable) all = g_hash_table_new(g_str_hash, g_str_equal);
  GHashTableIter iter;
  gpointer key, value;
  g_hash_table_iter_init(&iter, metadata);
  while (g_hash_table_iter_next(&iter, &key, &value))
    g_hash_table_insert(all, key, value);
  g_hash_table_insert(all, (char *)"kernels", kernels);
  return cap_safetensors_write(tensors, N_TENSORS, all, path, error);
}

/* Fills R, whose number of nodules becomes the file's. */
static gboolean
read_tensors(const CapTensorFile *file, CapReference *r, GError **error)
{
  CapNamedTensor tensors[N_TENSORS];
  const char *bytes[N_TENSORS];
  list_tensors(r, tensors);
  for (int i = 0; i < N_TENSORS; i++)
    if (!cap_tensor_file_find(file, tensors[i].name, &tensors[i].shape,
                              &bytes[i], error))
      return FALSE;
  r->n = tensors[POSES].shape.dims[0];
  if (r->n < 1 || tensors[FACTS].shape.dims[0] != r->n)
    return cap_tensor_file_refuse(
        file, error, N_("it has poses of %d nodules and facts of %d"), r->n,
        tensors[FACTS].shape.dims[0]);
  r->poses = g_try_new(float, count(&tensors[POSES].shape));
  r->facts = g_try_new(float, count(&tensors[FACTS].shape));
  if (r->poses == NULL || r->facts == NULL) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_MEMORY,
                "not enough memory for %d reference nodules", r->n);
    return FALSE;
  }
  float *const places[N_TENSORS] = {
      r->poses, r->facts,  r->spread[0], &r->effects[0][0].rho,
      r->terms, r->limits,
  };
  for (int i = 0; i < N_TENSORS; i++)
    memcpy(places[i], bytes[i], count(&tensors[i].shape) * sizeof(float));
  for (int i = 0; i < POSE; i++)
    if (!(r->spread[i / CAP_POSE_DIM][i % CAP_POSE_DIM] > 0))
      return cap_tensor_file_refuse(file, error,
                                    N_("a pose component has no spread"));
  return TRUE;
}

CapReference *
cap_reference_load(const char *path, const char *weights_sha256, GError **error)
{
  if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
    g_autofree char *name = g_path_get_basename(path);
    g_set_error(error, CAP_ERROR, CAP_ERROR_NO_INPUT,
                "There are no reference nodules of these weights (%s is not "
                "beside them), so there is nothing to compare with; `capsight "
                "train CONFIG --reference WEIGHTS` makes them.",
                name);
    return NULL;
  }
  g_autoptr(CapTensorFile) file =
      cap_tensor_file_open(path, N_("these reference nodules"), error);
  if (file == NULL)
    return NULL;
  g_autoptr(GHashTable) metadata = cap_tensor_file_metadata(file);
  const char *made_for = g_hash_table_lookup(metadata, "weights_sha256");
  const char *kernels = g_hash_table_lookup(metadata, "kernels");
  if (g_strcmp0(made_for, weights_sha256) != 0) {
    cap_tensor_file_refuse(
        file, error,
        N_("they were made for other weights; `capsight train "
           "CONFIG --reference WEIGHTS` makes them anew"));
    return NULL;
  }
  g_autoptr(CapReference) r = g_new0(CapReference, 1);
  r->kernels = g_strsplit(kernels != NULL ? kernels : "", "\n", -1);
  return read_tensors(file, r, error) ? g_steal_pointer(&r) : NULL;
}

/* ---- likeness ---- */

static double
distance(const CapReference *r, int index, const CapCapsule *capsules)
{
  const float *pose = r->poses + (gsize)index * POSE;
  double sum = 0;
  for (int k = 0; k < CAP_N_CAPSULES; k++)
    for (int d = 0; d < CAP_POSE_DIM; d++) {
      const double off = (double)capsules[k].pose[d] - (double)*pose++;
      const double spread = (double)r->spread[k][d];
      sum += off * off / (spread * spread);
    }
  return sqrt(sum / POSE);
}

int
cap_reference_nearest(const CapReference *reference, const CapCapsule *capsules,
                      int n, CapReferenceMatch *matches)
{
  int n_found = 0;
  for (int i = 0; i < reference->n; i++) {
    const CapReferenceMatch match = {i, distance(reference, i, capsules)};
    int at = n_found;
    while (at > 0 && match.distance < matches[at - 1].distance)
      at--;
    if (at == n)
      continue;
    n_found = MIN(n_found + 1, n);
    memmove(matches + at + 1, matches + at,
            (gsize)(n_found - 1 - at) * sizeof *matches);
    matches[at] = match;
  }
  return n_found;
}

double
cap_reference_from_attributes(const CapReference *reference, double diameter_mm,
                              const double levels[CAP_N_ATTRIBUTES])
{
  const float *terms = reference->terms;
  double logit =
      (double)terms[0] + (double)terms[1] * log(fmax(diameter_mm, 1));
  for (int a = 0; a < CAP_N_ATTRIBUTES; a++)
    logit += (double)terms[2 + a] * levels[a];
  return 1 / (1 + exp(-logit));
}
