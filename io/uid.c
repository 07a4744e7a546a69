/* Reproducible UIDs: see uid.h. */
#include "io/uid.h"

#include <string.h>

char *
cap_uid_from_text(const char *text)
{
  g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
  g_checksum_update(sum, (const guchar *)text, -1);
  guint8 digest[32];
  gsize length = sizeof digest;
  g_checksum_get_digest(sum, digest, &length);
  return cap_uid_from_digest(digest);
}

char *
cap_uid_from_digest(const guint8 *given)
{
  guint8 digest[16];
  memcpy(digest, given, sizeof digest);
  digest[6] = (digest[6] & 0x0f) | 0x80; /* version 8: custom */
  digest[8] = (digest[8] & 0x3f) | 0x80;

  char digits[40]; /* 128 bits in decimal, by long division */
  int n = 0;
  for (gboolean more = TRUE; more;) {
    unsigned rest = 0;
    more = FALSE;
    for (int i = 0; i < 16; i++) {
      const unsigned value = rest * 256 + digest[i];
      digest[i] = (guint8)(value / 10);
      rest = value % 10;
      more |= digest[i] != 0;
    }
    digits[n++] = (char)('0' + rest);
  }
  GString *uid = g_string_new("2.25.");
  while (n > 0)
    g_string_append_c(uid, digits[--n]);
  return g_string_free(uid, FALSE);
}
