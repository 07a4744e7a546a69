/* A DICOMweb archive for tests: see archive_server.h. */
#include "tests/support/archive_server.h"

#include "io/dicom/dicom_file.h"
#include "io/series/file_walk.h"

#include <libsoup/soup.h>
#include <string.h>
#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/lsan_interface.h>
#endif

#define ROOT "/dicom-web"
#define BOUNDARY "b0undary"

struct CapArchiveServer {
  SoupServer *server;
  GMainContext *context;
  GMainLoop *loop;
  GThread *thread;
  char *url;
  GPtrArray *files;   /* of CapDicomFile */
  GHashTable *stored; /* SOP UIDs */
  int n_studies;
  GMutex lock; /* of what follows */
  CapServerFault fault;
  int n_faults, n_requests;
  char *part;
};

static const char *const names[] = {
    "none",      "login",    "forbidden",   "fails",      "busy",
    "elsewhere", "page",     "no-json",     "no-paging",  "short-pages",
    "cut",       "no-end",   "part-length", "head",       "no-boundary",
    "others",    "damaged",  "lost",        "refuse-one", "refuse-chunk",
    "silent",    "post-cut", "slow"};

int
cap_archive_server_fault_named(const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
    if (g_str_equal(names[i], name))
      return (int)i;
  return -1;
}

/* The fault for a request of PATH, which is counted. */
static CapServerFault
take_fault(CapArchiveServer *s, const char *path)
{
  g_mutex_lock(&s->lock);
  s->n_requests++;
  CapServerFault fault = CAP_FAULT_NONE;
  if (s->n_faults != 0 && (s->part == NULL || strstr(path, s->part) != NULL)) {
    fault = s->fault;
    s->n_faults -= s->n_faults > 0;
  }
  g_mutex_unlock(&s->lock);
  return fault;
}

/* ---- answers ---- */

static void
answer(SoupServerMessage *message, guint status, const char *type,
       const char *body, gsize n)
{
  soup_server_message_set_status(message, status, NULL);
  if (type != NULL)
    soup_server_message_set_response(message, type, SOUP_MEMORY_COPY, body, n);
}

/* BYTES as they are, then the end of the connection. */
static void
answer_raw(SoupServerMessage *message, const char *bytes, gsize n)
{
  g_autoptr(GIOStream) stream = soup_server_message_steal_connection(message);
  g_output_stream_write_all(g_io_stream_get_output_stream(stream), bytes, n,
                            NULL, NULL, NULL);
  g_io_stream_close(stream, NULL, NULL);
}

static void
add_text(GString *out, const char *tag, const char *value)
{
  g_string_append_printf(out, "%s\"%s\":{\"vr\":\"LO\",\"Value\":[\"%s\"]}",
                         out->str[out->len - 1] == '{' ? "" : ",", tag, value);
}

static void
add_count(GString *out, const char *tag, int value)
{
  g_string_append_printf(out, ",\"%s\":{\"vr\":\"IS\",\"Value\":[%d]}", tag,
                         value);
}

/* ---- searches ---- */

static void
append_set(GString *out, const CapDicomFile *file, const char *resource)
{
  g_string_append(out, out->len > 1 ? ",{" : "{");
  add_text(out, "0020000D", file->text[CAP_DICOM_STUDY_UID]);
  add_text(out, "00100020", file->text[CAP_DICOM_PATIENT_ID]);
  /* a name that would play with a terminal, and one with a path */
  g_string_append(out, ",\"00100010\":{\"vr\":\"PN\",\"Value\":[{"
                       "\"Alphabetic\":\"M\\u00fcller^A\\u001b[31m\"}]}");
  add_text(out, "00081030", "../../etc/passwd");
  add_text(out, "00080020", file->text[CAP_DICOM_STUDY_DATE]);
  add_count(out, "00201208", 7);
  if (!g_str_equal(resource, "studies")) {
    add_text(out, "0020000E", file->text[CAP_DICOM_SERIES_UID]);
    add_text(out, "00080060", file->text[CAP_DICOM_MODALITY]);
  }
  if (g_str_equal(resource, "instances"))
    add_text(out, "00080018", file->sop_uid);
  g_string_append_c(out, '}');
}

static const char *
identity(const CapDicomFile *file, const char *resource)
{
  return g_str_equal(resource, "studies")  ? file->text[CAP_DICOM_STUDY_UID]
         : g_str_equal(resource, "series") ? file->text[CAP_DICOM_SERIES_UID]
                                           : file->sop_uid;
}

static gboolean
matches(const CapDicomFile *file, const char *path, GHashTable *query)
{
  const char *study = query ? g_hash_table_lookup(query, "0020000D") : NULL;
  const char *series = query ? g_hash_table_lookup(query, "0020000E") : NULL;
  g_auto(GStrv) parts = g_strsplit(path, "/", -1);
  const guint n = g_strv_length(parts);
  for (guint i = 1; i + 1 < n; i++) {
    if (g_str_equal(parts[i], "studies"))
      study = parts[i + 1];
    if (g_str_equal(parts[i], "series"))
      series = parts[i + 1];
  }
  return (study == NULL ||
          g_str_equal(study, file->text[CAP_DICOM_STUDY_UID])) &&
         (series == NULL ||
          g_str_equal(series, file->text[CAP_DICOM_SERIES_UID]));
}

/* What RESOURCE ("series") is there, each once, in order of the files. */
static GPtrArray *
list_matches(const CapArchiveServer *s, const char *path, GHashTable *query,
             const char *resource)
{
  g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
  GPtrArray *list = g_ptr_array_new();
  for (guint i = 0; i < s->files->len; i++) {
    CapDicomFile *file = s->files->pdata[i];
    if (matches(file, path, query) &&
        g_hash_table_add(seen, (gpointer)identity(file, resource)))
      g_ptr_array_add(list, file);
  }
  return list;
}

static int
number_of(GHashTable *query, const char *key, int usual)
{
  const char *text = query != NULL ? g_hash_table_lookup(query, key) : NULL;
  return text != NULL ? atoi(text) : usual;
}

static void
search(CapArchiveServer *s, SoupServerMessage *message, const char *path,
       GHashTable *query, CapServerFault fault)
{
  const char *resource = strrchr(path, '/') + 1;
  g_autoptr(GPtrArray) list = list_matches(s, path, query, resource);
  const int made = g_str_equal(resource, "studies") ? s->n_studies : 0;
  const int total = (int)list->len + made;
  int offset = number_of(query, "offset", 0);
  int limit = number_of(query, "limit", total);
  if (fault == CAP_FAULT_NO_PAGING)
    offset = 0, limit = total;
  if (fault == CAP_FAULT_SHORT_PAGES)
    limit = MIN(limit, 3);
  g_autoptr(GString) out = g_string_new("[");
  for (int i = offset; i < MIN(offset + limit, total); i++) {
    if (i < (int)list->len) {
      append_set(out, list->pdata[i], resource);
      continue;
    }
    g_autofree char *uid = g_strdup_printf("1.2.77.%d", i);
    g_string_append(out, out->len > 1 ? ",{" : "{");
    add_text(out, "0020000D", uid);
    g_string_append_c(out, '}');
  }
  g_string_append_c(out, ']');
  if (fault == CAP_FAULT_SHORT_PAGES && offset + limit < total)
    soup_message_headers_append(
        soup_server_message_get_response_headers(message), "Warning",
        "299 test: There are more additional results that can be requested");
  answer(message, 200, "application/dicom+json", out->str, out->len);
}

/* ---- fetching ---- */

static void
append_part(GByteArray *body, const CapDicomFile *file, CapServerFault fault)
{
  g_autofree char *bytes = NULL;
  gsize n = 0;
  if (!g_file_get_contents(file->path, &bytes, &n, NULL))
    g_error("no file %s", file->path);
  if (fault == CAP_FAULT_DAMAGED && file->instance_number == 1)
    n /= 2;
  g_autofree char *head = g_strdup_printf(
      "\r\n--" BOUNDARY "\r\nContent-Type: application/dicom\r\n"
      "Content-Location: /../../../tmp/evil.dcm\r\n"
      "Content-Length: %" G_GSIZE_FORMAT "\r\n\r\n",
      fault == CAP_FAULT_PART_LENGTH ? n - 2 : n);
  g_byte_array_append(body, (guint8 *)head, (guint)strlen(head));
  g_byte_array_append(body, (guint8 *)bytes, (guint)n);
}

static void
append_string(GByteArray *body, const char *text)
{
  g_byte_array_append(body, (const guint8 *)text, (guint)strlen(text));
}

static GByteArray *
parts_of(const CapArchiveServer *s, const char *path, const char *sop_uid,
         CapServerFault fault)
{
  GByteArray *body = g_byte_array_new();
  for (guint i = 0; i < s->files->len; i++) {
    const CapDicomFile *file = s->files->pdata[i];
    if (fault == CAP_FAULT_OTHERS ||
        (matches(file, path, NULL) &&
         (sop_uid == NULL || g_str_equal(sop_uid, file->sop_uid))))
      append_part(body, file, fault);
  }
  if (fault == CAP_FAULT_HEAD) {
    append_string(body, "\r\n--" BOUNDARY "\r\nX: ");
    for (int i = 0; i < 1000; i++)
      append_string(body, "hostile and long ");
  }
  if (fault != CAP_FAULT_NO_END)
    append_string(body, "\r\n--" BOUNDARY "--\r\n");
  return body;
}

static void
fetch(CapArchiveServer *s, SoupServerMessage *message, const char *path,
      CapServerFault fault)
{
  const char *instance = strstr(path, "/instances/");
  const char *sop_uid = instance != NULL ? instance + 11 : NULL;
  g_autoptr(GByteArray) body = parts_of(s, path, sop_uid, fault);
  const CapDicomFile *first = s->files->pdata[0];
  if (fault == CAP_FAULT_LOST &&
      (sop_uid == NULL || g_str_equal(sop_uid, first->sop_uid))) {
    answer(message, 404, NULL, NULL, 0);
    return;
  }
  if (fault == CAP_FAULT_CUT) {
    g_autofree char *head =
        g_strdup_printf("HTTP/1.1 200 OK\r\nContent-Type: multipart/related; "
                        "boundary=" BOUNDARY "\r\nContent-Length: %u\r\n\r\n",
                        body->len);
    g_autoptr(GByteArray) raw = g_byte_array_new();
    append_string(raw, head);
    g_byte_array_append(raw, body->data, body->len * 2 / 3);
    answer_raw(message, (char *)raw->data, raw->len);
    return;
  }
  answer(message, 200,
         fault == CAP_FAULT_NO_BOUNDARY
             ? "multipart/related; type=\"application/dicom\""
             : "multipart/related; type=\"application/dicom\"; "
               "boundary=" BOUNDARY,
         (char *)body->data, body->len);
}

/* ---- storing ---- */

/* The SOP UIDs of the parts of BODY, in DICOM files made by dicom_make: found
 * by writing each part to a file. */
static GPtrArray *
uids_in(SoupServerMessage *message, gboolean *has_first)
{
  g_autoptr(GHashTable) parameters = NULL;
  soup_message_headers_get_content_type(
      soup_server_message_get_request_headers(message), &parameters);
  g_autofree char *delimiter = g_strconcat(
      "\r\n--", (char *)g_hash_table_lookup(parameters, "boundary"), NULL);
  g_autoptr(GBytes) body =
      soup_message_body_flatten(soup_server_message_get_request_body(message));
  gsize n = 0;
  const char *at = g_bytes_get_data(body, &n), *end = at + n;
  GPtrArray *uids = g_ptr_array_new_with_free_func(g_free);
  while ((at = memmem(at, (gsize)(end - at), "\r\n\r\n", 4)) != NULL) {
    at += 4;
    const char *next =
        memmem(at, (gsize)(end - at), delimiter, strlen(delimiter));
    g_autofree char *path = NULL;
    const int fd = g_file_open_tmp("part-XXXXXX", &path, NULL);
    if (next == NULL || fd < 0)
      break;
    close(fd);
    g_file_set_contents(path, at, next - at, NULL);
    g_autoptr(CapDicomFile) file = cap_dicom_file_read(path);
    g_ptr_array_add(uids, g_strdup(file->sop_uid));
    *has_first |= file->instance_number == 1;
    if (file->instance_number == 1) /* the first one leads */
      g_ptr_array_insert(uids, 0, g_ptr_array_steal_index(uids, uids->len - 1));
    unlink(path);
    at = next;
  }
  return uids;
}

static void
store(CapArchiveServer *s, SoupServerMessage *message, CapServerFault fault)
{
  gboolean has_first = FALSE;
  g_autoptr(GPtrArray) uids = uids_in(message, &has_first);
  if (fault == CAP_FAULT_POST_CUT) {
    answer_raw(message, "", 0);
    return;
  }
  if (fault == CAP_FAULT_REFUSE_CHUNK && has_first) {
    answer(message, 400, NULL, NULL, 0);
    return;
  }
  const guint refused = fault == CAP_FAULT_REFUSE_ONE && has_first;
  g_autoptr(GString) out = g_string_new("{\"00081199\":{\"vr\":\"SQ\","
                                        "\"Value\":[");
  for (guint i = refused; i < uids->len && fault != CAP_FAULT_SILENT; i++) {
    g_string_append_printf(
        out, "%s{\"00081155\":{\"vr\":\"UI\",\"Value\":[\"%s\"]}}",
        i > refused ? "," : "", (char *)uids->pdata[i]);
    g_hash_table_add(s->stored, g_strdup(uids->pdata[i]));
  }
  g_string_append(out, "]}");
  if (refused)
    g_string_append_printf(out,
                           ",\"00081198\":{\"vr\":\"SQ\",\"Value\":[{"
                           "\"00081155\":{\"vr\":\"UI\",\"Value\":[\"%s\"]},"
                           "\"00081197\":{\"vr\":\"US\",\"Value\":[290]}}]}",
                           (char *)uids->pdata[0]);
  g_string_append_c(out, '}');
  answer(message,
         refused && uids->len == 1 ? 409
         : refused                 ? 202
                                   : 200,
         "application/dicom+json", out->str, out->len);
}

/* ---- requests ---- */

/* Faults that need no look at what is asked. */
static gboolean
fail(SoupServerMessage *message, CapServerFault fault)
{
  static const struct {
    CapServerFault fault;
    guint status;
    const char *type, *body;
  } answers[] = {
      {CAP_FAULT_FORBIDDEN, 403, NULL, NULL},
      {CAP_FAULT_FAILS, 500, NULL, NULL},
      {CAP_FAULT_BUSY, 503, NULL, NULL},
      {CAP_FAULT_ELSEWHERE, 302, NULL, NULL},
      {CAP_FAULT_PAGE, 200, "text/html", "<html>Log in</html>"},
      {CAP_FAULT_NO_JSON, 200, "application/dicom+json", "[{\"0020000D\":"},
  };
  const char *login = soup_message_headers_get_one(
      soup_server_message_get_request_headers(message), "Authorization");
  if (fault == CAP_FAULT_LOGIN &&
      g_strcmp0(login, "Basic cmVhZGVyOnNlY3JldA==") != 0) {
    answer(message, 401, NULL, NULL, 0);
    return TRUE;
  }
  if (fault == CAP_FAULT_SLOW) {
    soup_server_message_pause(message);
    return TRUE;
  }
  if (fault == CAP_FAULT_ELSEWHERE)
    soup_message_headers_append(
        soup_server_message_get_response_headers(message), "Location",
        "https://elsewhere.example/dicom");
  for (gsize i = 0; i < G_N_ELEMENTS(answers); i++)
    if (answers[i].fault == fault) {
      answer(message, answers[i].status, answers[i].type, answers[i].body,
             answers[i].body != NULL ? strlen(answers[i].body) : 0);
      return TRUE;
    }
  return FALSE;
}

static void
serve(SoupServer *server, SoupServerMessage *message, const char *path,
      GHashTable *query, gpointer user_data)
{
  CapArchiveServer *s = user_data;
  const CapServerFault fault = take_fault(s, path);
  const char *last = strrchr(path, '/') + 1;
  if (fail(message, fault))
    return;
  if (g_str_equal(soup_server_message_get_method(message), "POST"))
    store(s, message, fault);
  else if (g_str_equal(last, "studies") || g_str_equal(last, "series") ||
           g_str_equal(last, "instances"))
    search(s, message, path, query, fault);
  else if (strstr(path, "/series/") != NULL && s->files->len > 0)
    fetch(s, message, path, fault);
  else
    answer(message, 404, NULL, NULL, 0);
}

/* Whether LeakSanitizer looks for what this thread allocates. libsoup 3.2 leaks
 * the address that a server listens on and the socket of each connection that
 * it accepts, and the fast unwinder cannot name libsoup for leaks.supp. */
static void
watch_leaks(gboolean on)
{
#if defined(__SANITIZE_ADDRESS__)
  (on ? __lsan_enable : __lsan_disable)();
#endif
}

static gpointer
run(gpointer user_data)
{
  CapArchiveServer *s = user_data;
  watch_leaks(FALSE);
  g_main_context_push_thread_default(s->context);
  g_main_loop_run(s->loop);
  g_main_context_pop_thread_default(s->context);
  watch_leaks(TRUE);
  return NULL;
}

CapArchiveServer *
cap_archive_server_new(const char *folder, const char *certificate,
                       const char *key)
{
  CapArchiveServer *s = g_new0(CapArchiveServer, 1);
  g_autoptr(GError) error = NULL;
  s->files =
      g_ptr_array_new_with_free_func((GDestroyNotify)cap_dicom_file_unref);
  s->stored = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(GPtrArray) paths =
      folder != NULL ? cap_file_walk(folder, TRUE, NULL, NULL) : NULL;
  for (guint i = 0; paths != NULL && i < paths->len; i++)
    g_ptr_array_add(s->files, cap_dicom_file_read(paths->pdata[i]));
  s->context = g_main_context_new();
  s->loop = g_main_loop_new(s->context, FALSE);
  g_main_context_push_thread_default(s->context);
  s->server = soup_server_new(NULL, NULL);
  if (certificate != NULL) {
    g_autoptr(GTlsCertificate) tls =
        g_tls_certificate_new_from_files(certificate, key, &error);
    if (tls == NULL)
      g_error("%s", error->message);
    soup_server_set_tls_certificate(s->server, tls);
  }
  soup_server_add_handler(s->server, ROOT, serve, s, NULL);
  watch_leaks(FALSE);
  if (!soup_server_listen_local(
          s->server, 0,
          SOUP_SERVER_LISTEN_IPV4_ONLY |
              (certificate != NULL ? SOUP_SERVER_LISTEN_HTTPS : 0),
          &error))
    g_error("%s", error->message);
  g_main_context_pop_thread_default(s->context);
  watch_leaks(TRUE);
  GSList *uris = soup_server_get_uris(s->server);
  s->url = g_strdup_printf("%s://127.0.0.1:%d" ROOT,
                           certificate != NULL ? "https" : "http",
                           g_uri_get_port(uris->data));
  g_slist_free_full(uris, (GDestroyNotify)g_uri_unref);
  s->thread = g_thread_new("archive", run, s);
  return s;
}

/* libsoup leaves the decision to us even about one that is in order. */
static gboolean
judge_client(SoupServerMessage *message, GTlsCertificate *certificate,
             GTlsCertificateFlags flags, gpointer user_data)
{
  return flags == 0;
}

static void
watch_client(SoupServer *server, SoupServerMessage *message, gpointer user_data)
{
  g_signal_connect(message, "accept-certificate", G_CALLBACK(judge_client),
                   NULL);
}

void
cap_archive_server_ask(CapArchiveServer *s, const char *ca)
{
  g_autoptr(GTlsDatabase) database = g_tls_file_database_new(ca, NULL);
  if (database == NULL)
    g_error("no authority %s", ca);
  soup_server_set_tls_database(s->server, database);
  soup_server_set_tls_auth_mode(s->server, G_TLS_AUTHENTICATION_REQUIRED);
  g_signal_connect(s->server, "request-started", G_CALLBACK(watch_client),
                   NULL);
}

void
cap_archive_server_free(CapArchiveServer *s)
{
  g_main_loop_quit(s->loop);
  g_thread_join(s->thread);
  soup_server_disconnect(s->server);
  g_object_unref(s->server);
  g_main_loop_unref(s->loop);
  g_main_context_unref(s->context);
  g_ptr_array_unref(s->files);
  g_hash_table_unref(s->stored);
  g_free(s->url);
  g_free(s->part);
  g_free(s);
}

const char *
cap_archive_server_url(const CapArchiveServer *s)
{
  return s->url;
}

void
cap_archive_server_set_fault(CapArchiveServer *s, CapServerFault fault, int n,
                             const char *part)
{
  g_mutex_lock(&s->lock);
  s->fault = fault;
  s->n_faults = n;
  g_free(s->part);
  s->part = g_strdup(part);
  g_mutex_unlock(&s->lock);
}

void
cap_archive_server_add_studies(CapArchiveServer *s, int n)
{
  s->n_studies += n;
}

int
cap_archive_server_n_requests(CapArchiveServer *s)
{
  g_mutex_lock(&s->lock);
  const int n = s->n_requests;
  g_mutex_unlock(&s->lock);
  return n;
}

int
cap_archive_server_n_stored(CapArchiveServer *s)
{
  return (int)g_hash_table_size(s->stored);
}
