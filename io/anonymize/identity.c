/* Names and numbers to look for: see identity.h. */
#include "io/anonymize/identity.h"

#include <string.h>

#define NAME_MIN 3 /* letters: shorter parts of names are words too often */
#define PHRASE_MIN 4

struct CapIdentity {
  GHashTable *phrases; /* lower case */
};

/* Texts that are somebody's or some place's as a whole. */
static const guint32 phrase_tags[] = {
    CAP_TAG(0x0008, 0x0050), /* Accession Number */
    CAP_TAG(0x0008, 0x0080), /* Institution Name */
    CAP_TAG(0x0008, 0x0081), /* Institution Address */
    CAP_TAG(0x0010, 0x0020), /* Patient ID */
    CAP_TAG(0x0010, 0x1000), /* Other Patient IDs */
    CAP_TAG(0x0010, 0x1040), /* Patient's Address */
    CAP_TAG(0x0010, 0x2154), /* Patient's Telephone Numbers */
    CAP_TAG(0x0038, 0x0010), /* Admission ID */
    CAP_TAG(0x0040, 0x2016), /* Placer Order Number */
    CAP_TAG(0x0040, 0x2017), /* Filler Order Number */
};

CapIdentity *
cap_identity_new(void)
{
  CapIdentity *identity = g_new0(CapIdentity, 1);
  identity->phrases =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  return identity;
}

void
cap_identity_free(CapIdentity *identity)
{
  if (identity == NULL)
    return;
  g_hash_table_unref(identity->phrases);
  g_free(identity);
}

/* Parts of VALUE between any of SEPARATORS that have LEAST bytes. */
static void
add_parts(CapIdentity *identity, const char *value, const char *separators,
          gsize least)
{
  g_auto(GStrv) parts = g_strsplit_set(value, separators, -1);
  for (int i = 0; parts[i] != NULL; i++) {
    char *part = g_strstrip(g_ascii_strdown(parts[i], -1));
    if (strlen(part) >= least)
      g_hash_table_add(identity->phrases, part);
    else
      g_free(part);
  }
}

void
cap_identity_collect(CapIdentity *identity, const CapDcmtkElement *element)
{
  if (g_str_equal(element->vr, "PN")) {
    add_parts(identity, element->value, "\\^= ,", NAME_MIN);
    return;
  }
  for (gsize i = 0; i < G_N_ELEMENTS(phrase_tags); i++)
    if (element->tag == phrase_tags[i])
      add_parts(identity, element->value, "\\\r\n", PHRASE_MIN);
}

/* Bytes of other alphabets count as letters. */
static gboolean
is_letter(char c)
{
  return g_ascii_isalnum(c) || (guchar)c >= 0x80;
}

static gboolean
has_phrase(const char *text, const char *phrase)
{
  const gsize n = strlen(phrase);
  for (const char *at = text; (at = strstr(at, phrase)) != NULL; at++)
    if ((at == text || !is_letter(at[-1])) && !is_letter(at[n]))
      return TRUE;
  return FALSE;
}

gboolean
cap_identity_is_in(const CapIdentity *identity, const char *text)
{
  g_autofree char *lower = g_ascii_strdown(text, -1);
  GHashTableIter iter;
  gpointer phrase;
  g_hash_table_iter_init(&iter, identity->phrases);
  while (g_hash_table_iter_next(&iter, &phrase, NULL))
    if (has_phrase(lower, phrase))
      return TRUE;
  return FALSE;
}
