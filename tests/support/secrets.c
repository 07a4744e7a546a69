/* Something to hide: see secrets.h. */
#include "tests/support/secrets.h"

#include "io/anonymize/profile.h"
#include "tests/support/dcmtk_dictionary.h"
#include "tests/support/dicom_make.h"

#include <string.h>

#define DATE "19770707"
#define TIME "070709"
#define UID_ROOT "1.2.3.777."

/* A secret for an attribute of VR and TAG; caller frees. */
static char *
secret_of(guint32 tag, const char *vr)
{
  static const struct {
    const char *vr, *secret;
  } fixed[] = {{"AS", "077Y"},
               {"DA", DATE},
               {"TM", TIME},
               {"DS", "777777.7"},
               {"IS", "7777777"},
               {"US", "\x77\x77"},
               {"SS", "\x77\x77"},
               {"UL", "\x77\x77\x77\x77"},
               {"DT", DATE TIME},
               {"FD", "SECRET77"},
               {"FL", "SECR"},
               {"SL", "\x77\x77\x77\x77"},
               {"AT", "\x77\x77\x77\x77"}};
  if (g_str_equal(vr, "UI"))
    return g_strdup_printf(UID_ROOT "%u", tag);
  if (g_str_equal(vr, "PN"))
    return g_strdup_printf("SECRET^Name %08x", tag);
  for (gsize i = 0; i < G_N_ELEMENTS(fixed); i++)
    if (g_str_equal(vr, fixed[i].vr))
      return g_strdup(fixed[i].secret);
  return g_strdup_printf("SECRET%08x", tag);
}

static void
put_secret(GByteArray *to, guint32 tag, const char *vr)
{
  if (!g_str_equal(vr, "SQ")) {
    g_autofree char *secret = secret_of(tag, vr);
    cap_test_put_element(to, tag, vr, secret, strlen(secret));
    return;
  }
  g_autoptr(GByteArray) item = g_byte_array_new();
  put_secret(item, 0x00104000, "LT"); /* Patient Comments */
  put_secret(item, 0x0040a123, "PN"); /* Person Name */
  put_secret(item, 0x0040a124, "UI"); /* UID */
  cap_test_put_item(to, tag, item);
}

static void
put_private(GByteArray *to, guint32 group)
{
  cap_test_put_element(to, group << 16 | 0x0010, "LO", "SECRET MAKER", 12);
  put_secret(to, group << 16 | 0x1001, "LO");
  put_secret(to, group << 16 | 0x1002, "SQ");
}

/* An element of the data set between rows of the table. */
typedef struct {
  guint32 tag;
  const char *vr, *value; /* NULL: something secret */
} Extra;

/* Rows of the table from FIRST to before LAST, with what else lies there. */
static void
put_rows(GByteArray *to, guint32 first, guint32 last, const Extra *extras)
{
  gsize n;
  const CapProfileRow *rows = cap_profile_rows(&n);
  for (gsize i = 0; i < n; i++) {
    const char *vr = "LO", *keyword;
    for (; extras != NULL && extras->tag != 0 && extras->tag < rows[i].tag;
         extras++)
      if (extras->tag >= first && extras->tag < last && extras->value != NULL)
        cap_test_put_element(to, extras->tag, extras->vr, extras->value,
                             strlen(extras->value));
    if (rows[i].tag < first || rows[i].tag >= last)
      continue;
    cap_test_dictionary(rows[i].tag, &vr, &keyword);
    put_secret(to, rows[i].tag, vr);
  }
}

/* All rows that may be in an item, and a private group. */
static GByteArray *
make_item(void)
{
  GByteArray *item = g_byte_array_new();
  put_rows(item, 0x00080000, 0x00290000, NULL);
  put_private(item, 0x0029);
  put_rows(item, 0x00290000, 0x50000000, NULL);
  return item;
}

static void
put_meta(GByteArray *to, const char *sop_class)
{
  g_autoptr(GByteArray) meta = g_byte_array_new();
  cap_test_put_element(meta, 0x00020002, "UI", sop_class, strlen(sop_class));
  put_secret(meta, 0x00020003, "UI");
  cap_test_put_element(meta, 0x00020010, "UI", "1.2.840.10008.1.2.1", 19);
  put_secret(meta, 0x00020016, "AE");
  put_secret(meta, 0x00020100, "UI");
  put_secret(meta, 0x00020102, "OB");
  char preamble[132] = "SECRET in the preamble";
  memcpy(preamble + 128, "DICM", 4);
  g_byte_array_append(to, (const guint8 *)preamble, sizeof preamble);
  const guint8 length[4] = {meta->len & 0xff, meta->len >> 8, 0, 0};
  cap_test_put_element(to, 0x00020000, "UL", length, 4);
  g_byte_array_append(to, meta->data, meta->len);
}

static void
put_pixels(GByteArray *to)
{
  static const guint16 tags[] = {0x0002, 0x0010, 0x0011, 0x0100,
                                 0x0101, 0x0102, 0x0103};
  static const guint16 values[] = {1, 2, 2, 16, 16, 15, 0};
  for (gsize i = 0; i < G_N_ELEMENTS(tags); i++)
    cap_test_put_element(to, 0x00280000 | tags[i], "US", &values[i], 2);
}

GByteArray *
cap_test_secret_bytes(const char *sop_class)
{
  const Extra early[] = {
      {0x00080008, "CS", "ORIGINAL\\PRIMARY\\AXIAL"},
      {0x00080016, "UI", sop_class},
      {0x00080060, "CS", "CT"},
      {0x00080070, "OB", "SECRET text that is not stored as one"},
      {0x00080301, "LO", "SECRET where a number should be"},
      {0x00081090, "LO", "made for SECRET00100020 alone"}, /* its Patient ID */
      {0}};
  GByteArray *to = g_byte_array_new();
  g_autoptr(GByteArray) inner = make_item();
  g_autoptr(GByteArray) outer = g_byte_array_new();
  cap_test_put_item(outer, 0x00089215, inner); /* Derivation Code Sequence */
  g_byte_array_append(outer, inner->data, inner->len);
  put_meta(to, sop_class);
  put_rows(to, 0x00080000, 0x00089000, early);
  cap_test_put_item(to, 0x00089215, outer);
  put_private(to, 0x0009);
  put_rows(to, 0x00090000, 0x00280002, NULL);
  put_pixels(to);
  put_rows(to, 0x00280104, 0x50000000, NULL);
  put_secret(to, 0x50003000, "OW");
  cap_test_put_element(to, 0x60000102, "US", "\0\0", 2);
  put_secret(to, 0x60001500, "LO");
  put_secret(to, 0x60003000, "OW");
  put_secret(to, 0x60004000, "LT");
  cap_test_put_element(to, 0x7fe00010, "OW", "\1\0\2\0\3\0\4\0", 8);
  put_private(to, 0x7fe1);
  put_secret(to, 0xfffafffa, "SQ");
  put_secret(to, 0xfffcfffc, "OB");
  return to;
}

char *
cap_test_find_secret(const void *bytes, gsize n_bytes, gboolean times_too)
{
  static const char *const secrets[] = {"SECR", DATE,     UID_ROOT,
                                        "077Y", "777777", "wwww"};
  for (gsize i = 0; i < G_N_ELEMENTS(secrets); i++) {
    const char *found = memmem(bytes, n_bytes, secrets[i], strlen(secrets[i]));
    const gsize left = found ? (const char *)bytes + n_bytes - found : 0;
    if (found != NULL)
      return g_strndup(found, MIN(left, 24));
  }
  return times_too && memmem(bytes, n_bytes, TIME, strlen(TIME))
             ? g_strdup(TIME)
             : NULL;
}
