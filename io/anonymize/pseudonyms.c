/* Pseudonyms from a key: see pseudonyms.h. */
#include "io/anonymize/pseudonyms.h"

#include "core/error.h"
#include "io/uid.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define KEY_MAX (64 << 10)
#define RANDOM_BYTES 32
#define DIGEST_BYTES 32
#define SHIFT_MAX 3653 /* days: ten years */

struct CapPseudonyms {
  guint8 *key;
  gsize n_bytes;
  gboolean is_random;
  char name[9];
};

/* HMAC of TEXT, which is of KIND: a patient's number and a UID that are the
 * same text have nothing to do with each other. */
static void
digest_of(const CapPseudonyms *p, const char *kind, const char *text,
          guint8 digest[DIGEST_BYTES])
{
  g_autofree char *trimmed = g_strstrip(g_strdup(text));
  g_autoptr(GHmac) hmac = g_hmac_new(G_CHECKSUM_SHA256, p->key, p->n_bytes);
  gsize length = DIGEST_BYTES;
  g_hmac_update(hmac, (const guchar *)kind, (gssize)strlen(kind) + 1);
  g_hmac_update(hmac, (const guchar *)trimmed, (gssize)strlen(trimmed));
  g_hmac_get_digest(hmac, digest, &length);
}

static gboolean
read_key(CapPseudonyms *p, const char *path, GError **error)
{
  g_autoptr(GError) why = NULL;
  char *bytes = NULL;
  if (!g_file_get_contents(path, &bytes, &p->n_bytes, &why)) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_NO_INPUT,
                "the key “%s” cannot be read: %s; `head -c 32 /dev/urandom > "
                "FILE` makes one",
                path, why->message);
    return FALSE;
  }
  p->key = (guint8 *)bytes;
  if (p->n_bytes >= CAP_PSEUDONYMS_KEY_MIN && p->n_bytes <= KEY_MAX)
    return TRUE;
  g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
              "the key “%s” has %" G_GSIZE_FORMAT
              " bytes; it needs 16 to 65536 that nobody can guess",
              path, p->n_bytes);
  return FALSE;
}

static gboolean
draw_key(CapPseudonyms *p, GError **error)
{
  p->is_random = TRUE;
  p->n_bytes = RANDOM_BYTES;
  p->key = g_malloc0(RANDOM_BYTES);
  if (getentropy(p->key, RANDOM_BYTES) == 0)
    return TRUE;
  g_set_error(error, CAP_ERROR, CAP_ERROR_INTERNAL,
              "no random numbers for a key: %s; give one with --key",
              g_strerror(errno));
  return FALSE;
}

CapPseudonyms *
cap_pseudonyms_new(const char *path, GError **error)
{
  g_autoptr(CapPseudonyms) p = g_new0(CapPseudonyms, 1);
  if (!(path != NULL ? read_key(p, path, error) : draw_key(p, error)))
    return NULL;
  guint8 digest[DIGEST_BYTES];
  digest_of(p, "key", "name", digest);
  for (int i = 0; i < 4; i++)
    g_snprintf(p->name + 2 * i, 3, "%02x", digest[i]);
  return g_steal_pointer(&p);
}

void
cap_pseudonyms_free(CapPseudonyms *p)
{
  if (p == NULL)
    return;
  if (p->key != NULL)
    explicit_bzero(p->key, p->n_bytes);
  g_free(p->key);
  g_free(p);
}

gboolean
cap_pseudonyms_is_random(const CapPseudonyms *p)
{
  return p->is_random;
}

const char *
cap_pseudonyms_key_name(const CapPseudonyms *p)
{
  return p->name;
}

char *
cap_pseudonyms_uid(const CapPseudonyms *p, const char *uid)
{
  guint8 digest[DIGEST_BYTES];
  digest_of(p, "uid", uid, digest);
  return cap_uid_from_digest(digest);
}

static guint64
number_of(const guint8 digest[DIGEST_BYTES])
{
  guint64 number = 0;
  for (int i = 0; i < 8; i++)
    number = number << 8 | digest[i];
  return number;
}

static char *
name_patient(const CapPseudonyms *p, const char *identity, char separator)
{
  guint8 digest[DIGEST_BYTES];
  digest_of(p, "patient", identity, digest);
  return g_strdup_printf("ANON%c%012" G_GUINT64_FORMAT, separator,
                         number_of(digest) % G_GUINT64_CONSTANT(1000000000000));
}

char *
cap_pseudonyms_patient_id(const CapPseudonyms *p, const char *identity)
{
  return name_patient(p, identity, '-');
}

char *
cap_pseudonyms_patient_name(const CapPseudonyms *p, const char *identity)
{
  return name_patient(p, identity, '^');
}

int
cap_pseudonyms_shift_days(const CapPseudonyms *p, const char *identity)
{
  guint8 digest[DIGEST_BYTES];
  digest_of(p, "shift", identity, digest);
  return 1 + (int)(number_of(digest) % SHIFT_MAX);
}
