/* Splits by patient: see split.h. */
#include "datasets/split.h"

#include <string.h>

double
cap_split_place(const char *patient, guint64 seed)
{
  g_autofree char *key =
      g_strdup_printf("%" G_GUINT64_FORMAT "/%s", seed, patient);
  g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
  g_checksum_update(checksum, (const guchar *)key, -1);
  guint8 digest[32];
  gsize n = sizeof digest;
  g_checksum_get_digest(checksum, digest, &n);
  guint64 bits = 0;
  for (int i = 0; i < 7; i++)
    bits = bits << 8 | digest[i];
  return (bits >> 3) * 0x1p-53;
}

gboolean
cap_split_is_validation(const char *patient, guint64 seed, double fraction)
{
  return cap_split_place(patient, seed) < fraction;
}

int
cap_split_fold(const char *patient, guint64 seed, int n_folds)
{
  return (int)(cap_split_place(patient, seed) * n_folds);
}
