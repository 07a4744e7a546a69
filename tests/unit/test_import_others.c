/* Reports and segmentations that Capsight did not write: other codes, other
 * shapes, faults. Each is read as far as it goes, and what is not read is named
 * with its place. What others measured by hand is in test_import_drawn.c. */
#include "core/error.h"
#include "tests/support/others.h"
#include "tests/support/suite.h"

#include <string.h>

#define SEG_UID "1.2.3.4"

static CapOthers others;

static void
setup(void)
{
  cap_others_open(&others);
}

static void
teardown(void)
{
  cap_others_close(&others);
}

/* ---- reports ---- */

/* Codes as dcmqi and others wrote them before SNOMED CT. */
static const CapCode old_nodule = {"M-03010", "SRT", "Nodule"};
static const CapCode liver = {"10200004", "SCT", "Liver"};
static const CapCode old_site = {"G-C0E3", "SRT", "Finding Site"};
static const CapCode old_lung = {"T-28000", "SRT", "Lung"};
static const CapCode old_side = {"G-C171", "SRT", "Laterality"};
static const CapCode old_left = {"G-A101", "SRT", "Left"};
static const CapCode old_volume = {"G-D705", "SRT", "Volume"};
static const CapCode millilitre = {"ml", "UCUM", "milliliter"};
static const CapCode area = {"C0JK", "IBSI", "Surface Area of Mesh"};
static const CapCode square = {"mm2", "UCUM", "square millimeter"};

START_TEST(test_old_codes_and_units)
{
  cap_others_begin(&others);
  cap_others_add_group(&others, &old_nodule);
  const int site = cap_dcmtk_sr_add_code(
      others.sr, others.group, CAP_SR_CONCEPT_MOD, &old_site, &old_lung);
  cap_dcmtk_sr_add_code(others.sr, site, CAP_SR_CONCEPT_MOD, &old_side,
                        &old_left);
  const int axis = cap_others_add_number(&others, &cap_others_long_axis, "0.8",
                                         &cap_others_centimeter);
  cap_others_add_points(&others, axis, (double[]){10.5, 20.5, 20.5, 20.5}, 2,
                        6);
  cap_others_add_number(&others, &old_volume, "0.5", &millilitre);
  cap_others_finish(&others, "VERIFIED");
  g_autoptr(CapImport) back = cap_others_import_well(&others);
  ck_assert_int_eq(back->findings->items->len, 1);
  const CapFinding *f = back->findings->items->pdata[0];
  ck_assert_double_eq_tol(f->long_axis_mm, 8, 1e-9);
  ck_assert_double_eq_tol(f->volume_mm3, 500, 1e-9);
  ck_assert_int_eq(f->side, CAP_SIDE_LEFT);
  ck_assert_int_eq(f->status, CAP_STATUS_ACCEPTED);
  ck_assert_int_eq(f->id, 1);
  ck_assert_double_eq(f->probability, 1);
  /* 0.8 mm a column from -10, 0.7 mm a row from -20; half a pixel off */
  ck_assert_double_eq_tol(f->axes_mm[0][0].x, -10 + 10 * 0.8, 1e-6);
  ck_assert_double_eq_tol(f->axes_mm[0][1].x, -10 + 20 * 0.8, 1e-6);
  ck_assert_double_eq_tol(f->center_mm.x, -10 + 15 * 0.8, 1e-6);
  ck_assert_double_eq_tol(f->center_mm.y, -20 + 20 * 0.7, 1e-6);
  ck_assert_double_eq_tol(f->center_mm.z, 6, 1e-6);
  ck_assert_int_eq(f->source_slice, 6);
  ck_assert_int_eq(back->remarks->len, 0);
  ck_assert_str_eq(back->findings->algorithm, "");
}
END_TEST

START_TEST(test_what_is_not_read_is_named)
{
  cap_others_begin(&others);
  cap_others_add_group(&others, &cap_others_lesion);
  const int axis = cap_others_add_number(&others, &cap_others_long_axis, "9",
                                         cap_code(CAP_CODE_MILLIMETER));
  cap_others_add_points(&others, axis, (double[]){4, 4, 8, 8}, 2, 3);
  cap_others_add_number(&others, &area, "7.5", &square);
  cap_others_add_number(&others, &old_volume, "7", &square);
  cap_others_add_number(&others, cap_code(CAP_CODE_SHORT_AXIS), "-3",
                        cap_code(CAP_CODE_MILLIMETER));
  cap_others_add_group(&others, &liver);
  cap_others_add_group(&others, &cap_others_lesion); /* nowhere */
  cap_others_add_group(&others,
                       &cap_others_lesion); /* on an image of another series */
  const int far = cap_others_add_number(&others, &cap_others_long_axis, "9",
                                        cap_code(CAP_CODE_MILLIMETER));
  cap_others_add_points(&others, far, (double[]){4, 4, 8, 8}, 2, 300);
  cap_others_finish(&others, "UNVERIFIED");
  g_autoptr(CapImport) back = cap_others_import_well(&others);
  ck_assert_int_eq(back->findings->items->len, 1);
  const CapFinding *f = back->findings->items->pdata[0];
  ck_assert_int_eq(f->status, CAP_STATUS_UNREVIEWED);
  ck_assert_double_eq(f->long_axis_mm, 9);
  ck_assert_double_eq(f->volume_mm3, 0);
  static const char *const wanted[] = {
      "1.1.1.3 (“Surface Area of Mesh”): is not read",
      "1.1.1.4 (“Volume”): the unit “mm2” is not one for it",
      "1.1.1.5 (“Short Axis”): its value is out of range",
      "1.1.2.1 (“Finding”): “Liver” is no lung nodule",
      "1.1.3 (“Measurement Group”): does not say where it is",
      "1.1.4.2.1: lies on an image that is not in the series",
      "1.1.4 (“Measurement Group”): does not say where it is",
  };
  for (guint i = 0; i < G_N_ELEMENTS(wanted); i++)
    ck_assert_msg(cap_others_has_remark(back, wanted[i]), "no “%s”", wanted[i]);
  ck_assert_int_eq(back->remarks->len, G_N_ELEMENTS(wanted));
}
END_TEST

/* A reader's rating is that level for sure. */
START_TEST(test_levels_without_likelihoods)
{
  cap_others_begin(&others);
  cap_others_add_group(&others, &old_nodule);
  const CapPoint at = {0, 0, 5};
  const CapSrShape center = {CAP_SR_CONTAINS, cap_code(CAP_CODE_CENTER),
                             CAP_SR_POINT};
  cap_dcmtk_sr_add_points_3d(others.sr, others.group, &center, &at, 1,
                             CAP_OTHERS_FRAME);
  cap_dcmtk_sr_add_code(others.sr, others.group, CAP_SR_CONTAINS,
                        cap_code_attribute(CAP_SPICULATION),
                        cap_code_attribute_level(CAP_SPICULATION, 5));
  cap_dcmtk_sr_add_code(others.sr, others.group, CAP_SR_CONTAINS,
                        cap_code(CAP_CODE_MALIGNANCY),
                        cap_code_malignancy_level(4));
  cap_others_finish(&others, "UNVERIFIED");
  g_autoptr(CapImport) back = cap_others_import_well(&others);
  const CapFinding *f = back->findings->items->pdata[0];
  ck_assert_double_eq(f->attributes[CAP_SPICULATION].p[4], 1);
  ck_assert_double_eq(f->attributes[CAP_SPICULATION].expected, 5);
  ck_assert_double_eq(f->malignancy.expected, 4);
  ck_assert_double_eq(f->attributes[CAP_MARGIN].expected, 3); /* not told */
  ck_assert_double_eq(f->center_mm.z, 5);
}
END_TEST

/* ---- segmentations ---- */

enum { SIDE = 32, FRAMES = 4 };

/* Frames lie on slices 9, 4, 10, 5 and are of segments 1, 2, 1, 2: in no order.
 * Each is a block of 3 x 2 pixels from (6 + segment, 10). */
static const int frame_slice[FRAMES] = {9, 4, 10, 5};
static const int frame_segment[FRAMES] = {1, 2, 1, 2};

static void
put_code(CapDcmtkObject *object, CapDcmtkItem *item, guint32 sequence,
         const CapCode *code)
{
  CapDcmtkItem *at = cap_dcmtk_add_item(object, item, sequence);
  cap_dcmtk_put(object, at, CAP_TAG(0x0008, 0x0100), code->value);
  cap_dcmtk_put(object, at, CAP_TAG(0x0008, 0x0102), code->scheme);
  cap_dcmtk_put(object, at, CAP_TAG(0x0008, 0x0104), code->meaning);
}

static void
put_frame(CapDcmtkObject *object, int frame, gboolean placed)
{
  CapDcmtkItem *groups = cap_dcmtk_add_item(
      object, cap_dcmtk_object_root(object), CAP_TAG(0x5200, 0x9230));
  CapDcmtkItem *segment =
      cap_dcmtk_add_item(object, groups, CAP_TAG(0x0062, 0x000a));
  cap_dcmtk_put_int(object, segment, CAP_TAG(0x0062, 0x000b),
                    frame_segment[frame]);
  if (placed) {
    CapDcmtkItem *plane =
        cap_dcmtk_add_item(object, groups, CAP_TAG(0x0020, 0x9113));
    const double at[3] = {-10, -20, frame_slice[frame]};
    cap_dcmtk_put_numbers(object, plane, CAP_TAG(0x0020, 0x0032), at, 3);
    return;
  }
  CapDcmtkItem *derivation =
      cap_dcmtk_add_item(object, groups, CAP_TAG(0x0008, 0x9124));
  CapDcmtkItem *source =
      cap_dcmtk_add_item(object, derivation, CAP_TAG(0x0008, 0x2112));
  g_autofree char *uid = g_strdup_printf("1.2.826.0.1.3680043.10.1.1.1.%d",
                                         frame_slice[frame] + 1);
  cap_dcmtk_put(object, source, CAP_TAG(0x0008, 0x1155), uid);
}

static void
put_shared(CapDcmtkObject *object, double shift)
{
  CapDcmtkItem *groups = cap_dcmtk_add_item(
      object, cap_dcmtk_object_root(object), CAP_TAG(0x5200, 0x9229));
  CapDcmtkItem *plane =
      cap_dcmtk_add_item(object, groups, CAP_TAG(0x0020, 0x9116));
  const double axes[6] = {1, 0, 0, 0, 1, 0};
  const double spacing[2] = {0.7 + shift, 0.8};
  cap_dcmtk_put_numbers(object, plane, CAP_TAG(0x0020, 0x0037), axes, 6);
  CapDcmtkItem *measures =
      cap_dcmtk_add_item(object, groups, CAP_TAG(0x0028, 0x9110));
  cap_dcmtk_put_numbers(object, measures, CAP_TAG(0x0028, 0x0030), spacing, 2);
}

typedef struct {
  const char *class_uid, *kind;
  int bits;
  gboolean by_source;    /* frames without a position of their own */
  int frames;            /* declared; 0: as many as there are */
  double shift;          /* of the spacing between rows, mm */
  const CapCode *second; /* type of segment 2; NULL: a nodule */
} SegCase;

/* A byte of pixel (COLUMN, ROW) of CAP_OTHERS_FRAME. */
static guint8
pixel_of(const SegCase *c, int frame, int column, int row)
{
  const int segment = frame_segment[frame], first = 6 + segment;
  const gboolean inside =
      column >= first && column < first + 3 && row >= 10 && row < 12;
  if (g_str_equal(c->kind, "FRACTIONAL")) /* and a faint rim */
    return inside ? 60 : column == first - 1 && row == 10 ? 49 : 0;
  return inside ? (g_str_equal(c->kind, "LABELMAP") ? segment : 1) : 0;
}

static void
put_pixels(CapDcmtkObject *object, const SegCase *c)
{
  const gsize n = FRAMES * SIDE * SIDE;
  g_autofree guint8 *bytes = g_malloc0(n);
  for (gsize i = 0; i < n; i++) {
    const guint8 value = pixel_of(c, (int)(i / (SIDE * SIDE)), (int)(i % SIDE),
                                  (int)(i / SIDE % SIDE));
    if (c->bits == 8)
      bytes[i] = value;
    else if (value != 0)
      bytes[i / 8] |= (guint8)(1 << i % 8);
  }
  cap_dcmtk_put_bytes(object, cap_dcmtk_object_root(object),
                      CAP_TAG(0x7fe0, 0x0010), bytes,
                      n * MIN((gsize)c->bits, 8) / 8);
}

static void
put_segment(CapDcmtkObject *object, int number, const CapCode *type)
{
  CapDcmtkItem *segment = cap_dcmtk_add_item(
      object, cap_dcmtk_object_root(object), CAP_TAG(0x0062, 0x0002));
  g_autofree char *uid = g_strdup_printf("1.2.9.%d", number);
  cap_dcmtk_put_int(object, segment, CAP_TAG(0x0062, 0x0004), number);
  cap_dcmtk_put(object, segment, CAP_TAG(0x0062, 0x0021), uid);
  put_code(object, segment, CAP_TAG(0x0062, 0x000f), type);
}

static void
write_seg(const SegCase *c)
{
  g_autoptr(CapDcmtkObject) object = cap_dcmtk_object_new();
  CapDcmtkItem *root = cap_dcmtk_object_root(object);
  cap_dcmtk_put(object, root, CAP_TAG(0x0008, 0x0016), c->class_uid);
  cap_dcmtk_put(object, root, CAP_TAG(0x0008, 0x0018), SEG_UID);
  cap_dcmtk_put(object, root, CAP_TAG(0x0062, 0x0001), c->kind);
  cap_dcmtk_put_int(object, root, CAP_TAG(0x0062, 0x000e), 100);
  cap_dcmtk_put_int(object, root, CAP_TAG(0x0028, 0x0010), SIDE);
  cap_dcmtk_put_int(object, root, CAP_TAG(0x0028, 0x0011), SIDE);
  cap_dcmtk_put_int(object, root, CAP_TAG(0x0028, 0x0100), c->bits);
  cap_dcmtk_put_int(object, root, CAP_TAG(0x0028, 0x0008),
                    c->frames ? c->frames : FRAMES);
  put_segment(object, 1, cap_code(CAP_CODE_NODULE));
  put_segment(object, 2, c->second ? c->second : cap_code(CAP_CODE_NODULE));
  put_shared(object, c->shift);
  for (int i = 0; i < FRAMES; i++)
    put_frame(object, i, !c->by_source);
  put_pixels(object, c);
  cap_others_save(&others, object, "seg.dcm");
}

#define SEG_CLASS "1.2.840.10008.5.1.4.1.1.66.4"

static const SegCase good_segs[] = {
    {SEG_CLASS, "BINARY", 1, .by_source = FALSE},
    {SEG_CLASS, "BINARY", 1, .by_source = TRUE},
    {SEG_CLASS, "FRACTIONAL", 8, .by_source = FALSE},
    {"1.2.840.10008.5.1.4.1.1.66.7", "LABELMAP", 8, .by_source = TRUE},
};

START_TEST(test_segmentations)
{
  write_seg(&good_segs[_i]);
  g_autoptr(CapImport) back = cap_others_import_well(&others);
  ck_assert_int_eq(back->findings->items->len, 2);
  for (guint k = 0; k < 2; k++) {
    const CapFinding *f = back->findings->items->pdata[k];
    const int low[3] = {7 + (int)k, 10, k == 0 ? 9 : 4};
    g_autofree char *uid = g_strdup_printf("1.2.9.%u", k + 1);
    ck_assert_str_eq(f->tracking_uid, uid);
    ck_assert_int_eq(cap_mask_count(f->mask), 3 * 2 * 2);
    for (int i = 0; i < 12; i++)
      ck_assert_int_ne(cap_mask_at(f->mask, low[0] + i % 3, low[1] + i / 3 % 2,
                                   low[2] + i / 6),
                       0);
    ck_assert_double_eq_tol(f->volume_mm3, 12 * 0.8 * 0.7, 1e-6);
    ck_assert_double_eq_tol(f->center_mm.z, low[2] + 0.5, 1e-6);
  }
}
END_TEST

START_TEST(test_other_organs_in_a_segmentation)
{
  SegCase c = good_segs[0];
  c.second = &liver;
  write_seg(&c);
  g_autoptr(CapImport) back = cap_others_import_well(&others);
  ck_assert_int_eq(back->findings->items->len, 1);
  ck_assert(
      cap_others_has_remark(back, "segment 2 (“Liver”): is no lung nodule"));
}
END_TEST

/* Between the voxels of the series: the finding has no place then. */
START_TEST(test_another_grid)
{
  SegCase c = good_segs[0];
  c.shift = 0.02;
  write_seg(&c);
  g_autoptr(CapImport) back = cap_others_import_well(&others);
  ck_assert_int_eq(back->findings->items->len, 0);
  ck_assert(cap_others_has_remark(back, "between the voxels of the series"));
  ck_assert(
      cap_others_has_remark(back, "segment 1: nothing shows where it is"));
}
END_TEST

static const struct {
  SegCase seg;
  CapErrorCode code;
  const char *part;
} bad_segs[] = {
    {{SEG_CLASS, "BINARY", 1, .frames = 3}, CAP_ERROR_DATA, "describes 4"},
    {{SEG_CLASS, "BINARY", 1, .frames = 5}, CAP_ERROR_DATA, "describes 4"},
    {{SEG_CLASS, "BINARY", 1, .frames = 2000000000},
     CAP_ERROR_LIMIT,
     "2000000000 frames"},
    {{SEG_CLASS, "BINARY", 32}, CAP_ERROR_UNSUPPORTED, "32 bits"},
    {{"1.2.840.10008.5.1.4.1.1.2", "BINARY", 1},
     CAP_ERROR_UNSUPPORTED,
     "not a segmentation"},
};

START_TEST(test_refused_segmentations)
{
  g_autoptr(GError) error = NULL;
  SegCase c = bad_segs[_i].seg;
  write_seg(&c);
  g_autoptr(CapImport) back = cap_others_import(&others, &error);
  ck_assert_ptr_null(back);
  cap_assert_error(error, bad_segs[_i].code);
  ck_assert_msg(strstr(error->message, bad_segs[_i].part) != NULL, "%s",
                error->message);
}
END_TEST

/* A report finds its mask by the tracking UID where it names no segment. */
START_TEST(test_mask_by_tracking_uid)
{
  cap_others_begin(&others);
  cap_others_add_group(&others, &old_nodule);
  cap_dcmtk_sr_add_uid(others.sr, others.group, CAP_SR_OBS_CONTEXT,
                       cap_code(CAP_CODE_TRACKING_UID), "1.2.9.2");
  const CapPoint at = {0, -12, 4};
  const CapSrShape center = {CAP_SR_CONTAINS, cap_code(CAP_CODE_CENTER),
                             CAP_SR_POINT};
  cap_dcmtk_sr_add_points_3d(others.sr, others.group, &center, &at, 1,
                             CAP_OTHERS_FRAME);
  cap_others_finish(&others, "UNVERIFIED");
  write_seg(&good_segs[0]);
  g_autoptr(CapImport) back = cap_others_import_well(&others);
  ck_assert_int_eq(back->findings->items->len, 1);
  const CapFinding *f = back->findings->items->pdata[0];
  ck_assert_ptr_nonnull(f->mask);
  ck_assert_int_eq(f->mask->first[2], 4);
  ck_assert_double_eq_tol(f->volume_mm3, 12 * 0.8 * 0.7, 1e-6);
  ck_assert_double_gt(f->long_axis_mm, 1);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("import_others");
  TCase *tests = tcase_create("import_others");
  tcase_add_checked_fixture(tests, setup, teardown);
  tcase_add_test(tests, test_old_codes_and_units);
  tcase_add_test(tests, test_what_is_not_read_is_named);
  tcase_add_test(tests, test_levels_without_likelihoods);
  tcase_add_loop_test(tests, test_segmentations, 0, G_N_ELEMENTS(good_segs));
  tcase_add_test(tests, test_other_organs_in_a_segmentation);
  tcase_add_test(tests, test_another_grid);
  tcase_add_loop_test(tests, test_refused_segmentations, 0,
                      G_N_ELEMENTS(bad_segs));
  tcase_add_test(tests, test_mask_by_tracking_uid);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
