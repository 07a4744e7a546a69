/* Segmentations read back: see segmentation.h. */
#include "io/import/segmentation.h"

#include "core/error.h"
#include "core/language.h"
#include "io/import/rating.h"
#include "io/import/seg_frame.h"
#include "io/mask_box.h"

#include <math.h>
#include <string.h>

#define SEG_CLASS "1.2.840.10008.5.1.4.1.1.66.4"
#define LABEL_MAP_CLASS "1.2.840.10008.5.1.4.1.1.66.7"
#define MAX_SIDE 4096
#define MAX_FRAMES 100000

#define PIXELS CAP_TAG(0x7fe0, 0x0010)
#define SEGMENTS CAP_TAG(0x0062, 0x0002)
#define SEGMENT_NUMBER CAP_TAG(0x0062, 0x0004)
#define SHARED CAP_TAG(0x5200, 0x9229)
#define PER_FRAME CAP_TAG(0x5200, 0x9230)

struct CapImportSeg {
  CapDcmtkObject *object;
  char *name, *charset, *sop_uid;
  gboolean label_map;
  int columns, rows, bits;
  int half; /* least value inside; of a label map not used */
  GArray *frames;
  const guint8 *pixels; /* in OBJECT */
};

static CapDcmtkItem *
root_of(const CapImportSeg *seg)
{
  return cap_dcmtk_object_root(seg->object);
}

G_GNUC_PRINTF(4, 5)
static gboolean
refuse(const CapImportSeg *seg, CapErrorCode code, GError **error,
       const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  g_autofree char *what = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  g_set_error(error, CAP_ERROR, code, "“%s” %s", seg->name, what);
  return FALSE;
}

/* ---- reading ---- */

static gboolean
read_frames(CapImportSeg *seg, GError **error)
{
  CapDcmtkItem *root = root_of(seg), *own = NULL;
  CapDcmtkItem *shared = cap_dcmtk_get_item(root, SHARED, 0);
  const int n = cap_dcmtk_get_int(root, CAP_TAG(0x0028, 0x0008), 0);
  if (n < 1 || n > MAX_FRAMES)
    return refuse(seg, n < 1 ? CAP_ERROR_DATA : CAP_ERROR_LIMIT, error,
                  N_("has %d frames; 1 to %d are read"), n, MAX_FRAMES);
  while ((own = cap_dcmtk_next_item(root, PER_FRAME, own)) != NULL &&
         seg->frames->len <= MAX_FRAMES) {
    const CapSegFrame frame = cap_seg_frame_read(own, shared);
    g_array_append_val(seg->frames, frame);
  }
  if (seg->frames->len != (guint)n)
    return refuse(seg, CAP_ERROR_DATA, error,
                  N_("describes %u frames of the %d that it has"),
                  seg->frames->len, n);
  return TRUE;
}

/* What its pixels are, checked against how many there are. */
static gboolean
read_pixels(CapImportSeg *seg, GError **error)
{
  CapDcmtkItem *root = root_of(seg);
  gsize n_bytes = 0;
  g_autofree char *kind = cap_dcmtk_get(root, CAP_TAG(0x0062, 0x0001));
  seg->rows = cap_dcmtk_get_int(root, CAP_TAG(0x0028, 0x0010), 0);
  seg->columns = cap_dcmtk_get_int(root, CAP_TAG(0x0028, 0x0011), 0);
  seg->bits = cap_dcmtk_get_int(root, CAP_TAG(0x0028, 0x0100), 0);
  if (cap_dcmtk_has(root, CAP_TAG(0x0048, 0x0006)))
    return refuse(seg, CAP_ERROR_UNSUPPORTED, error,
                  N_("segments a slide, not a CT"));
  if (seg->rows < 1 || seg->rows > MAX_SIDE || seg->columns < 1 ||
      seg->columns > MAX_SIDE)
    return refuse(seg, CAP_ERROR_LIMIT, error,
                  N_("has frames of %d × %d pixels; up to %d × %d are read"),
                  seg->columns, seg->rows, MAX_SIDE, MAX_SIDE);
  if (seg->bits != 1 && seg->bits != 8 && !(seg->bits == 16 && seg->label_map))
    return refuse(
        seg, CAP_ERROR_UNSUPPORTED, error,
        N_("stores pixels of %d bits, which segmentations do not have"),
        seg->bits);
  seg->half =
      g_str_equal(kind, "FRACTIONAL")
          ? (cap_dcmtk_get_int(root, CAP_TAG(0x0062, 0x000e), 255) + 1) / 2
          : 1;
  seg->half = MAX(seg->half, 1);
  seg->pixels = cap_dcmtk_get_bytes(root, PIXELS, &n_bytes);
  if (seg->pixels == NULL)
    return refuse(
        seg, CAP_ERROR_UNSUPPORTED, error,
        N_("has no pixels, or compressed ones; uncompressed ones are "
           "read (`dcmdrle`, `dcmdjpls` and `dcmdjpeg` unpack them)"));
  const guint64 bits = (guint64)seg->rows * (guint64)seg->columns *
                       seg->frames->len * (guint64)seg->bits;
  if (n_bytes < (bits + 7) / 8)
    return refuse(seg, CAP_ERROR_DATA, error,
                  N_("holds fewer pixels than its frames have"));
  return TRUE;
}

CapImportSeg *
cap_import_seg_read(CapDcmtkObject *object, const char *name, GError **error)
{
  g_autoptr(CapImportSeg) seg = g_new0(CapImportSeg, 1);
  CapDcmtkItem *root = cap_dcmtk_object_root(object);
  g_autofree char *class_uid = cap_dcmtk_get(root, CAP_TAG(0x0008, 0x0016));
  seg->object = object;
  seg->name = g_strdup(name);
  seg->charset = cap_dcmtk_get(root, CAP_TAG(0x0008, 0x0005));
  seg->sop_uid = cap_dcmtk_get(root, CAP_TAG(0x0008, 0x0018));
  seg->frames = g_array_new(FALSE, FALSE, sizeof(CapSegFrame));
  g_array_set_clear_func(seg->frames, cap_seg_frame_clear);
  seg->label_map = g_str_equal(class_uid, LABEL_MAP_CLASS);
  if (!seg->label_map && !g_str_equal(class_uid, SEG_CLASS))
    refuse(seg, CAP_ERROR_UNSUPPORTED, error, N_("is not a segmentation"));
  else if (read_frames(seg, error) && read_pixels(seg, error))
    return g_steal_pointer(&seg);
  return NULL;
}

void
cap_import_seg_free(CapImportSeg *seg)
{
  if (seg == NULL)
    return;
  cap_dcmtk_object_free(seg->object);
  g_free(seg->name);
  g_free(seg->charset);
  g_free(seg->sop_uid);
  g_array_unref(seg->frames);
  g_free(seg);
}

/* ---- segments ---- */

const char *
cap_import_seg_uid(const CapImportSeg *seg)
{
  return seg->sop_uid;
}

int
cap_import_seg_find(const CapImportSeg *seg, const char *tracking_uid)
{
  CapDcmtkItem *item = NULL;
  while (*tracking_uid != '\0' &&
         (item = cap_dcmtk_next_item(root_of(seg), SEGMENTS, item)) != NULL) {
    g_autofree char *uid = cap_dcmtk_get(item, CAP_TAG(0x0062, 0x0021));
    if (g_str_equal(uid, tracking_uid))
      return cap_dcmtk_get_int(item, SEGMENT_NUMBER, 0);
  }
  return 0;
}

CapMaskMaker
cap_import_seg_maker(const CapImportSeg *seg, int segment)
{
  static const char *const words[CAP_N_MASK_MAKERS] = {
      "AUTOMATIC", "SEMIAUTOMATIC", "MANUAL"};
  CapDcmtkItem *item = NULL;
  while ((item = cap_dcmtk_next_item(root_of(seg), SEGMENTS, item)) != NULL) {
    g_autofree char *word = cap_dcmtk_get(item, CAP_TAG(0x0062, 0x0008));
    if (cap_dcmtk_get_int(item, SEGMENT_NUMBER, 0) != segment)
      continue;
    for (int i = 0; i < CAP_N_MASK_MAKERS; i++)
      if (g_str_equal(word, words[i]))
        return (CapMaskMaker)i;
  }
  return CAP_MASK_AUTOMATIC;
}

static void
read_algorithm(const CapImportSeg *seg, CapDcmtkItem *item,
               CapImportGroup *group)
{
  CapDcmtkItem *told = cap_dcmtk_get_item(item, CAP_TAG(0x0062, 0x0007), 0);
  group->algorithm =
      cap_dcmtk_get_text(item, CAP_TAG(0x0062, 0x0009), seg->charset);
  group->algorithm_version =
      told ? cap_dcmtk_get_text(told, CAP_TAG(0x0066, 0x0031), seg->charset)
           : g_strdup("");
  g_autofree char *parameters =
      told ? cap_dcmtk_get_text(told, CAP_TAG(0x0066, 0x0032), seg->charset)
           : g_strdup("");
  group->weights_sha256 =
      g_strdup(g_str_has_prefix(parameters, "weights ") ? parameters + 8 : "");
}

static CapImportGroup *
group_of(const CapImportSeg *seg, CapDcmtkItem *item, int number)
{
  CapImportGroup *group = g_new0(CapImportGroup, 1);
  group->finding = cap_finding_new();
  cap_import_unrated(group->finding);
  group->path = g_strdup_printf(N_("segment %d"), number);
  group->seg_uid = g_strdup(seg->sop_uid);
  group->segment = number;
  read_algorithm(seg, item, group);
  g_autofree char *id = cap_dcmtk_get(item, CAP_TAG(0x0062, 0x0020));
  g_autofree char *uid = cap_dcmtk_get(item, CAP_TAG(0x0062, 0x0021));
  group->finding->id = cap_import_our_number(id, CAP_TRACKING_PREFIX);
  cap_import_take_uid(&group->finding->tracking_uid, uid);
  CapDcmtkItem *region = cap_dcmtk_get_item(item, CAP_TAG(0x0008, 0x2218), 0);
  g_auto(CapContentCode) site = {0}, side = {0};
  cap_content_code_read(item, CAP_TAG(0x0008, 0x2218), seg->charset, &site);
  cap_content_code_read(region, CAP_TAG(0x0008, 0x2220), seg->charset, &side);
  if (cap_import_take_site(&site, &side, group->finding))
    group->told |= CAP_TOLD_SITE;
  return group;
}

GPtrArray *
cap_import_seg_groups(const CapImportSeg *seg, GPtrArray *remarks)
{
  GPtrArray *groups =
      g_ptr_array_new_with_free_func((GDestroyNotify)cap_import_group_free);
  CapDcmtkItem *item = NULL;
  while ((item = cap_dcmtk_next_item(root_of(seg), SEGMENTS, item)) != NULL) {
    const int number = cap_dcmtk_get_int(item, SEGMENT_NUMBER, 0);
    g_auto(CapContentCode) type = {0};
    if (number == 0) /* the background of a label map */
      continue;
    cap_content_code_read(item, CAP_TAG(0x0062, 0x000f), seg->charset, &type);
    if (cap_import_is_nodule(&type))
      g_ptr_array_add(groups, group_of(seg, item, number));
    else
      g_ptr_array_add(
          remarks,
          g_strdup_printf(N_("segment %d (“%s”): is no lung nodule and "
                             "left out"),
                          number, type.meaning));
  }
  return groups;
}

/* ---- masks ---- */

/* What is done with a voxel of the volume that lies in the segment. */
typedef void (*VoxelFunc)(const int at[3], gpointer user_data);

typedef struct {
  const CapImportSeg *seg;
  const CapImportPlace *place;
  int segment;
  gboolean off_grid;
  gsize n_outside;
  VoxelFunc visit;
  gpointer user_data;
} Walk;

static gboolean
is_inside(const CapImportSeg *seg, gsize pixel, int segment)
{
  const guint8 *p = seg->pixels;
  const int value = seg->bits == 1   ? p[pixel / 8] >> pixel % 8 & 1
                    : seg->bits == 8 ? p[pixel]
                                     : p[2 * pixel] | p[2 * pixel + 1] << 8;
  return seg->label_map ? value == segment : value >= seg->half;
}

static void
visit_pixel(Walk *w, const CapPoint index[3], int column, int row)
{
  const CapVolume *v = w->place->volume;
  const double p[3] = {
      index[0].x + column * index[1].x + row * index[2].x,
      index[0].y + column * index[1].y + row * index[2].y,
      index[0].z + column * index[1].z + row * index[2].z,
  };
  const int size[3] = {v->columns, v->rows, v->slices};
  int at[3];
  for (int i = 0; i < 3; i++) {
    if (!(p[i] > -0.5 && p[i] < size[i] - 0.5)) {
      w->n_outside++;
      return;
    }
    at[i] = (int)lround(p[i]);
    if (fabs(p[i] - at[i]) > 0.1) {
      w->off_grid = TRUE;
      return;
    }
  }
  w->visit(at, w->user_data);
}

/* Moves pixel *I of a frame, which begins at pixel START, past bytes of eight
 * pixels of nothing; FALSE at the frame's end. */
static gboolean
skip_empty(const CapImportSeg *seg, gsize start, gsize area, gsize *i)
{
  while (seg->bits == 1 && *i < area && (start + *i) % 8 == 0 &&
         seg->pixels[(start + *i) / 8] == 0)
    *i += 8;
  return *i < area;
}

/* Visits the voxels of the segment; FALSE when a frame has no place. */
static gboolean
walk(Walk *w)
{
  const CapImportSeg *seg = w->seg;
  const gsize area = (gsize)seg->rows * seg->columns;
  for (guint f = 0; f < seg->frames->len; f++) {
    const CapSegFrame *frame = &g_array_index(seg->frames, CapSegFrame, f);
    CapPoint index[3];
    if (frame->segment != w->segment && !seg->label_map)
      continue;
    if (!cap_seg_frame_locate(frame, w->place, index))
      return FALSE;
    for (gsize i = 0; i < area; i++)
      if (skip_empty(seg, f * area, area, &i) &&
          is_inside(seg, f * area + i, w->segment))
        visit_pixel(w, index, (int)(i % seg->columns), (int)(i / seg->columns));
  }
  return TRUE;
}

static void
grow(const int at[3], gpointer box)
{
  cap_mask_box_add(box, at);
}

static void
fill(const int at[3], gpointer mask)
{
  cap_mask_box_set(mask, at);
}

CapMask *
cap_import_seg_mask(const CapImportSeg *seg, int segment,
                    const CapImportPlace *place, GError **error)
{
  CapMaskBox box = cap_mask_box_empty();
  Walk w = {.seg = seg,
            .place = place,
            .segment = segment,
            .visit = grow,
            .user_data = &box};
  const gboolean placed = walk(&w);
  if (!placed || w.off_grid || cap_mask_box_is_empty(&box)) {
    refuse(seg, CAP_ERROR_DATA, error,
           !placed      ? N_("does not say where a frame of segment %d lies")
           : w.off_grid ? N_("has segment %d between the voxels of the series")
           : w.n_outside > 0 ? N_("has segment %d outside the series")
                             : N_("has nothing in segment %d"),
           segment);
    return NULL;
  }
  CapMask *mask = cap_mask_box_mask(&box, error);
  w.visit = fill;
  w.user_data = mask;
  if (mask != NULL)
    walk(&w);
  return mask;
}
