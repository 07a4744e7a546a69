/* Measurement groups read back: see group.h. */
#include "io/import/group.h"

#include "core/language.h"
#include "io/import/mark.h"
#include "io/import/prior.h"
#include "io/import/rating.h"
#include "io/import/reader.h"
#include "io/report/report.h"
#include "io/report/sr_group.h"

#include <math.h>
#include <string.h>

typedef struct {
  CapImportGroup *out;
  CapFinding *finding;
  const CapImportPlace *place;
  GPtrArray *remarks;
  CapPoint region; /* where a region of the group lies */
  gboolean has_region, has_mark, is_nodule;
} Group;

/* Quantities, the units they come in, and what makes ours of them. */
typedef enum { LENGTH, VOLUME, DENSITY, FRACTION } Quantity;

static const struct {
  Quantity quantity;
  const char *unit; /* UCUM */
  double factor;
} units[] = {
    {LENGTH, "mm", 1},        {LENGTH, "cm", 10},    {VOLUME, "mm3", 1},
    {VOLUME, "cm3", 1e3},     {VOLUME, "ml", 1e3},   {VOLUME, "mL", 1e3},
    {DENSITY, "[hnsf'U]", 1}, {FRACTION, "%", 0.01}, {FRACTION, "1", 1},
};

static const double limits[][2] = {[LENGTH] = {0, 1e3},
                                   [VOLUME] = {0, 1e8},
                                   [DENSITY] = {-1e5, 1e5},
                                   [FRACTION] = {0, 1}};

#define ANY CAP_N_CODES /* whatever derivation, or none */
#define AT(field) G_STRUCT_OFFSET(CapFinding, field)

/* The first row that fits an item takes it. */
static const struct {
  CapCodeId name, derivation;
  Quantity quantity;
  glong field;
  unsigned told;
} numbers[] = {
    {CAP_CODE_LONG_AXIS, ANY, LENGTH, AT(long_axis_mm), CAP_TOLD_LONG_AXIS},
    {CAP_CODE_SHORT_AXIS, ANY, LENGTH, AT(short_axis_mm), CAP_TOLD_SHORT_AXIS},
    {CAP_CODE_DIAMETER, CAP_CODE_MEAN, LENGTH, AT(mean_diameter_mm),
     CAP_TOLD_MEAN_DIAMETER},
    {CAP_CODE_DIAMETER, ANY, LENGTH, AT(long_axis_mm), CAP_TOLD_LONG_AXIS},
    {CAP_CODE_SOLID_DIAMETER, ANY, LENGTH, AT(solid_mean_diameter_mm),
     CAP_TOLD_SOLID_DIAMETER},
    {CAP_CODE_VOLUME, ANY, VOLUME, AT(volume_mm3), CAP_TOLD_VOLUME},
    {CAP_CODE_ATTENUATION, CAP_CODE_DEVIATION, DENSITY, AT(hu_sd), 0},
    {CAP_CODE_ATTENUATION, CAP_CODE_MINIMUM, DENSITY, AT(hu_min), 0},
    {CAP_CODE_ATTENUATION, CAP_CODE_MAXIMUM, DENSITY, AT(hu_max), 0},
    {CAP_CODE_ATTENUATION, ANY, DENSITY, AT(hu_mean), CAP_TOLD_HU},
    {CAP_CODE_CERTAINTY, ANY, FRACTION, AT(probability), CAP_TOLD_PROBABILITY},
    {CAP_CODE_CANCER, ANY, FRACTION, AT(malignancy_probability), 0},
};

/* What others call a lung nodule, beside our own code for it. */
static const CapCode nodules[] = {
    {"427359005", "SCT", "Solitary nodule of lung"},
    {"786838002", "SCT", "Pulmonary nodule"},
    {"52988006", "SCT", "Lesion"},
    {"4147007", "SCT", "Mass"},
    {"108369006", "SCT", "Neoplasm"},
    {"86049000", "SCT", "Neoplasm, Primary"},
    {"14799000", "SCT", "Neoplasm, Secondary"},
    {"M-80003", "SRT", "Neoplasm, Primary"},
    {"M-80006", "SRT", "Neoplasm, Secondary"},
    {"RID3875", "RADLEX", "nodule"},
    {"RID50149", "RADLEX", "pulmonary nodule"},
};

/* Items of a group that say nothing about the finding itself, or what follows
 * from the rest, as guidelines' advice does. */
static const CapCode passed_over[] = {
    {"121232", "DCM", "Source series for segmentation"},
    {"121233", "DCM", "Source image for segmentation"},
    {"126100", "DCM", "Real World Value Map used for measurement"},
    {"C67447", "NCIt", "Activity Session"},
    {"C2348792", "UMLS", "Time Point"},
    {"276214006", "SCT", "Finding category"},
    {"370129005", "SCT", "Measurement Method"},
    {"1362105002", "SCT", "Lung-RADS category"},
};

static gboolean
is_one_of(const CapContentCode *code, const CapCode *list, guint n)
{
  const CapCode read = {code->value, code->scheme, code->meaning};
  for (guint i = 0; i < n; i++)
    if (cap_code_equal(&read, &list[i]))
      return TRUE;
  return FALSE;
}

gboolean
cap_import_is_nodule(const CapContentCode *code)
{
  return *code->value == '\0' || cap_content_means(code, CAP_CODE_NODULE) ||
         is_one_of(code, nodules, G_N_ELEMENTS(nodules));
}

gboolean
cap_import_take_uid(char **field, const char *text)
{
  const gsize n = strlen(text);
  if (n == 0 || n > 64 || strspn(text, "0123456789.") != n)
    return FALSE;
  g_free(*field);
  *field = g_strdup(text);
  return TRUE;
}

int
cap_import_our_number(const char *tracking_id, const char *prefix)
{
  guint64 number = 0;
  if (!g_str_has_prefix(tracking_id, prefix) ||
      !g_ascii_string_to_unsigned(tracking_id + strlen(prefix), 10, 1, 10000,
                                  &number, NULL))
    return 0;
  return (int)number;
}

/* ---- where things lie ---- */

/* Points of ITEM; NULL with a remark when they cannot be placed. */
static GArray *
points_of(const Group *g, const CapContentItem *item)
{
  const char *why = NULL;
  GArray *points = cap_import_points(g->place, item, &why);
  if (points == NULL)
    cap_content_remark(g->remarks, item, "%s", why);
  return points;
}

static void
read_region(Group *g, const CapContentItem *item)
{
  g_autoptr(GArray) points = points_of(g, item);
  if (points == NULL)
    return;
  g->region = cap_import_middle(points, item->graphic);
  g->has_region = TRUE;
  if (cap_content_means(&item->name, CAP_CODE_CENTER)) {
    g->finding->center_mm = g->region;
    g->out->told |= CAP_TOLD_CENTER;
  }
}

/* A number that only says where: its point. */
static void
read_place(Group *g, const CapContentItem *number)
{
  for (guint i = 0; i < number->children->len; i++)
    if (g_str_equal(cap_content_child(number, i)->graphic, "POINT"))
      read_region(g, cap_content_child(number, i));
}

/* What a reader wrote to a point is all that is known of it. */
static void
take_free_text(Group *g, const char *text)
{
  g->finding->by_reader = TRUE;
  if (*g->finding->comment == '\0') {
    g_free(g->finding->comment);
    g->finding->comment = g_strstrip(g_strdup(text));
  }
}

/* The line that a length was measured along: in space where it was told, else
 * on an image. */
static void
read_ends(Group *g, const CapContentItem *number, int axis, unsigned told)
{
  static const CapSrType kinds[] = {CAP_SR_POINTS, CAP_SR_POINTS_3D};
  for (guint k = 0; k < G_N_ELEMENTS(kinds); k++)
    for (guint i = 0; i < number->children->len; i++) {
      const CapContentItem *child = cap_content_child(number, i);
      g_autoptr(GArray) points =
          child->type == kinds[k] ? points_of(g, child) : NULL;
      if (points == NULL || points->len != 2)
        continue;
      memcpy(g->finding->axes_mm[axis], points->data, 2 * sizeof(CapPoint));
      g->out->told |= told;
    }
}

/* ---- what is told ---- */

static gboolean
convert(Quantity quantity, const CapContentItem *item, double *value)
{
  for (guint i = 0; i < G_N_ELEMENTS(units); i++)
    if (units[i].quantity == quantity &&
        g_str_equal(units[i].unit, item->value.value)) {
      *value = item->number * units[i].factor;
      return TRUE;
    }
  return FALSE;
}

static gboolean
read_number(Group *g, const CapContentItem *item)
{
  const CapContentItem *derivation =
      cap_content_find(item, CAP_CODE_DERIVATION);
  double value = 0;
  for (guint i = 0; i < G_N_ELEMENTS(numbers); i++) {
    if (!cap_content_means(&item->name, numbers[i].name) ||
        (numbers[i].derivation != ANY &&
         (derivation == NULL ||
          !cap_content_means(&derivation->value, numbers[i].derivation))))
      continue;
    if (!convert(numbers[i].quantity, item, &value))
      cap_content_remark(g->remarks, item,
                         N_("the unit “%s” is not one for it"),
                         item->value.value);
    else if (!(value >= limits[numbers[i].quantity][0] &&
               value <= limits[numbers[i].quantity][1]))
      cap_content_remark(g->remarks, item, N_("its value is out of range"));
    else {
      G_STRUCT_MEMBER(double, g->finding, numbers[i].field) = value;
      g->out->told |= numbers[i].told;
      if (numbers[i].told == CAP_TOLD_LONG_AXIS)
        read_ends(g, item, 0, CAP_TOLD_LONG_ENDS);
      if (numbers[i].told == CAP_TOLD_SHORT_AXIS)
        read_ends(g, item, 1, CAP_TOLD_SHORT_ENDS);
    }
    return TRUE;
  }
  return FALSE;
}

static gboolean
read_code(Group *g, const CapContentItem *item)
{
  CapFinding *f = g->finding;
  if (cap_content_means(&item->name, CAP_CODE_FINDING)) {
    const gboolean is_text =
        g->has_mark && cap_import_is_free_text(&item->value);
    g->is_nodule = is_text || cap_import_is_nodule(&item->value);
    if (is_text)
      take_free_text(g, item->value.meaning);
    else if (!g->is_nodule)
      cap_content_remark(g->remarks, item,
                         N_("“%s” is no lung nodule: the group is left out"),
                         item->value.meaning);
    return TRUE;
  }
  if (cap_content_means(&item->name, CAP_CODE_SITE)) {
    if (cap_import_read_site(item, f))
      g->out->told |= CAP_TOLD_SITE;
    else
      cap_content_remark(g->remarks, item,
                         N_("“%s” is no site in a lung that is known"),
                         item->value.meaning);
    return TRUE;
  }
  if (cap_import_read_status(item, f)) {
    g->out->told |= CAP_TOLD_STATUS;
    return TRUE;
  }
  if (cap_import_read_type(item, f)) {
    g->out->told |= CAP_TOLD_TYPE;
    return TRUE;
  }
  return cap_import_read_rating(item, f);
}

static gboolean
read_text(Group *g, const CapContentItem *item)
{
  const struct {
    CapCodeId name;
    char **field;
  } texts[] = {{CAP_CODE_ALGORITHM_NAME, &g->out->algorithm},
               {CAP_CODE_ALGORITHM_VERSION, &g->out->algorithm_version}};
  for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
    if (cap_content_means(&item->name, texts[i].name)) {
      g_free(*texts[i].field);
      *texts[i].field = g_strdup(item->text);
      return TRUE;
    }
  if (cap_content_means(&item->name, CAP_CODE_TRACKING_ID)) {
    g->finding->id = cap_import_our_number(item->text, CAP_TRACKING_PREFIX);
    return TRUE;
  }
  if (cap_content_means(&item->name, CAP_CODE_NEAR_GAP)) {
    g->finding->near_gap = TRUE;
    return TRUE;
  }
  if (!cap_content_means(&item->name, CAP_CODE_ALGORITHM_PARAMETERS))
    return FALSE;
  if (g_str_has_prefix(item->text, CAP_SR_WEIGHTS)) {
    g_free(g->out->weights_sha256);
    g->out->weights_sha256 = g_strdup(item->text + strlen(CAP_SR_WEIGHTS));
  }
  return TRUE;
}

static gboolean
read_image(Group *g, const CapContentItem *item)
{
  if (item->segment == 0)
    return cap_import_image(g->place, item->sop_uid, item->frame) != NULL;
  g->out->segment = item->segment;
  return cap_import_take_uid(&g->out->seg_uid, item->sop_uid);
}

static void
read_item(Group *g, const CapContentItem *item)
{
  gboolean read = FALSE;
  if (cap_import_read_reader(item, g->finding) ||
      cap_import_read_prior(item, g->finding))
    return;
  switch (item->type) {
  case CAP_SR_NUMBER:
    read = cap_import_is_place(item);
    if (read)
      read_place(g, item);
    else
      read = read_number(g, item);
    break;
  case CAP_SR_CODE:
    read = read_code(g, item);
    break;
  case CAP_SR_TEXT:
    read = read_text(g, item);
    break;
  case CAP_SR_IMAGE:
    read = read_image(g, item);
    break;
  case CAP_SR_UID:
    read = cap_content_means(&item->name, CAP_CODE_TRACKING_UID) &&
           cap_import_take_uid(&g->finding->tracking_uid, item->text);
    break;
  case CAP_SR_POINTS:
  case CAP_SR_POINTS_3D:
    read_region(g, item);
    read = TRUE;
    break;
  default:
    break;
  }
  if (!read && !g_str_equal(item->name.scheme, CAP_PRIVATE_SCHEME) &&
      !is_one_of(&item->name, passed_over, G_N_ELEMENTS(passed_over)))
    cap_content_remark(g->remarks, item,
                       N_("is not read: findings have no place for it"));
}

/* A group without a centre may show its place otherwise. */
static gboolean
settle_center(Group *g)
{
  CapFinding *f = g->finding;
  const CapPoint *ends = f->axes_mm[0];
  if (g->out->told & CAP_TOLD_CENTER)
    return TRUE;
  if (g->out->told & CAP_TOLD_LONG_ENDS)
    f->center_mm =
        (CapPoint){(ends[0].x + ends[1].x) / 2, (ends[0].y + ends[1].y) / 2,
                   (ends[0].z + ends[1].z) / 2};
  else if (g->has_region)
    f->center_mm = g->region;
  else
    return *g->out->seg_uid != '\0'; /* its mask will show */
  g->out->told |= CAP_TOLD_CENTER;
  return TRUE;
}

CapImportGroup *
cap_import_group_read(const CapContentItem *item, const CapImportPlace *place,
                      GPtrArray *remarks)
{
  g_autoptr(CapImportGroup) out = g_new0(CapImportGroup, 1);
  out->finding = cap_finding_new();
  out->path = g_strdup(item->path);
  out->seg_uid = g_strdup("");
  out->algorithm = g_strdup("");
  out->algorithm_version = g_strdup("");
  out->weights_sha256 = g_strdup("");
  cap_import_unrated(out->finding);
  Group g = {.out = out,
             .finding = out->finding,
             .place = place,
             .remarks = remarks,
             .has_mark = cap_import_has_mark(item),
             .is_nodule = TRUE};
  for (guint i = 0; g.is_nodule && i < item->children->len; i++)
    read_item(&g, cap_content_child(item, i));
  if (!g.is_nodule)
    return NULL;
  if (!settle_center(&g)) {
    cap_content_remark(g.remarks, item,
                       N_("does not say where it is: the group is left out"));
    return NULL;
  }
  return g_steal_pointer(&out);
}

void
cap_import_group_free(CapImportGroup *group)
{
  if (group == NULL)
    return;
  cap_finding_free(group->finding);
  g_free(group->path);
  g_free(group->seg_uid);
  g_free(group->algorithm);
  g_free(group->algorithm_version);
  g_free(group->weights_sha256);
  g_free(group);
}
