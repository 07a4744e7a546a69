/* LIDC XML out: see lidc_write.h. */
#include "io/lidc_write.h"

#include "io/atomic_file.h"

#include <string.h>

static const char *const rating_names[CAP_LIDC_N_RATINGS] = {
    "subtlety",   "internalStructure", "calcification", "sphericity", "margin",
    "lobulation", "spiculation",       "texture",       "malignancy",
};

/* ---- marks ---- */

static void
entry_free(gpointer data)
{
  CapLidcEntry *mark = data;
  g_free(mark->id);
  cap_mask_free(mark->mask);
  g_free(mark);
}

CapLidcEntry *
cap_lidc_entry_new(const char *id)
{
  CapLidcEntry *mark = g_new0(CapLidcEntry, 1);
  mark->id = g_strdup(id);
  return mark;
}

CapLidcSession *
cap_lidc_session_new(const char *reader)
{
  CapLidcSession *session = g_new0(CapLidcSession, 1);
  session->reader = g_strdup(reader);
  session->nodules = g_ptr_array_new_with_free_func(entry_free);
  session->non_nodules = g_ptr_array_new_with_free_func(entry_free);
  return session;
}

void
cap_lidc_session_free(CapLidcSession *session)
{
  if (session == NULL)
    return;
  g_free(session->reader);
  g_ptr_array_unref(session->nodules);
  g_ptr_array_unref(session->non_nodules);
  g_free(session);
}

/* ---- outlines ---- */

/* One slice of a mask with a margin of two pixels. */
typedef struct {
  int width, height;
  uint8_t *at;
} Image;

#define MARGIN 2
enum { OUTSIDE, INSIDE, SEEN, RING };

static const int step_x[8] = {1, 1, 0, -1, -1, -1, 0, 1};
static const int step_y[8] = {0, 1, 1, 1, 0, -1, -1, -1};

/* Turns what is connected to START from value FROM into TO; 8 or 4 ways. */
static void
flood(Image *image, int start, uint8_t from, uint8_t to, int ways)
{
  g_autoptr(GArray) stack = g_array_new(FALSE, FALSE, sizeof(int));
  image->at[start] = to;
  g_array_append_val(stack, start);
  while (stack->len > 0) {
    const int here = g_array_index(stack, int, stack->len - 1);
    g_array_set_size(stack, stack->len - 1);
    const int x = here % image->width, y = here / image->width;
    for (int d = 0; d < 8; d += 8 / ways) {
      const int nx = x + step_x[d], ny = y + step_y[d];
      if (nx < 0 || ny < 0 || nx >= image->width || ny >= image->height)
        continue;
      const int next = ny * image->width + nx;
      if (image->at[next] != from)
        continue;
      image->at[next] = to;
      g_array_append_val(stack, next);
    }
  }
}

static Image
cut_slice(const CapMask *mask, int slice)
{
  Image image = {mask->columns + 2 * MARGIN, mask->rows + 2 * MARGIN, NULL};
  const int n = image.width * image.height;
  image.at = g_malloc0((gsize)n);
  for (int r = 0; r < mask->rows; r++)
    for (int c = 0; c < mask->columns; c++)
      if (mask->voxels[((gsize)slice * mask->rows + r) * mask->columns + c])
        image.at[(r + MARGIN) * image.width + c + MARGIN] = INSIDE;
  /* Fill holes: what the outside does not reach belongs to the nodule. */
  flood(&image, 0, OUTSIDE, SEEN, 4);
  for (int i = 0; i < n; i++)
    image.at[i] = image.at[i] == SEEN ? OUTSIDE : INSIDE;
  return image;
}

static void
put_pixel(GArray *path, const Image *image, int at, const CapMask *mask)
{
  const int x = at % image->width - MARGIN + mask->first[0],
            y = at / image->width - MARGIN + mask->first[1];
  g_array_append_val(path, x);
  g_array_append_val(path, y);
}

/* Walks around what is non-zero in GROWN from its first pixel, clockwise (Moore
 * neighbours), and returns the closed path in volume pixels. At an inner corner
 * the path takes the corner pixel too, so that nothing outside the nodule lies
 * within the ring. */
static GArray *
walk(const Image *grown, int start, const CapMask *mask)
{
  GArray *path = g_array_new(FALSE, FALSE, sizeof(int));
  int here = start, from = 4; /* came from the left */
  for (int steps = 0; steps < 8 * grown->width * grown->height; steps++) {
    put_pixel(path, grown, here, mask);
    if (steps > 0 && here == start)
      break;
    for (int k = 1; k <= 8; k++) {
      const int d = (from + k) % 8,
                next = here + step_y[d] * grown->width + step_x[d];
      if (grown->at[next] == OUTSIDE)
        continue;
      const int corner =
          here + step_y[(d + 1) % 8] * grown->width + step_x[(d + 1) % 8];
      if (d % 2 == 1 && grown->at[corner] == RING)
        put_pixel(path, grown, corner, mask);
      here = next;
      /* Look on from the last empty neighbour, seen from the new pixel. */
      from = (d + (d % 2 ? 5 : 6)) % 8;
      break;
    }
  }
  return path;
}

static GArray *
outline_part(Image *image, int first, const CapMask *mask)
{
  flood(image, first, INSIDE, SEEN, 8);
  Image grown = {image->width, image->height,
                 g_malloc0((gsize)image->width * image->height)};
  for (int i = 0; i < image->width * image->height; i++) {
    if (image->at[i] != SEEN)
      continue;
    image->at[i] = RING; /* done with this part */
    const int cross[5] = {i, i - 1, i + 1, i - image->width, i + image->width};
    for (int k = 0; k < 5; k++)
      if (grown.at[cross[k]] != INSIDE)
        grown.at[cross[k]] = k == 0 ? INSIDE : RING;
  }
  int start = 0;
  while (grown.at[start] == 0)
    start++;
  GArray *path = walk(&grown, start, mask);
  g_free(grown.at);
  return path;
}

GPtrArray *
cap_lidc_outlines(const CapMask *mask, int slice)
{
  GPtrArray *outlines =
      g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref);
  const int within = slice - mask->first[2];
  if (within < 0 || within >= mask->slices)
    return outlines;
  Image image = cut_slice(mask, within);
  for (int i = 0; i < image.width * image.height; i++)
    if (image.at[i] == INSIDE)
      g_ptr_array_add(outlines, outline_part(&image, i, mask));
  g_free(image.at);
  return outlines;
}

/* ---- XML ---- */

static void
put_place(GString *xml, const CapVolume *v, int slice, const char *indent)
{
  char z[G_ASCII_DTOSTR_BUF_SIZE];
  const CapPoint index = {0, 0, slice};
  const CapPoint at = cap_volume_to_patient(v, index);
  g_ascii_formatd(z, sizeof z, "%.6f", at.z);
  g_autofree char *uid = g_markup_escape_text(
      v->source->sop_uids ? v->source->sop_uids[slice] : "", -1);
  g_string_append_printf(xml,
                         "%s<imageZposition>%s</imageZposition>\n"
                         "%s<imageSOP_UID>%s</imageSOP_UID>\n",
                         indent, z, indent, uid);
}

static void
put_point(GString *xml, const char *element, int x, int y, const char *indent)
{
  g_string_append_printf(xml,
                         "%s<%s>\n%s  <xCoord>%d</xCoord>\n"
                         "%s  <yCoord>%d</yCoord>\n%s</%s>\n",
                         indent, element, indent, x, indent, y, indent,
                         element);
}

static void
put_roi(GString *xml, const CapVolume *v, int slice, const int *points, int n)
{
  g_string_append(xml, "      <roi>\n");
  put_place(xml, v, slice, "        ");
  g_string_append(xml, "        <inclusion>TRUE</inclusion>\n");
  for (int i = 0; i < n; i++)
    put_point(xml, "edgeMap", points[2 * i], points[2 * i + 1], "        ");
  g_string_append(xml, "      </roi>\n");
}

static void
put_nodule(GString *xml, const CapVolume *v, const CapLidcEntry *mark)
{
  g_autofree char *id = g_markup_escape_text(mark->id, -1);
  g_string_append_printf(
      xml, "    <unblindedReadNodule>\n      <noduleID>%s</noduleID>\n", id);
  if (mark->ratings[0] > 0) {
    g_string_append(xml, "      <characteristics>\n");
    for (int i = 0; i < CAP_LIDC_N_RATINGS; i++)
      g_string_append_printf(xml, "        <%s>%d</%s>\n", rating_names[i],
                             mark->ratings[i], rating_names[i]);
    g_string_append(xml, "      </characteristics>\n");
  }
  if (mark->mask == NULL) {
    put_roi(xml, v, mark->point[2], mark->point, 1);
  } else {
    for (int s = 0; s < mark->mask->slices; s++) {
      const int slice = mark->mask->first[2] + s;
      g_autoptr(GPtrArray) outlines = cap_lidc_outlines(mark->mask, slice);
      for (guint i = 0; i < outlines->len; i++) {
        const GArray *path = outlines->pdata[i];
        put_roi(xml, v, slice, (const int *)path->data, (int)path->len / 2);
      }
    }
  }
  g_string_append(xml, "    </unblindedReadNodule>\n");
}

static void
put_session(GString *xml, const CapVolume *v, const CapLidcSession *session)
{
  g_autofree char *reader = g_markup_escape_text(session->reader, -1);
  g_string_append_printf(
      xml,
      "  <readingSession>\n"
      "    <annotationVersion>3.12</annotationVersion>\n"
      "    <servicingRadiologistID>%s</servicingRadiologistID>\n",
      reader);
  for (guint i = 0; i < session->nodules->len; i++)
    put_nodule(xml, v, session->nodules->pdata[i]);
  for (guint i = 0; i < session->non_nodules->len; i++) {
    const CapLidcEntry *mark = session->non_nodules->pdata[i];
    g_autofree char *id = g_markup_escape_text(mark->id, -1);
    g_string_append_printf(
        xml, "    <nonNodule>\n      <nonNoduleID>%s</nonNoduleID>\n", id);
    put_place(xml, v, mark->point[2], "      ");
    put_point(xml, "locus", mark->point[0], mark->point[1], "      ");
    g_string_append(xml, "    </nonNodule>\n");
  }
  g_string_append(xml, "  </readingSession>\n");
}

gboolean
cap_lidc_write(const CapVolume *v, const GPtrArray *sessions, const char *stamp,
               const char *path, GError **error)
{
  g_return_val_if_fail(strlen(stamp) >= 19, FALSE); /* 2025-11-25T01:00:00 */
  g_autofree char *date = g_strndup(stamp, 10);
  g_autofree char *time = g_strndup(stamp + 11, 8);
  g_autofree char *series = g_markup_escape_text(v->source->series_uid, -1);
  g_autofree char *study = g_markup_escape_text(v->source->study_uid, -1);
  g_autoptr(GString) xml =
      g_string_new("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                   "<LidcReadMessage uid=\"");
  g_string_append(xml, series);
  g_string_append_printf(
      xml,
      ".0\" xmlns=\"http://www.nih.gov\" "
      "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\n"
      "  <ResponseHeader>\n"
      "    <Version>1.8.1</Version>\n"
      "    <MessageId>1</MessageId>\n"
      "    <DateRequest>%s</DateRequest>\n"
      "    <TimeRequest>%s</TimeRequest>\n"
      "    <RequestingSite>Capsight</RequestingSite>\n"
      "    <ServicingSite>Capsight</ServicingSite>\n"
      "    <TaskDescription>Second unblinded read</TaskDescription>\n"
      "    <CtImageFile>removed</CtImageFile>\n",
      date, time);
  g_string_append_printf(
      xml,
      "    <SeriesInstanceUid>%s</SeriesInstanceUid>\n"
      "    <DateService>%s</DateService>\n"
      "    <TimeService>%s</TimeService>\n"
      "    <ResponseDescription>1 - Reading complete</ResponseDescription>\n"
      "    <StudyInstanceUID>%s</StudyInstanceUID>\n"
      "  </ResponseHeader>\n",
      series, date, time, study);
  for (guint i = 0; i < sessions->len; i++)
    put_session(xml, v, sessions->pdata[i]);
  g_string_append(xml, "</LidcReadMessage>\n");

  return cap_atomic_file_save(path, xml->str, xml->len, error);
}
