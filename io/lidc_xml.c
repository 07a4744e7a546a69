/* LIDC-IDRI annotation files: see lidc_xml.h. */
#include "io/lidc_xml.h"

#include "core/error.h"

#include <libxml/xmlreader.h>
#include <math.h>
#include <string.h>

typedef struct {
  CapLidcReads *reads;
  CapLidcMark *mark;       /* open, owned by reads */
  CapLidcContour *contour; /* open, owned by mark */
  CapLidcPixel pixel;
  gboolean in_ratings;
  char *date, *time; /* of service, owned */
  gsize n_points;
  const char *refusal; /* ours, static; NULL while all is well */
  int refusal_code;
  GString *text;  /* of the element being read */
  GString *fault; /* libxml2's first message */
  int fault_line;
  int line; /* of the last outline or study UID */
} Parser;

static void
contour_free(gpointer data)
{
  CapLidcContour *contour = data;
  g_free(contour->sop_uid);
  g_array_unref(contour->points);
  g_free(contour);
}

static void
mark_free(gpointer data)
{
  CapLidcMark *mark = data;
  g_free(mark->id);
  g_ptr_array_unref(mark->contours);
  g_free(mark);
}

void
cap_lidc_free(CapLidcReads *reads)
{
  if (reads == NULL)
    return;
  g_free(reads->series_uid);
  g_free(reads->study_uid);
  g_free(reads->message_uid);
  g_free(reads->service_time);
  g_ptr_array_unref(reads->marks);
  g_free(reads);
}

static CapLidcContour *
open_contour(CapLidcMark *mark, int line)
{
  CapLidcContour *contour = g_new0(CapLidcContour, 1);
  contour->line = line;
  contour->sop_uid = g_strdup("");
  contour->points = g_array_new(FALSE, FALSE, sizeof(CapLidcPixel));
  g_ptr_array_add(mark->contours, contour);
  return contour;
}

static void
open_mark(Parser *p, gboolean is_nodule)
{
  p->mark = g_new0(CapLidcMark, 1);
  p->mark->id = g_strdup("");
  p->mark->reader = MAX(p->reads->n_readers - 1, 0);
  p->mark->is_nodule = is_nodule;
  p->mark->contours = g_ptr_array_new_with_free_func(contour_free);
  g_ptr_array_add(p->reads->marks, p->mark);
  /* A non-nodule's place stands directly in it, without a roi. */
  p->contour = is_nodule ? NULL : open_contour(p->mark, p->line);
}

static void
on_start(Parser *p, const char *name)
{
  g_string_truncate(p->text, 0);
  if (g_str_equal(name, "readingSession"))
    p->reads->n_readers++;
  else if (g_str_equal(name, "unblindedReadNodule"))
    open_mark(p, TRUE);
  else if (g_str_equal(name, "nonNodule"))
    open_mark(p, FALSE);
  else if (g_str_equal(name, "roi") && p->mark != NULL)
    p->contour = open_contour(p->mark, p->line);
  else if (g_str_equal(name, "characteristics"))
    p->in_ratings = TRUE;
  else if (g_str_equal(name, "edgeMap") || g_str_equal(name, "locus"))
    p->pixel = (CapLidcPixel){0, 0};
}

/* A rating's level; 0 is what some files write for none. */
static void
on_rating(Parser *p, const char *name, const char *text)
{
  const int level = (int)CLAMP(g_ascii_strtoll(text, NULL, 10), 0, 6);
  if (g_str_equal(name, "malignancy"))
    p->mark->malignancy = level;
  for (int a = 0; a < CAP_N_ATTRIBUTES; a++)
    if (g_str_equal(name, cap_attribute_name((CapAttributeKind)a)))
      p->mark->attributes[a] = level;
  if (level > 0)
    p->mark->rated = TRUE;
}

static void
replace(char **field, const char *text)
{
  g_free(*field);
  *field = g_strdup(text);
}

static void
refuse(Parser *p, int code, const char *why)
{
  if (p->refusal == NULL) {
    p->refusal = why;
    p->refusal_code = code;
  }
}

static void
on_z(Parser *p, const char *text)
{
  char *end = NULL;
  p->contour->z_mm = g_ascii_strtod(text, &end);
  if (end == text || *end != '\0' || !isfinite(p->contour->z_mm))
    refuse(p, CAP_ERROR_DATA, "imageZposition is not a number");
}

static void
on_point(Parser *p)
{
  if (++p->n_points > CAP_LIDC_MAX_POINTS)
    refuse(p, CAP_ERROR_LIMIT, "more than 1000000 contour points");
  else
    g_array_append_val(p->contour->points, p->pixel);
}

/* A message is about one series: a second, different UID is refused. */
static void
on_uid(Parser *p, char **field, const char *text)
{
  if (**field != '\0' && !g_str_equal(*field, text))
    refuse(p, CAP_ERROR_DATA, "a second, different series or study UID");
  replace(field, text);
}

static void
on_study(Parser *p, const char *text)
{
  on_uid(p, &p->reads->study_uid, text);
  p->reads->study_line = p->line;
}

static void
on_mark_text(Parser *p, const char *name, const char *text)
{
  if (g_str_equal(name, "noduleID") || g_str_equal(name, "nonNoduleID"))
    replace(&p->mark->id, text);
  else if (p->in_ratings)
    on_rating(p, name, text);
  if (p->contour == NULL)
    return;
  if (g_str_equal(name, "imageZposition"))
    on_z(p, text);
  else if (g_str_equal(name, "imageSOP_UID"))
    replace(&p->contour->sop_uid, text);
  else if (g_str_equal(name, "inclusion"))
    p->contour->hole = g_ascii_strcasecmp(text, "FALSE") == 0;
  else if (g_str_equal(name, "xCoord"))
    p->pixel.column = (int)g_ascii_strtoll(text, NULL, 10);
  else if (g_str_equal(name, "yCoord"))
    p->pixel.row = (int)g_ascii_strtoll(text, NULL, 10);
  else if (g_str_equal(name, "edgeMap") || g_str_equal(name, "locus"))
    on_point(p);
}

static void
on_end(Parser *p, const char *name)
{
  g_strstrip(p->text->str);
  const char *text = p->text->str;
  if (g_ascii_strcasecmp(name, "SeriesInstanceUid") == 0)
    on_uid(p, &p->reads->series_uid, text);
  else if (g_ascii_strcasecmp(name, "StudyInstanceUID") == 0)
    on_study(p, text);
  else if (g_str_equal(name, "DateService"))
    replace(&p->date, text);
  else if (g_str_equal(name, "TimeService"))
    replace(&p->time, text);
  else if (p->mark != NULL)
    on_mark_text(p, name, text);
  if (g_str_equal(name, "characteristics"))
    p->in_ratings = FALSE;
  else if (g_str_equal(name, "roi"))
    p->contour = NULL;
  else if (g_str_equal(name, "unblindedReadNodule") ||
           g_str_equal(name, "nonNodule"))
    p->mark = NULL, p->contour = NULL;
  g_string_truncate(p->text, 0);
}

static void
on_fault(void *data, const char *message, xmlParserSeverities severity,
         xmlTextReaderLocatorPtr locator)
{
  Parser *p = data;
  if (p->fault->len > 0 || severity == XML_PARSER_SEVERITY_WARNING ||
      severity == XML_PARSER_SEVERITY_VALIDITY_WARNING)
    return;
  p->fault_line = xmlTextReaderLocatorLineNumber(locator);
  g_string_assign(p->fault, message);
  g_strstrip(p->fault->str);
}

/* The root must be a CT message; its uid is kept. */
static gboolean
on_root(Parser *p, xmlTextReaderPtr reader, const char *name, const char *path,
        GError **error)
{
  if (!g_str_equal(name, "LidcReadMessage")) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_UNSUPPORTED,
                "%s is a “%s”, not the CT annotations of LIDC-IDRI "
                "(LidcReadMessage)",
                path, name);
    return FALSE;
  }
  xmlChar *uid = xmlTextReaderGetAttribute(reader, BAD_CAST "uid");
  if (uid != NULL)
    replace(&p->reads->message_uid, (const char *)uid);
  xmlFree(uid);
  return TRUE;
}

/* Line of the node that READER is at. A node counts to 65535; the parser, which
 * is a little ahead, further. */
static int
line_of(xmlTextReaderPtr reader)
{
  const int line = (int)xmlGetLineNo(xmlTextReaderCurrentNode(reader));
  return line >= G_MAXUINT16 ? xmlTextReaderGetParserLineNumber(reader) : line;
}

/* What one node of the document adds. */
static void
on_node(Parser *p, xmlTextReaderPtr reader, int type, const char *name)
{
  if (type == XML_READER_TYPE_ELEMENT) {
    if (g_str_equal(name, "roi") || g_str_equal(name, "nonNodule") ||
        g_ascii_strcasecmp(name, "StudyInstanceUID") == 0)
      p->line = line_of(reader);
    on_start(p, name);
    if (xmlTextReaderIsEmptyElement(reader))
      on_end(p, name);
  } else if (type == XML_READER_TYPE_END_ELEMENT) {
    on_end(p, name);
  } else if (type == XML_READER_TYPE_TEXT || type == XML_READER_TYPE_CDATA) {
    const xmlChar *text = xmlTextReaderConstValue(reader);
    if (text != NULL && p->text->len < 4096)
      g_string_append(p->text, (const char *)text);
  }
}

static gboolean
walk(Parser *p, xmlTextReaderPtr reader, gboolean header_only, const char *path,
     GError **error)
{
  gboolean seen_root = FALSE;
  int more;
  while ((more = xmlTextReaderRead(reader)) == 1) {
    const int type = xmlTextReaderNodeType(reader);
    const char *name = (const char *)xmlTextReaderConstLocalName(reader);
    if (type == XML_READER_TYPE_ELEMENT && !seen_root) {
      if (!on_root(p, reader, name, path, error))
        return FALSE;
      seen_root = TRUE;
    }
    on_node(p, reader, type, name);
    if (p->refusal != NULL) {
      g_set_error(error, CAP_ERROR, p->refusal_code, "%s, line %d: %s", path,
                  line_of(reader), p->refusal);
      return FALSE;
    }
    if (header_only && type == XML_READER_TYPE_END_ELEMENT &&
        g_str_equal(name, "ResponseHeader"))
      return TRUE;
  }
  if (more < 0 || !seen_root) {
    const int line = p->fault_line > 0
                         ? p->fault_line
                         : xmlTextReaderGetParserLineNumber(reader);
    g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
                "%s, line %d: not readable XML: %s", path, line,
                p->fault->len > 0 ? p->fault->str : "it ends too early");
    return FALSE;
  }
  return TRUE;
}

static CapLidcReads *
reads_new(void)
{
  CapLidcReads *reads = g_new0(CapLidcReads, 1);
  reads->series_uid = g_strdup("");
  reads->study_uid = g_strdup("");
  reads->message_uid = g_strdup("");
  reads->service_time = g_strdup("");
  reads->marks = g_ptr_array_new_with_free_func(mark_free);
  return reads;
}

static CapLidcReads *
parse(const char *bytes, int n_bytes, gboolean header_only, const char *path,
      GError **error)
{
  xmlTextReaderPtr reader = xmlReaderForMemory(
      bytes, n_bytes, NULL, NULL,
      XML_PARSE_NONET | XML_PARSE_NOWARNING | XML_PARSE_COMPACT);
  if (reader == NULL) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_MEMORY,
                "not enough memory to read %s", path);
    return NULL;
  }
  g_autoptr(CapLidcReads) reads = reads_new();
  Parser p = {
      .reads = reads, .text = g_string_new(NULL), .fault = g_string_new(NULL)};
  xmlTextReaderSetErrorHandler(reader, on_fault, &p);
  const gboolean ok = walk(&p, reader, header_only, path, error);
  xmlFreeTextReader(reader);
  g_free(reads->service_time);
  reads->service_time =
      g_strdup_printf("%s %s", p.date ? p.date : "", p.time ? p.time : "");
  g_free(p.date);
  g_free(p.time);
  g_string_free(p.text, TRUE);
  g_string_free(p.fault, TRUE);
  return ok ? g_steal_pointer(&reads) : NULL;
}

static CapLidcReads *
read_file(const char *path, gboolean header_only, GError **error)
{
  g_autofree char *bytes = NULL;
  gsize n_bytes = 0;
  g_autoptr(GError) cause = NULL;
  if (!g_file_get_contents(path, &bytes, &n_bytes, &cause)) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_NO_INPUT, "cannot read %s: %s",
                path, cause->message);
    return NULL;
  }
  if (n_bytes == 0 || n_bytes > G_MAXINT) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
                "%s is empty or far too long for annotations", path);
    return NULL;
  }
  return parse(bytes, (int)n_bytes, header_only, path, error);
}

CapLidcKind
cap_lidc_mark_kind(const CapLidcMark *mark)
{
  if (!mark->is_nodule)
    return CAP_LIDC_NON_NODULE;
  return mark->rated ? CAP_LIDC_LARGE : CAP_LIDC_SMALL;
}

CapLidcReads *
cap_lidc_read(const char *path, GError **error)
{
  return read_file(path, FALSE, error);
}

CapLidcReads *
cap_lidc_read_header(const char *path, GError **error)
{
  return read_file(path, TRUE, error);
}

gboolean
cap_lidc_locate(const CapLidcMark *mark, const CapVolume *volume,
                CapPoint *index, double *reach_mm)
{
  double sum[3] = {0}, n = 0;
  for (guint i = 0; i < mark->contours->len; i++) {
    const CapLidcContour *contour = mark->contours->pdata[i];
    for (guint j = 0; !contour->hole && j < contour->points->len; j++, n++) {
      const CapLidcPixel *pixel =
          &g_array_index(contour->points, CapLidcPixel, j);
      sum[0] += pixel->column;
      sum[1] += pixel->row;
      sum[2] += (contour->z_mm - volume->origin_mm.z) / volume->spacing_mm[2];
    }
  }
  if (n == 0)
    return FALSE;
  *index = (CapPoint){sum[0] / n, sum[1] / n, sum[2] / n};
  double far = 0;
  for (guint i = 0; i < mark->contours->len; i++) {
    const CapLidcContour *contour = mark->contours->pdata[i];
    for (guint j = 0; j < contour->points->len; j++) {
      const CapLidcPixel *pixel =
          &g_array_index(contour->points, CapLidcPixel, j);
      const double dx = (pixel->column - index->x) * volume->spacing_mm[0];
      const double dy = (pixel->row - index->y) * volume->spacing_mm[1];
      const double dz = contour->z_mm - volume->origin_mm.z -
                        index->z * volume->spacing_mm[2];
      far = fmax(far, sqrt(dx * dx + dy * dy + dz * dz));
    }
  }
  *reach_mm = far;
  return TRUE;
}
