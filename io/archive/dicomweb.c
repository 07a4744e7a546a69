/* DICOMweb: the archive and its searches (QIDO-RS, PS3.18 10.6). */
#include "io/archive/dicomweb.h"

#include "core/error.h"
#include "core/language.h"
#include "io/archive/dicom_json.h"

#include <string.h>

#define MAX_ANSWER (64 << 20)
#define JSON_TYPE "application/dicom+json"

/* Whether QUERY fixes FIELD to one UID, which then is part of the path. */
static gboolean
is_given(const CapArchiveQuery *query, CapArchiveField field)
{
  return query->match[field] != NULL && *query->match[field] != '\0';
}

/* The resource, as in "/studies/1.2/series". */
static void
append_resource(GString *path, const CapArchiveQuery *query)
{
  if (query->level != CAP_LEVEL_STUDY && is_given(query, CAP_FIELD_STUDY_UID))
    g_string_append_printf(path, "/studies/%s",
                           query->match[CAP_FIELD_STUDY_UID]);
  if (query->level == CAP_LEVEL_IMAGE && is_given(query, CAP_FIELD_STUDY_UID) &&
      is_given(query, CAP_FIELD_SERIES_UID))
    g_string_append_printf(path, "/series/%s",
                           query->match[CAP_FIELD_SERIES_UID]);
  g_string_append(path, query->level == CAP_LEVEL_STUDY    ? "/studies"
                        : query->level == CAP_LEVEL_SERIES ? "/series"
                                                           : "/instances");
}

static char *
path_of(const CapArchiveQuery *query, int offset, int limit)
{
  GString *path = g_string_new(NULL);
  append_resource(path, query);
  g_string_append_printf(path, "?limit=%d&offset=%d", limit, offset);
  for (int i = 0; i < CAP_FIELD_N; i++) {
    const CapArchiveFieldInfo *info = cap_archive_field(i);
    g_autofree char *part =
        g_strdup_printf("/%s", query->match[i] != NULL ? query->match[i] : "");
    const gboolean in_path =
        strstr(path->str, part) != NULL &&
        (i == CAP_FIELD_STUDY_UID || i == CAP_FIELD_SERIES_UID);
    if (is_given(query, i) && !in_path) {
      g_autofree char *value = g_uri_escape_string(query->match[i], "*", TRUE);
      g_string_append_printf(path, "&%08X=%s", info->tag, value);
    } else if (info->level <= query->level && query->level != CAP_LEVEL_IMAGE) {
      g_string_append_printf(path, "&includefield=%08X", info->tag);
    }
  }
  return g_string_free(path, FALSE);
}

/* "Warning: 299 …: There are 12 additional results …" (PS3.18 8.3.4.4). */
static gboolean
has_more(SoupMessage *message)
{
  const char *warning = soup_message_headers_get_list(
      soup_message_get_response_headers(message), "Warning");
  return warning != NULL && strstr(warning, "additional results") != NULL;
}

static gboolean
check_type(const CapDicomweb *web, SoupMessage *message, GError **error)
{
  const char *type = soup_message_headers_get_content_type(
      soup_message_get_response_headers(message), NULL);
  if (type != NULL && (g_ascii_strcasecmp(type, JSON_TYPE) == 0 ||
                       g_ascii_strcasecmp(type, "application/json") == 0))
    return TRUE;
  g_set_error(error, CAP_ERROR, CAP_ERROR_ANSWER,
              "archive “%s” answers with %.60s instead of DICOM JSON; is its "
              "URL the root of its DICOMweb service?",
              web->archive.settings->name, type != NULL ? type : "nothing");
  return FALSE;
}

static gboolean
find_page(CapArchive *archive, const CapArchiveQuery *query, int offset,
          int limit, GPtrArray *rows, gboolean *end,
          const CapProgress *progress, GError **error)
{
  CapDicomweb *web = (CapDicomweb *)archive;
  g_autofree char *path = path_of(query, offset, limit);
  g_autoptr(SoupMessage) message =
      cap_http_message(web->http, "GET", path, JSON_TYPE);
  g_autoptr(GInputStream) body =
      cap_http_send(web->http, message, 0, progress, error);
  if (body == NULL)
    return FALSE;
  *end = TRUE;
  if (soup_message_get_status(message) == SOUP_STATUS_NO_CONTENT)
    return TRUE;
  if (!check_type(web, message, error))
    return FALSE;
  g_autoptr(GByteArray) text =
      cap_http_read_all(web->http, body, MAX_ANSWER, progress, error);
  if (text == NULL)
    return FALSE;
  g_autofree char *name = g_strdup_printf(N_("the answer of archive “%s”"),
                                          archive->settings->name);
  g_autoptr(GError) cause = NULL;
  if (!cap_dicom_json_rows((const char *)text->data, text->len, name, rows,
                           &cause)) {
    g_set_error_literal(error, CAP_ERROR, CAP_ERROR_ANSWER, cause->message);
    return FALSE;
  }
  *end = (int)rows->len < limit && !has_more(message);
  return TRUE;
}

static gboolean
echo(CapArchive *archive, const CapProgress *progress, GError **error)
{
  const CapArchiveQuery query = {.level = CAP_LEVEL_STUDY};
  g_autoptr(GPtrArray) rows =
      g_ptr_array_new_with_free_func((GDestroyNotify)cap_archive_row_free);
  gboolean end = FALSE;
  return find_page(archive, &query, 0, 1, rows, &end, progress, error);
}

static void
dicomweb_free(CapArchive *archive)
{
  CapDicomweb *web = (CapDicomweb *)archive;
  cap_http_free(web->http);
  g_free(web);
}

static const CapArchiveClass class = {
    .echo = echo,
    .find_page = find_page,
    .get_series = cap_dicomweb_get_series,
    .store = cap_dicomweb_store,
    .free = dicomweb_free,
};

CapArchive *
cap_dicomweb_new(const CapArchiveSettings *settings, GError **error)
{
  CapHttp *http = cap_http_new(settings, error);
  if (http == NULL)
    return NULL;
  CapDicomweb *web = g_new0(CapDicomweb, 1);
  web->archive = (CapArchive){&class, settings};
  web->http = http;
  return &web->archive;
}
