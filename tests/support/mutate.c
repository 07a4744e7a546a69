/* Damaged bytes: see mutate.h. */
#include "tests/support/mutate.h"

#include <stdlib.h>
#include <string.h>

static void
change(GRand *rand, GByteArray *bytes, guint at)
{
  static const guint8 nasty[] = {0x00, 0xff, 0x7f, 0x80, 0xfe, 0xe0, 0x01, 'S'};
  switch (g_rand_int_range(rand, 0, 6)) {
  case 0:
    bytes->data[at] ^= 1u << g_rand_int_range(rand, 0, 8);
    break;
  case 1:
    bytes->data[at] = nasty[g_rand_int_range(rand, 0, G_N_ELEMENTS(nasty))];
    break;
  case 2:
    memset(bytes->data + at, g_rand_boolean(rand) ? 0xff : 0, 4);
    break;
  case 3: /* cut */
    g_byte_array_set_size(bytes, at + 1);
    break;
  case 4: { /* cut something out */
    const guint some = g_rand_int_range(rand, 1, 64);
    g_byte_array_remove_range(bytes, at, MIN(bytes->len - at, some));
    break;
  }
  default: { /* say something twice */
    guint8 word[4];
    memcpy(word, bytes->data + at, sizeof word);
    g_byte_array_append(bytes, word, sizeof word);
    memmove(bytes->data + at + 4, bytes->data + at, bytes->len - at - 4);
    break;
  }
  }
}

void
cap_test_mutate(GRand *rand, GByteArray *bytes, guint header)
{
  const int n = g_rand_int_range(rand, 1, 9);
  for (int i = 0; i < n && bytes->len > 8; i++) {
    const guint end =
        g_rand_boolean(rand) ? MIN(bytes->len, header) : bytes->len;
    change(rand, bytes, g_rand_int_range(rand, 0, end - 4));
  }
}

void
cap_test_mutate_text(GRand *rand, GByteArray *bytes, const char *const *words)
{
  const int n_words = (int)g_strv_length((char **)words);
  const int n = g_rand_int_range(rand, 1, 5);
  for (int i = 0; i < n && bytes->len > 8; i++) {
    const guint at = g_rand_int_range(rand, 0, bytes->len - 4);
    if (g_rand_int_range(rand, 0, 3) == 0) {
      change(rand, bytes, at);
      continue;
    }
    const char *word = words[g_rand_int_range(rand, 0, n_words)];
    g_autoptr(GByteArray) rest = g_byte_array_new();
    const guint skip = at + g_rand_int_range(rand, 0, 4);
    g_byte_array_append(rest, bytes->data + skip, bytes->len - skip);
    g_byte_array_set_size(bytes, at);
    g_byte_array_append(bytes, (const guint8 *)word, (guint)strlen(word));
    g_byte_array_append(bytes, rest->data, rest->len);
  }
}

GRand *
cap_test_fuzz_rand(void)
{
  const char *text = g_getenv("FUZZ_SEED");
  return g_rand_new_with_seed(text ? (guint32)atoi(text) : 1);
}

gint64
cap_test_fuzz_end(double seconds, int n_parts)
{
  const char *text = g_getenv("FUZZ_SECONDS");
  const double all = text ? atoi(text) : seconds;
  return g_get_monotonic_time() + (gint64)(1e6 * all / n_parts);
}
