/* The certificates of an archive's settings: PEM files, read before anybody is
 * asked. For the files of this folder. */
#pragma once

#include "io/archive/archive_settings.h"

#include <gio/gio.h>

/* Whom to trust; *DATABASE is NULL for the system's authorities. FALSE with
 * CAP_ERROR_CONFIG. */
gboolean cap_certificates_trusted(const CapArchiveSettings *settings,
                                  GTlsDatabase **database, GError **error);
/* Ours and its key; *OWN is NULL when there is none. FALSE with
 * CAP_ERROR_CONFIG. */
gboolean cap_certificates_own(const CapArchiveSettings *settings,
                              GTlsCertificate **own, GError **error);
/* Whether both can be used, for who gives the files to others to read. */
gboolean cap_certificates_check(const CapArchiveSettings *settings,
                                GError **error);
