/* Splitting a series into stacks: see series_split.h. */
#include "io/series/series_split.h"

#include "core/language.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SAME_PLACE_MM 0.01
#define MAX_NOTES 10 /* files named one by one before the rest is counted */

static CapStackPlane *
plane_at(GArray *planes, int i)
{
  return &g_array_index(planes, CapStackPlane, i);
}

static void
take_plane(GArray *to, const CapStackPlane *plane)
{
  cap_planes_add(to, plane->file, plane->frame->frame);
}

static void
unref_array(gpointer array)
{
  g_array_unref(array);
}

typedef struct {
  CapSeries *notes;
  int number;
  CapSeverity severity;
  const char *text, *effect;
  int n;
} Dropped;

/* Names the first files, counts the rest. */
static void
drop(Dropped *d, const CapStackPlane *plane)
{
  if (++d->n <= MAX_NOTES)
    cap_series_note(d->notes, d->number, d->severity, plane->file->name,
                    d->effect, "%s", d->text);
}

static void
finish_drops(const Dropped *d)
{
  if (d->n > MAX_NOTES)
    cap_series_note(d->notes, d->number, d->severity, "", d->effect,
                    N_("%s (%d more images)"), d->text, d->n - MAX_NOTES);
}

/* ---- exclusions ---- */

static GArray *
without_copies(GArray *planes, CapSeries *notes)
{
  GArray *kept = cap_planes_new();
  g_autoptr(GHashTable) seen =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  Dropped copies = {notes,
                    3,
                    CAP_SEVERITY_INFO,
                    N_("the same image (SOP instance UID) is stored twice"),
                    N_("second copy ignored"),
                    0};
  for (guint i = 0; i < planes->len; i++) {
    const CapStackPlane *plane = plane_at(planes, i);
    char *key =
        g_strdup_printf("%s/%d", plane->file->sop_uid, plane->frame->frame);
    if (*plane->file->sop_uid != '\0' && !g_hash_table_add(seen, key))
      drop(&copies, plane);
    else
      take_plane(kept, plane);
    if (*plane->file->sop_uid == '\0')
      g_free(key);
  }
  finish_drops(&copies);
  return kept;
}

static gboolean
is_localizer(const CapStackPlane *plane)
{
  g_auto(GStrv) values =
      g_strsplit(plane->file->text[CAP_DICOM_IMAGE_TYPE], "\\", -1);
  return g_strv_length(values) > 2 && g_str_has_prefix(values[2], "LOCALIZER");
}

static gboolean
has_no_place(const CapStackPlane *plane)
{
  return !plane->frame->has_position || !plane->frame->has_orientation;
}

static gboolean
has_bad_axes(const CapStackPlane *plane)
{
  return plane->frame->has_orientation &&
         !cap_plane_is_orthonormal(plane->frame->orientation);
}

static gboolean
has_no_slope(const CapStackPlane *plane)
{
  return !plane->frame->has_slope &&
         g_str_equal(plane->file->text[CAP_DICOM_MODALITY], "CT");
}

/* Removes the planes that TEST finds, unless they are the majority: then the
 * whole series has the fault, which is noted once. */
static GArray *
without_minority(GArray *planes, gboolean (*test)(const CapStackPlane *),
                 Dropped *dropped, const char *all_effect)
{
  guint n = 0;
  for (guint i = 0; i < planes->len; i++)
    n += test(plane_at(planes, i));
  if (n == 0)
    return planes;
  if (2 * n > planes->len) {
    /* A series of localizers is what it is; the other faults are faults. */
    cap_series_note(dropped->notes, dropped->number,
                    dropped->severity == CAP_SEVERITY_INFO ? CAP_SEVERITY_INFO
                                                           : CAP_SEVERITY_ERROR,
                    n == planes->len ? "" : plane_at(planes, 0)->file->name,
                    all_effect, N_("%s in %u of %u images"), dropped->text, n,
                    planes->len);
    return planes;
  }
  GArray *kept = cap_planes_new();
  for (guint i = 0; i < planes->len; i++) {
    const CapStackPlane *plane = plane_at(planes, i);
    if (test(plane))
      drop(dropped, plane);
    else
      take_plane(kept, plane);
  }
  finish_drops(dropped);
  g_array_unref(planes);
  return kept;
}

static GArray *
without_faults(GArray *planes, CapSeries *notes)
{
  const CapSeverity w = CAP_SEVERITY_WARNING;
  Dropped localizer = {notes,
                       11,
                       CAP_SEVERITY_INFO,
                       N_("the image is a localizer"),
                       N_("left out of the volume"),
                       0};
  Dropped axes = {notes,
                  22,
                  w,
                  N_("the image orientation is not orthonormal"),
                  N_("slice treated as missing"),
                  0};
  Dropped place = {notes,
                   20,
                   w,
                   N_("the image has no position or orientation"),
                   N_("slice left out"),
                   0};
  Dropped slope = {notes,
                   8,
                   w,
                   N_("there is no valid rescale slope"),
                   N_("slice treated as missing"),
                   0};
  planes = without_minority(planes, is_localizer, &localizer,
                            N_("shown as images; no detection"));
  planes = without_minority(planes, has_bad_axes, &axes,
                            N_("no volume is built from this series"));
  planes =
      without_minority(planes, has_no_place, &place,
                       N_("shown in InstanceNumber order; no measurements, "
                          "no detection"));
  return without_minority(
      planes, has_no_slope, &slope,
      N_("stored values are shown; no detection unless they "
         "are declared to be HU (--assume-hu)"));
}

/* ---- classes: matrix, pixel spacing, orientation ---- */

static gboolean
same_matrix(const CapStackPlane *a, const CapStackPlane *b)
{
  const CapDicomPixels *p = &a->file->pixels, *q = &b->file->pixels;
  return p->rows == q->rows && p->columns == q->columns &&
         fabs(a->frame->spacing_mm[0] - b->frame->spacing_mm[0]) < 1e-4 &&
         fabs(a->frame->spacing_mm[1] - b->frame->spacing_mm[1]) < 1e-4;
}

static gboolean
same_orientation(const CapStackPlane *a, const CapStackPlane *b)
{
  if (has_no_place(a) || has_no_place(b))
    return has_no_place(a) == has_no_place(b);
  for (int i = 0; i < 6; i++)
    if (fabs(a->frame->orientation[i] - b->frame->orientation[i]) > 2e-3)
      return FALSE;
  return TRUE;
}

static int
larger_first(gconstpointer a, gconstpointer b)
{
  const GArray *p = *(GArray *const *)a, *q = *(GArray *const *)b;
  return p->len == q->len ? 0 : p->len > q->len ? -1 : 1;
}

/* Classes of equal matrix and orientation, largest first. */
static GPtrArray *
classify(GArray *planes)
{
  GPtrArray *classes = g_ptr_array_new_with_free_func(unref_array);
  for (guint i = 0; i < planes->len; i++) {
    const CapStackPlane *plane = plane_at(planes, i);
    GArray *class = NULL;
    for (guint k = 0; k < classes->len && class == NULL; k++) {
      GArray *candidate = g_ptr_array_index(classes, k);
      if (same_matrix(plane_at(candidate, 0), plane) &&
          same_orientation(plane_at(candidate, 0), plane))
        class = candidate;
    }
    if (class == NULL) {
      class = cap_planes_new();
      g_ptr_array_add(classes, class);
    }
    take_plane(class, plane);
  }
  g_ptr_array_sort(classes, larger_first);
  return classes;
}

/* The largest class is the series. Others are stacks of their own when they
 * are large enough to be meant, else outliers. */
static void
drop_outliers(GPtrArray *classes, CapSeries *notes)
{
  GArray *major = g_ptr_array_index(classes, 0);
  Dropped matrix = {notes,
                    23,
                    CAP_SEVERITY_WARNING,
                    N_("the slice has another matrix or pixel size"),
                    N_("slice treated as missing"),
                    0};
  Dropped turned = {notes,
                    11,
                    CAP_SEVERITY_WARNING,
                    N_("the image has another orientation than the series"),
                    N_("left out of the volume"),
                    0};
  for (guint k = classes->len; k-- > 1;) {
    GArray *class = g_ptr_array_index(classes, k);
    const gboolean is_turned =
        !same_orientation(plane_at(major, 0), plane_at(class, 0));
    if (class->len >= 3 && (is_turned || class->len * 5 >= major->len))
      continue;
    for (guint i = 0; i < class->len; i++)
      drop(is_turned ? &turned : &matrix, plane_at(class, i));
    g_ptr_array_remove_index(classes, k);
  }
  finish_drops(&matrix);
  finish_drops(&turned);
}

/* ---- several images at one place ---- */

static int
by_place(gconstpointer a, gconstpointer b)
{
  const CapStackPlane *p = a, *q = b;
  if (fabs(p->distance_mm - q->distance_mm) > SAME_PLACE_MM)
    return p->distance_mm < q->distance_mm ? -1 : 1;
  if (p->file->instance_number != q->file->instance_number)
    return p->file->instance_number < q->file->instance_number ? -1 : 1;
  const int by_name = strcmp(p->file->path, q->file->path);
  return by_name != 0 ? by_name : p->frame->frame - q->frame->frame;
}

static void
sort_by_place(GArray *planes)
{
  const CapPoint n = cap_plane_normal(plane_at(planes, 0)->frame->orientation);
  for (guint i = 0; i < planes->len; i++) {
    CapStackPlane *plane = plane_at(planes, i);
    const double *p = plane->frame->position_mm;
    plane->distance_mm = p[0] * n.x + p[1] * n.y + p[2] * n.z;
  }
  g_array_sort(planes, by_place);
}

/* TRUE when plane I lies where plane I − 1 does (sorted by place). */
static gboolean
repeats_place(GArray *planes, guint i)
{
  return i > 0 && fabs(plane_at(planes, i)->distance_mm -
                       plane_at(planes, i - 1)->distance_mm) <= SAME_PLACE_MM;
}

/* How many images share each place: the least and the most. */
static void
count_shared(GArray *planes, int *least, int *most)
{
  int run = 0;
  *least = G_MAXINT;
  *most = 0;
  for (guint i = 0; i <= planes->len; i++) {
    if (i > 0 && (i == planes->len || !repeats_place(planes, i))) {
      *least = MIN(*least, run);
      *most = MAX(*most, run);
      run = 0;
    }
    run++;
  }
}

static char *
key_of(const CapStackPlane *plane, int kind)
{
  switch (kind) {
  case 0:
    return g_strdup(plane->file->text[CAP_DICOM_ACQUISITION]);
  case 1:
    return g_strdup_printf("%d", plane->frame->temporal);
  case 2:
    return g_strdup(plane->file->text[CAP_DICOM_IMAGE_TYPE]);
  case 3:
    return g_strdup(plane->file->text[CAP_DICOM_KERNEL]);
  default:
    return g_strdup(plane->file->text[CAP_DICOM_ACQUISITION_TIME]);
  }
}

static const char *const key_names[] = {N_("acquisition number"),
                                        N_("time point"), N_("image type"),
                                        "kernel", N_("acquisition time")};

/* Partitions by one header value; NULL unless that leaves at most one image at
 * each place and no stack of a single slice. */
static GPtrArray *
split_by_key(GArray *planes, int kind)
{
  g_autoptr(GHashTable) stacks =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(GPtrArray) out = g_ptr_array_new_with_free_func(unref_array);
  for (guint i = 0; i < planes->len; i++) {
    const CapStackPlane *plane = plane_at(planes, i);
    char *key = key_of(plane, kind);
    GArray *stack = g_hash_table_lookup(stacks, key);
    if (stack == NULL) {
      stack = cap_planes_new();
      g_ptr_array_add(out, stack);
      g_hash_table_insert(stacks, key, stack);
    } else {
      g_free(key);
    }
    take_plane(stack, plane);
  }
  if (out->len < 2)
    return NULL;
  for (guint k = 0; k < out->len; k++) {
    GArray *stack = g_ptr_array_index(out, k);
    int least, most;
    sort_by_place(stack);
    count_shared(stack, &least, &most);
    if (most > 1 || stack->len < 2)
      return NULL;
  }
  return g_steal_pointer(&out);
}

/* The k-th image of every place becomes stack k. */
static GPtrArray *
split_by_rank(GArray *planes, int n_stacks)
{
  GPtrArray *out = g_ptr_array_new_with_free_func(unref_array);
  for (int k = 0; k < n_stacks; k++)
    g_ptr_array_add(out, cap_planes_new());
  int rank = 0;
  for (guint i = 0; i < planes->len; i++) {
    rank = repeats_place(planes, i) ? rank + 1 : 0;
    take_plane(g_ptr_array_index(out, rank), plane_at(planes, i));
  }
  return out;
}

static GPtrArray *
keep_first(GArray *planes, CapSeries *notes)
{
  GPtrArray *out = g_ptr_array_new_with_free_func(unref_array);
  GArray *kept = cap_planes_new();
  Dropped second = {notes,
                    2,
                    CAP_SEVERITY_WARNING,
                    N_("another image lies at the same position"),
                    "left out; the one with the lower InstanceNumber is used",
                    0};
  for (guint i = 0; i < planes->len; i++)
    if (repeats_place(planes, i))
      drop(&second, plane_at(planes, i));
    else
      take_plane(kept, plane_at(planes, i));
  finish_drops(&second);
  g_ptr_array_add(out, kept);
  return out;
}

/* Stacks of one class with at most one image at each place (borrows PLANES). */
static GPtrArray *
resolve_shared(GArray *planes, CapSeries *notes)
{
  int least = 1, most = 1;
  if (!has_no_place(plane_at(planes, 0))) {
    sort_by_place(planes);
    count_shared(planes, &least, &most);
  }
  if (most == 1) {
    GPtrArray *out = g_ptr_array_new_with_free_func(unref_array);
    g_ptr_array_add(out, g_array_ref(planes));
    return out;
  }
  for (gsize kind = 0; kind < G_N_ELEMENTS(key_names); kind++) {
    GPtrArray *out = split_by_key(planes, kind);
    if (out == NULL)
      continue;
    cap_series_note(
        notes, 2, CAP_SEVERITY_INFO, "", N_("split into one stack for each"),
        N_("up to %d images share a position; they differ in their %s"), most,
        key_names[kind]);
    return out;
  }
  if (least == most && (guint)most < planes->len) {
    cap_series_note(
        notes, 2, CAP_SEVERITY_WARNING, "",
        N_("split into stacks by InstanceNumber"),
        N_("%d images share every position, and no header value tells "
           "them apart"),
        most);
    return split_by_rank(planes, most);
  }
  return keep_first(planes, notes);
}

GPtrArray *
cap_series_split(GArray *planes, CapSeries *notes)
{
  GPtrArray *stacks = g_ptr_array_new_with_free_func(unref_array);
  g_autoptr(GArray) kept = without_faults(without_copies(planes, notes), notes);
  if (kept->len == 0)
    return stacks;
  g_autoptr(GPtrArray) classes = classify(kept);
  drop_outliers(classes, notes);
  for (guint k = 0; k < classes->len; k++) {
    g_autoptr(GPtrArray) some =
        resolve_shared(g_ptr_array_index(classes, k), notes);
    for (guint i = 0; i < some->len; i++)
      g_ptr_array_add(stacks, g_array_ref(g_ptr_array_index(some, i)));
  }
  g_ptr_array_sort(stacks, larger_first);
  return stacks;
}
