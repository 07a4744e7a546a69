/* Certificates of an archive's settings: see certificates.h. */
#include "io/archive/certificates.h"

#include "core/error.h"

static gboolean
config_error(const CapArchiveSettings *s, const char *what, const char *path,
             const GError *cause, GError **error)
{
  g_set_error(error, CAP_ERROR, CAP_ERROR_CONFIG,
              "archive “%s”: %s “%s” cannot be used: %s", s->name, what, path,
              cause->message);
  return FALSE;
}

gboolean
cap_certificates_trusted(const CapArchiveSettings *s, GTlsDatabase **database,
                         GError **error)
{
  g_autoptr(GError) cause = NULL;
  *database = NULL;
  if (s->ca == NULL)
    return TRUE;
  /* glib-networking takes an empty list for one that trusts nobody. */
  GList *list = g_tls_certificate_list_new_from_file(s->ca, &cause);
  const gboolean some = list != NULL;
  g_list_free_full(list, g_object_unref);
  if (cause == NULL && !some)
    g_set_error_literal(&cause, CAP_ERROR, CAP_ERROR_CONFIG,
                        "it has no certificate");
  g_autofree char *absolute = g_canonicalize_filename(s->ca, NULL);
  if (cause == NULL)
    *database = g_tls_file_database_new(absolute, &cause);
  return *database != NULL || config_error(s, "ca", s->ca, cause, error);
}

gboolean
cap_certificates_own(const CapArchiveSettings *s, GTlsCertificate **own,
                     GError **error)
{
  g_autoptr(GError) cause = NULL;
  *own = NULL;
  if (s->certificate == NULL)
    return TRUE;
  *own = g_tls_certificate_new_from_files(s->certificate, s->key, &cause);
  return *own != NULL ||
         config_error(s, "certificate", s->certificate, cause, error);
}

gboolean
cap_certificates_check(const CapArchiveSettings *s, GError **error)
{
  g_autoptr(GTlsDatabase) database = NULL;
  g_autoptr(GTlsCertificate) own = NULL;
  return cap_certificates_trusted(s, &database, error) &&
         cap_certificates_own(s, &own, error);
}
