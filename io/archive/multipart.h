/* CapMultipart: takes a multipart/related body (RFC 2046 5.1, RFC 2387; DICOM
 * PS3.18 8.6.1.2) apart as it comes in.
 *
 * Memory is bounded whatever comes: the head of a part has 8 KiB at most, what
 * stands before the first part 64 KiB, and bodies are handed on in pieces. */
#pragma once

#include <glib.h>

typedef struct CapMultipart CapMultipart;

/* What is done with the parts; FALSE with an error ends the parsing. */
typedef struct {
  /* A part starts; TYPE is its media type in lower case, "" when it has none;
   * LENGTH what it declares, -1 for nothing. */
  gboolean (*begin)(const char *type, gint64 length, gpointer user_data,
                    GError **error);
  gboolean (*data)(const guint8 *bytes, gsize n_bytes, gpointer user_data,
                   GError **error);
  gboolean (*end)(gpointer user_data, GError **error);
} CapMultipartSink;

/* BOUNDARY as the Content-Type says it; SINK is borrowed. Returns; NULL with
 * CAP_ERROR_ANSWER when it is no boundary. */
CapMultipart *cap_multipart_new(const char *boundary,
                                const CapMultipartSink *sink,
                                gpointer user_data, GError **error);
void cap_multipart_free(CapMultipart *multipart);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapMultipart, cap_multipart_free)

/* The next bytes of the body. CAP_ERROR_ANSWER says what is wrong with them;
 * errors of the sink. */
gboolean cap_multipart_push(CapMultipart *multipart, const void *bytes,
                            gsize n_bytes, GError **error);
/* The body is over. CAP_ERROR_UNREACHABLE when its end is missing: the part
 * that was open was never ended. */
gboolean cap_multipart_finish(CapMultipart *multipart, GError **error);
