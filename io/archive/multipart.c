/* Multipart bodies: see multipart.h. */
#include "io/archive/multipart.h"

#include "core/error.h"
#include "core/language.h"

#include <string.h>

#define MAX_BOUNDARY 70 /* RFC 2046 5.1.1 */
#define MAX_HEAD 8192
#define MAX_PREAMBLE 65536

typedef enum {
  STATE_PREAMBLE,  /* before the first delimiter */
  STATE_DELIMITER, /* behind one: "--" or the end of its line follows */
  STATE_HEAD,
  STATE_BODY,
  STATE_END,
} State;

struct CapMultipart {
  char *delimiter; /* "\r\n--" and the boundary */
  gsize n_delimiter;
  const CapMultipartSink *sink;
  gpointer user_data;
  State state;
  GByteArray *held; /* bytes that cannot be told yet */
  gsize n_preamble;
  gint64 declared, got; /* length of the part; -1 for not declared */
};

static gboolean
wrong(GError **error, const char *what)
{
  g_set_error(error, CAP_ERROR, CAP_ERROR_ANSWER,
              "the archive's multipart answer %s", what);
  return FALSE;
}

CapMultipart *
cap_multipart_new(const char *boundary, const CapMultipartSink *sink,
                  gpointer user_data, GError **error)
{
  const gsize n = boundary != NULL ? strlen(boundary) : 0;
  if (n == 0 || n > MAX_BOUNDARY || strpbrk(boundary, "\r\n") != NULL) {
    wrong(error, N_("has no valid boundary"));
    return NULL;
  }
  CapMultipart *m = g_new0(CapMultipart, 1);
  m->delimiter = g_strconcat("\r\n--", boundary, NULL);
  m->n_delimiter = n + 4;
  m->sink = sink;
  m->user_data = user_data;
  m->held = g_byte_array_new();
  /* The first delimiter may be the first line: as if one had come before. */
  g_byte_array_append(m->held, (const guint8 *)"\r\n", 2);
  return m;
}

void
cap_multipart_free(CapMultipart *m)
{
  if (m == NULL)
    return;
  g_byte_array_unref(m->held);
  g_free(m->delimiter);
  g_free(m);
}

/* ---- heads ---- */

/* Value of header NAME in HEAD (lines separated by "\r\n"); NULL for none.
 * Caller frees. */
static char *
header_value(char *const *lines, const char *name)
{
  const gsize n = strlen(name);
  for (int i = 0; lines[i] != NULL; i++)
    if (g_ascii_strncasecmp(lines[i], name, n) == 0 && lines[i][n] == ':')
      return g_strstrip(g_strdup(lines[i] + n + 1));
  return NULL;
}

static gboolean
begin_part(CapMultipart *m, const char *head, GError **error)
{
  g_auto(GStrv) lines = g_strsplit(head, "\r\n", -1);
  g_autofree char *length = header_value(lines, "Content-Length");
  g_autofree char *value = header_value(lines, "Content-Type");
  if (value != NULL)
    value[strcspn(value, "; \t")] = '\0';
  g_autofree char *type = g_ascii_strdown(value != NULL ? value : "", -1);
  m->declared = -1;
  m->got = 0;
  if (length != NULL &&
      !g_ascii_string_to_signed(length, 10, 0, G_MAXINT64, &m->declared, NULL))
    return wrong(error, N_("has a part whose length is no number"));
  return m->sink->begin(type, m->declared, m->user_data, error);
}

static gboolean
give(CapMultipart *m, const guint8 *bytes, gsize n, GError **error)
{
  m->got += (gint64)n;
  if (m->declared >= 0 && m->got > m->declared)
    return wrong(error, N_("has a part that is longer than it declares"));
  return n == 0 || m->sink->data(bytes, n, m->user_data, error);
}

static gboolean
end_part(CapMultipart *m, GError **error)
{
  if (m->declared >= 0 && m->got < m->declared)
    return wrong(error, N_("has a part that is shorter than it declares"));
  return m->sink->end(m->user_data, error);
}

/* ---- steps: each looks at the N bytes AT that are held and says how many of
 * them it is done with ---- */

/* Up to the next delimiter. Bytes that may be its start are kept back. */
static gboolean
step_to_delimiter(CapMultipart *m, const guint8 *at, gsize n, gsize *used,
                  GError **error)
{
  const guint8 *found = memmem(at, n, m->delimiter, m->n_delimiter);
  const gsize plain = found != NULL         ? (gsize)(found - at)
                      : n >= m->n_delimiter ? n - m->n_delimiter + 1
                                            : 0;
  if (m->state == STATE_BODY && !give(m, at, plain, error))
    return FALSE;
  if (m->state == STATE_PREAMBLE && (m->n_preamble += plain) > MAX_PREAMBLE)
    return wrong(error, N_("has no part in its first 64 KiB"));
  *used = plain;
  if (found == NULL)
    return TRUE;
  if (m->state == STATE_BODY && !end_part(m, error))
    return FALSE;
  *used += m->n_delimiter;
  m->state = STATE_DELIMITER;
  return TRUE;
}

static gboolean
step_behind_delimiter(CapMultipart *m, const guint8 *at, gsize n, gsize *used,
                      GError **error)
{
  gsize i = 0;
  if (n < 2)
    return TRUE;
  if (memcmp(at, "--", 2) == 0) {
    *used = n;
    m->state = STATE_END;
    return TRUE;
  }
  while (i < n && (at[i] == ' ' || at[i] == '\t'))
    i++;
  if (i > MAX_BOUNDARY)
    return wrong(error, N_("is not divided by its boundary"));
  if (n - i < 2)
    return TRUE;
  if (memcmp(at + i, "\r\n", 2) != 0)
    return wrong(error, N_("is not divided by its boundary"));
  /* The line's end stays: a head without a line is just the empty one. */
  *used = i;
  m->state = STATE_HEAD;
  return TRUE;
}

static gboolean
step_head(CapMultipart *m, const guint8 *at, gsize n, gsize *used,
          GError **error)
{
  n = MIN(n, MAX_HEAD);
  const guint8 *found = memmem(at, n, "\r\n\r\n", 4);
  if (found == NULL)
    return n < MAX_HEAD || wrong(error, N_("has a part with an endless head"));
  if (memchr(at, '\0', (gsize)(found - at)) != NULL)
    return wrong(error, N_("has a part whose head is no text"));
  g_autofree char *head = g_strndup((const char *)at, (gsize)(found - at));
  *used = (gsize)(found - at) + 4;
  m->state = STATE_BODY;
  return begin_part(m, head, error);
}

static gboolean
step(CapMultipart *m, const guint8 *at, gsize n, gsize *used, GError **error)
{
  *used = 0;
  switch (m->state) {
  case STATE_PREAMBLE:
  case STATE_BODY:
    return step_to_delimiter(m, at, n, used, error);
  case STATE_DELIMITER:
    return step_behind_delimiter(m, at, n, used, error);
  case STATE_HEAD:
    return step_head(m, at, n, used, error);
  case STATE_END:
    *used = n; /* what follows the end means nothing */
    return TRUE;
  }
  return FALSE;
}

static gboolean
run(CapMultipart *m, GError **error)
{
  gsize offset = 0, used;
  State before;
  do {
    before = m->state;
    if (!step(m, m->held->data + offset, m->held->len - offset, &used, error))
      return FALSE;
    offset += used;
  } while (m->state != before);
  g_byte_array_remove_range(m->held, 0, (guint)offset);
  return TRUE;
}

gboolean
cap_multipart_push(CapMultipart *m, const void *bytes, gsize n_bytes,
                   GError **error)
{
  const guint8 *at = bytes;
  while (n_bytes > 0) {
    const gsize n = MIN(n_bytes, 65536);
    g_byte_array_append(m->held, at, (guint)n);
    if (!run(m, error))
      return FALSE;
    at += n;
    n_bytes -= n;
  }
  return TRUE;
}

gboolean
cap_multipart_finish(CapMultipart *m, GError **error)
{
  if (m->state == STATE_END)
    return TRUE;
  g_set_error(error, CAP_ERROR, CAP_ERROR_UNREACHABLE,
              "the archive's multipart answer ends early");
  return FALSE;
}
