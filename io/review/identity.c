/* Which images a review is about: see identity.h. */
#include "io/review/identity.h"

#include "core/folder.h"

#include <string.h>

#define SAMPLES 65536
#define NAME_DIGITS 32 /* of a hash: 128 bits */

static void
add_double(GChecksum *sum, double value)
{
  guint64 bits;
  memcpy(&bits, &value, sizeof bits);
  bits = GUINT64_TO_LE(bits);
  g_checksum_update(sum, (const guchar *)&bits, sizeof bits);
}

static void
add_point(GChecksum *sum, CapPoint p)
{
  add_double(sum, p.x);
  add_double(sum, p.y);
  add_double(sum, p.z);
}

static void
add_voxels(GChecksum *sum, const CapVolume *volume)
{
  const gsize n = cap_volume_n_voxels(volume);
  const gsize step = MAX(n / SAMPLES, 1);
  for (gsize i = 0; i < n; i += step) {
    const int16_t hu = GINT16_TO_LE(volume->voxels_hu[i]);
    g_checksum_update(sum, (const guchar *)&hu, sizeof hu);
  }
}

char *
cap_review_digest(const CapVolume *volume)
{
  g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
  char *const *uids = volume->source->sop_uids;
  add_point(sum, (CapPoint){volume->columns, volume->rows, volume->slices});
  add_point(sum, (CapPoint){volume->spacing_mm[0], volume->spacing_mm[1],
                            volume->spacing_mm[2]});
  add_point(sum, volume->origin_mm);
  for (int i = 0; i < 3; i++)
    add_point(sum, volume->axis[i]);
  for (int s = 0; s < volume->slices; s++) {
    const guchar valid = volume->valid[s] != 0;
    g_checksum_update(sum, &valid, 1);
    if (uids != NULL)
      g_checksum_update(sum, (const guchar *)uids[s],
                        (gssize)strlen(uids[s]) + 1);
  }
  add_voxels(sum, volume);
  return g_strdup(g_checksum_get_string(sum));
}

/* How many files of FOLDER start with SERIES and are not NAME. */
static int
count_others(const char *folder, const char *series, const char *name)
{
  g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
  const char *file;
  int n = 0;
  while (dir != NULL && (file = g_dir_read_name(dir)) != NULL)
    n += g_str_has_prefix(file, series) && g_str_has_suffix(file, ".review") &&
         !g_str_equal(file, name);
  return n;
}

char *
cap_review_path(const CapVolume *volume, int *others, GError **error)
{
  g_autofree char *folder =
      g_build_filename(g_get_user_data_dir(), "capsight", "reviews", NULL);
  /* Reviews are about patients. */
  if (!cap_folder_make_private(folder, error)) {
    g_prefix_error(error, "this review is not saved: ");
    return NULL;
  }
  g_autofree char *series = g_compute_checksum_for_string(
      G_CHECKSUM_SHA256, volume->source->series_uid, -1);
  g_autofree char *digest = cap_review_digest(volume);
  series[NAME_DIGITS] = digest[NAME_DIGITS] = '\0';
  g_autofree char *name = g_strdup_printf("%s-%s.review", series, digest);
  if (others != NULL)
    *others = count_others(folder, series, name);
  return g_build_filename(folder, name, NULL);
}
