/* One finding as a measurement group: see sr_group.h. */
#include "io/report/sr_group.h"

#include "io/report/dicom_common.h"
#include "io/report/measure_codes.h"
#include "io/report/sr_number.h"
#include "io/report/sr_prior.h"
#include "io/report/sr_reader.h"
#include "io/report/words.h"
#include "io/report/words_guidelines.h"

#include <math.h>

/* How a number is written, so that reading it back gives it within the
 * hundredth part of a millimetre and what findings.json has. */
enum { MM = 4, MM3 = 2, HU = 2, PERCENT = 4 };

typedef struct {
  CapDcmtkSr *sr;
  int group;
  const CapReport *report;
  const CapFinding *finding;
  const char *frame; /* of reference */
} Group;

static void
add_identity(const Group *g)
{
  g_autofree char *id = cap_report_tracking_id(g->finding);
  g_autofree char *uid = cap_report_tracking_uid(g->report, g->finding);
  cap_dcmtk_sr_add_text(g->sr, g->group, CAP_SR_OBS_CONTEXT,
                        cap_code(CAP_CODE_TRACKING_ID), id);
  cap_dcmtk_sr_add_uid(g->sr, g->group, CAP_SR_OBS_CONTEXT,
                       cap_code(CAP_CODE_TRACKING_UID), uid);
  cap_dcmtk_sr_add_code(g->sr, g->group, CAP_SR_CONTAINS,
                        cap_code(CAP_CODE_FINDING), cap_code(CAP_CODE_NODULE));
}

/* Who marked it and who drew its outline, as the segmentation has it. */
static void
add_makers(const Group *g)
{
  const CapFinding *f = g->finding;
  cap_dcmtk_sr_add_code(
      g->sr, g->group, CAP_SR_CONTAINS, cap_code(CAP_CODE_MARKED_BY),
      cap_code(f->by_reader ? CAP_CODE_PERSON : CAP_CODE_DEVICE));
  if (f->mask != NULL)
    cap_dcmtk_sr_add_code(
        g->sr, g->group, CAP_SR_CONTAINS, cap_code(CAP_CODE_OUTLINE),
        cap_code_mask_maker(cap_report_mask_maker(g->report, f)));
}

/* TID 4019; nothing where people found it. */
static void
add_algorithm(const Group *g)
{
  g_autofree char *weights =
      g_strconcat(CAP_SR_WEIGHTS, g->report->findings->weights_sha256, NULL);
  if (*g->report->findings->algorithm == '\0' ||
      cap_report_mask_maker(g->report, g->finding) == CAP_MASK_MANUAL)
    return;
  cap_dcmtk_sr_add_text(g->sr, g->group, CAP_SR_CONCEPT_MOD,
                        cap_code(CAP_CODE_ALGORITHM_NAME),
                        g->report->findings->algorithm);
  cap_dcmtk_sr_add_text(g->sr, g->group, CAP_SR_CONCEPT_MOD,
                        cap_code(CAP_CODE_ALGORITHM_VERSION),
                        g->report->findings->algorithm_version);
  if (cap_report_has_judged(g->report, g->finding))
    cap_dcmtk_sr_add_text(g->sr, g->group, CAP_SR_CONCEPT_MOD,
                          cap_code(CAP_CODE_ALGORITHM_PARAMETERS), weights);
}

static void
add_site(const Group *g)
{
  const CapFinding *f = g->finding;
  const int site = cap_dcmtk_sr_add_code(g->sr, g->group, CAP_SR_CONCEPT_MOD,
                                         cap_code(CAP_CODE_SITE),
                                         cap_code_site(f->side, f->lobe));
  if (f->side != CAP_SIDE_UNKNOWN)
    cap_dcmtk_sr_add_code(
        g->sr, site, CAP_SR_CONCEPT_MOD, cap_code(CAP_CODE_LATERALITY),
        cap_code(f->side == CAP_SIDE_RIGHT ? CAP_CODE_RIGHT : CAP_CODE_LEFT));
}

/* The segment and the images it was drawn on, or just the images. */
static void
add_region(const Group *g, const CapSrReference *segment)
{
  if (segment != NULL)
    cap_dcmtk_sr_add_image(g->sr, g->group, CAP_SR_CONTAINS,
                           cap_code(CAP_CODE_SEGMENT), segment);
  g_autoptr(GArray) slices = cap_report_slices(g->report, g->finding);
  for (guint i = 0; i < slices->len; i++) {
    const CapReportImage *image =
        cap_report_image(g->report, g_array_index(slices, int, i));
    const CapSrReference reference = cap_report_reference(g->report, image);
    cap_dcmtk_sr_add_image(g->sr, g->group, CAP_SR_CONTAINS,
                           cap_code(CAP_CODE_SOURCE_IMAGE), &reference);
  }
}

/* A number measured on the images, in the unit that they allow. */
static int
add_number(const Group *g, CapCodeId name, double value, int decimals,
           CapCodeId unit)
{
  return cap_report_sr_number(g->sr, g->group, name, value, decimals,
                              cap_measure_unit(g->finding->unknown, unit));
}

static void
add_derived(const Group *g, CapCodeId name, double value, int decimals,
            CapCodeId unit, CapCodeId derivation)
{
  const int node = add_number(g, name, value, decimals, unit);
  cap_report_sr_derivation(g->sr, node, derivation);
}

/* An axis with its two ends on the image that it was measured on, and in space
 * where the grid that was measured lies between the images. */
static void
add_axis(const Group *g, CapCodeId name, double mm, const CapPoint ends[2])
{
  const int node = add_number(g, name, mm, MM, CAP_CODE_MILLIMETER);
  const CapPoint middle = {(ends[0].x + ends[1].x) / 2,
                           (ends[0].y + ends[1].y) / 2,
                           (ends[0].z + ends[1].z) / 2};
  const CapPoint index = cap_volume_to_index(g->report->volume, middle);
  const CapReportImage *image =
      cap_report_image(g->report, (int)lround(index.z));
  if (image == NULL || mm <= 0)
    return;
  double pixels[4];
  cap_report_to_pixel(image, ends[0], pixels);
  cap_report_to_pixel(image, ends[1], pixels + 2);
  const CapSrReference reference = cap_report_reference(g->report, image);
  static const CapSrShape line = {CAP_SR_INFERRED_FROM, NULL, CAP_SR_POLYLINE};
  cap_dcmtk_sr_add_points(g->sr, node, &line, pixels, 2, &reference);
  if (cap_report_image_under(g->report, ends, 2) == NULL)
    cap_dcmtk_sr_add_points_3d(g->sr, node, &line, ends, 2, g->frame);
}

static void
add_sizes(const Group *g)
{
  const CapFinding *f = g->finding;
  add_axis(g, CAP_CODE_LONG_AXIS, f->long_axis_mm, f->axes_mm[0]);
  add_axis(g, CAP_CODE_SHORT_AXIS, f->short_axis_mm, f->axes_mm[1]);
  add_derived(g, CAP_CODE_DIAMETER, f->mean_diameter_mm, MM,
              CAP_CODE_MILLIMETER, CAP_CODE_MEAN);
  if (f->solid_mean_diameter_mm > 0)
    add_number(g, CAP_CODE_SOLID_DIAMETER, f->solid_mean_diameter_mm, MM,
               CAP_CODE_MILLIMETER);
  const int volume = add_number(g, CAP_CODE_VOLUME, f->volume_mm3, MM3,
                                CAP_CODE_CUBIC_MILLIMETER);
  cap_dcmtk_sr_add_code(g->sr, volume, CAP_SR_CONCEPT_MOD,
                        cap_code(CAP_CODE_METHOD),
                        cap_code(CAP_CODE_VOXEL_SUM));
  const struct {
    CapCodeId derivation;
    double value;
  } density[] = {{CAP_CODE_MEAN, f->hu_mean},
                 {CAP_CODE_DEVIATION, f->hu_sd},
                 {CAP_CODE_MINIMUM, f->hu_min},
                 {CAP_CODE_MAXIMUM, f->hu_max}};
  for (guint i = 0; i < G_N_ELEMENTS(density); i++)
    add_derived(g, CAP_CODE_ATTENUATION, density[i].value, HU,
                CAP_CODE_HOUNSFIELD, density[i].derivation);
}

/* The LEVEL (from 1) that a rating comes to, by the codes of LEVELS; below it,
 * how likely each level is. */
static void
add_rating(const Group *g, const CapCode *name, const CapCode *levels,
           int level, const CapRating *rating)
{
  const int n = MAX(rating->n_levels, 1);
  const int node = cap_dcmtk_sr_add_code(g->sr, g->group, CAP_SR_CONTAINS, name,
                                         &levels[CLAMP(level, 1, n) - 1]);
  for (int i = 0; i < rating->n_levels; i++) {
    g_autofree char *percent = cap_words_number(100 * rating->p[i], PERCENT);
    cap_dcmtk_sr_add_number(g->sr, node, CAP_SR_PROPERTIES, &levels[i], percent,
                            cap_code(CAP_CODE_PERCENT));
  }
}

static void
add_judgement(const Group *g)
{
  const CapFinding *f = g->finding;
  if (!cap_report_has_judged(g->report, f))
    return;
  cap_report_sr_number(g->sr, g->group, CAP_CODE_CERTAINTY,
                       100 * f->probability, PERCENT, CAP_CODE_PERCENT);
  cap_report_sr_number(g->sr, g->group, CAP_CODE_CANCER,
                       100 * f->malignancy_probability, PERCENT,
                       CAP_CODE_PERCENT);
  for (int i = 0; i < CAP_N_ATTRIBUTES; i++) {
    const CapAttributeKind kind = (CapAttributeKind)i;
    add_rating(g, cap_code_attribute(kind), cap_code_attribute_level(kind, 1),
               cap_words_level(&f->attributes[i], kind), &f->attributes[i]);
  }
  add_rating(g, cap_code(CAP_CODE_MALIGNANCY), cap_code_malignancy_level(1),
             (int)lround(f->malignancy.expected), &f->malignancy);
}

/* Lung-RADS as a code with its reasons; the others, whose answers no code list
 * has, as text and number. */
static void
add_guidelines(const Group *g)
{
  for (int i = 0; i < CAP_N_GUIDELINES; i++) {
    g_autoptr(CapAdvice) advice =
        cap_guideline_judge((CapGuideline)i, g->report->findings, g->finding);
    const CapGuidelineCategory *verdict =
        cap_guideline_verdict(advice, g->finding);
    g_autofree char *basis =
        cap_words_guideline(g->report->findings, g->finding, (CapGuideline)i);
    if (advice->probability > 0)
      cap_report_sr_number(g->sr, g->group, CAP_CODE_BROCK,
                           100 * advice->probability, PERCENT,
                           CAP_CODE_PERCENT);
    else if (verdict != NULL && i == CAP_LUNGRADS)
      cap_dcmtk_sr_add_code(g->sr, g->group, CAP_SR_CONTAINS,
                            cap_code(CAP_CODE_LUNGRADS),
                            cap_code_lungrads(verdict->word));
    if (verdict != NULL)
      cap_dcmtk_sr_add_text(g->sr, g->group, CAP_SR_CONTAINS,
                            cap_code(i == CAP_LUNGRADS ? CAP_CODE_LUNGRADS_BASIS
                                                       : CAP_CODE_FLEISCHNER),
                            basis);
  }
}

void
cap_report_sr_group(CapDcmtkSr *sr, int parent, const CapReport *report,
                    const CapFinding *finding, const CapSrReference *segment)
{
  g_autofree char *frame = cap_report_frame_of_reference(report);
  Group g = {sr, 0, report, finding, frame};
  g.group = cap_dcmtk_sr_add_container(sr, parent, CAP_SR_CONTAINS,
                                       cap_code(CAP_CODE_GROUP),
                                       segment != NULL ? "1411" : "1501");
  add_identity(&g);
  add_algorithm(&g);
  add_site(&g);
  add_region(&g, segment);
  const CapSrShape center = {CAP_SR_CONTAINS, cap_code(CAP_CODE_CENTER),
                             CAP_SR_POINT};
  cap_dcmtk_sr_add_points_3d(sr, g.group, &center, &finding->center_mm, 1,
                             frame);
  add_sizes(&g);
  cap_dcmtk_sr_add_code(sr, g.group, CAP_SR_CONTAINS, cap_code(CAP_CODE_STATUS),
                        cap_code_status(finding->status));
  if (finding->type != CAP_TYPE_UNCLASSIFIED)
    cap_dcmtk_sr_add_code(sr, g.group, CAP_SR_CONTAINS, cap_code(CAP_CODE_TYPE),
                          cap_code_type(finding->type));
  add_makers(&g);
  add_judgement(&g);
  cap_report_sr_prior(sr, g.group, finding);
  add_guidelines(&g);
  cap_report_sr_overrides(sr, g.group, finding);
  if (*finding->comment != '\0')
    cap_dcmtk_sr_add_text(sr, g.group, CAP_SR_CONTAINS,
                          cap_code(CAP_CODE_COMMENT), finding->comment);
  if (finding->near_gap)
    cap_dcmtk_sr_add_text(sr, g.group, CAP_SR_CONTAINS,
                          cap_code(CAP_CODE_NEAR_GAP),
                          "A slice is missing here: do not trust the sizes.");
}
