/* DICOM text: see dicom_text.h. */
#include "io/dicom/dicom_text.h"

#include <string.h>

typedef enum { KIND_PLAIN, KIND_JIS_PAIRS, KIND_JIS_SUPPLEMENT } Kind;

/* Defined terms (PS3.3 tables C.12-2 to C.12-5) and the escape sequences that
 * switch to them, with the iconv name of what follows. JIS X 0208 and 0212 come
 * as 7-bit pairs, which are EUC-JP with the high bits set. */
static const struct {
  const char *term, *escape, *iconv;
  Kind kind;
} sets[] = {
    {"IR 6", "(B", "ASCII", KIND_PLAIN},
    {"IR 100", "-A", "ISO-8859-1", KIND_PLAIN},
    {"IR 101", "-B", "ISO-8859-2", KIND_PLAIN},
    {"IR 109", "-C", "ISO-8859-3", KIND_PLAIN},
    {"IR 110", "-D", "ISO-8859-4", KIND_PLAIN},
    {"IR 126", "-F", "ISO-8859-7", KIND_PLAIN},
    {"IR 127", "-G", "ISO-8859-6", KIND_PLAIN},
    {"IR 138", "-H", "ISO-8859-8", KIND_PLAIN},
    {"IR 144", "-L", "ISO-8859-5", KIND_PLAIN},
    {"IR 148", "-M", "ISO-8859-9", KIND_PLAIN},
    {"IR 203", "-b", "ISO-8859-15", KIND_PLAIN},
    {"IR 166", "-T", "TIS-620", KIND_PLAIN},
    {"IR 13", ")I", "SHIFT_JIS", KIND_PLAIN},
    {"IR 14", "(J", "SHIFT_JIS", KIND_PLAIN},
    {"IR 87", "$B", "EUC-JP", KIND_JIS_PAIRS},
    {"IR 159", "$(D", "EUC-JP", KIND_JIS_SUPPLEMENT},
    {"IR 149", "$)C", "EUC-KR", KIND_PLAIN},
    {"IR 58", "$)A", "GB2312", KIND_PLAIN},
    {"IR 192", NULL, "UTF-8", KIND_PLAIN},
    {"GB18030", NULL, "GB18030", KIND_PLAIN},
    {"GBK", NULL, "GBK", KIND_PLAIN},
};

static int
set_of_term(const char *term)
{
  if (g_str_has_prefix(term, "ISO 2022 "))
    term += strlen("ISO 2022 ");
  else if (g_str_has_prefix(term, "ISO_"))
    term += strlen("ISO_");
  for (gsize i = 0; i < G_N_ELEMENTS(sets); i++)
    if (g_str_equal(term, sets[i].term))
      return i;
  return -1;
}

/* Set that an escape sequence at TEXT (after ESC) selects; −1 when unknown. */
static int
set_of_escape(const char *text, gsize *n_bytes)
{
  for (gsize i = 0; i < G_N_ELEMENTS(sets); i++)
    if (sets[i].escape != NULL && g_str_has_prefix(text, sets[i].escape)) {
      *n_bytes = strlen(sets[i].escape);
      return i;
    }
  return -1;
}

static void
append_replaced(GString *out, const char *bytes, gsize n, gboolean *replaced)
{
  for (gsize i = 0; i < n; i++)
    if ((guchar)bytes[i] < 0x80) {
      g_string_append_c(out, bytes[i]);
    } else {
      g_string_append(out, "\xef\xbf\xbd");
      *replaced = TRUE;
    }
}

static void
append_segment(GString *out, const char *bytes, gsize n, int set,
               gboolean *replaced)
{
  g_autoptr(GString) raw = g_string_new_len(bytes, n);
  if (sets[set].kind != KIND_PLAIN) {
    g_string_truncate(raw, 0);
    for (gsize i = 0; i + 1 < n; i += 2) {
      if (sets[set].kind == KIND_JIS_SUPPLEMENT)
        g_string_append_c(raw, (char)0x8f);
      g_string_append_c(raw, bytes[i] | 0x80);
      g_string_append_c(raw, bytes[i + 1] | 0x80);
    }
  }
  g_autofree char *converted =
      g_convert(raw->str, raw->len, "UTF-8", sets[set].iconv, NULL, NULL, NULL);
  if (converted != NULL)
    g_string_append(out, converted);
  else
    append_replaced(out, raw->str, raw->len, replaced);
}

static gboolean
is_plain_ascii(const char *text)
{
  for (; *text != '\0'; text++)
    if ((guchar)*text >= 0x7f || (guchar)*text < 0x20)
      return FALSE;
  return TRUE;
}

/* Latin-1's C1 range included: they would disturb terminals and reports. */
static char *
without_controls(const char *utf8)
{
  GString *out = g_string_new(NULL);
  for (const char *p = utf8; *p != '\0'; p = g_utf8_next_char(p)) {
    const gunichar c = g_utf8_get_char(p);
    g_string_append_unichar(out, g_unichar_iscntrl(c) ? ' ' : c);
  }
  g_strstrip(out->str);
  return g_string_free(out, FALSE);
}

char *
cap_dicom_text_to_utf8(const char *text, const char *charset,
                       gboolean *replaced)
{
  if (is_plain_ascii(text))
    return g_strstrip(g_strdup(text));
  g_auto(GStrv) terms = g_strsplit(charset ? charset : "", "\\", -1);
  const char *first = terms[0] != NULL ? g_strstrip(terms[0]) : "";
  int initial = *first == '\0' ? 0 : set_of_term(first);
  /* No or an unknown set, yet valid UTF-8: what such files nearly always are.
   */
  if (initial <= 0 && strchr(text, 0x1b) == NULL &&
      g_utf8_validate(text, -1, NULL))
    return without_controls(text);
  initial = MAX(initial, 0);

  g_autoptr(GString) out = g_string_new(NULL);
  int set = initial;
  const char *start = text, *p = text;
  for (;; p++) {
    const gboolean delimiter = *p == '^' || *p == '=' || *p == '\\';
    if (*p != '\0' && *p != 0x1b && !delimiter)
      continue;
    /* Inside a two-byte set these bytes may be half of a character. */
    if (delimiter && sets[set].kind != KIND_PLAIN)
      continue;
    if (delimiter && initial == set)
      continue;
    append_segment(out, start, p - start, set, replaced);
    start = p;
    if (*p == '\0')
      break;
    if (delimiter) { /* PS3.5 6.1.2.5.3: back to the initial set */
      set = initial;
      continue;
    }
    gsize n = 0;
    const int next = set_of_escape(p + 1, &n);
    if (next < 0)
      *replaced = TRUE;
    else
      set = next;
    p += next < 0 ? 0 : n;
    start = p + 1;
  }
  return without_controls(out->str);
}
