/* Content trees of structured reports: see content.h. */
#include "io/import/content.h"

#include "core/error.h"

#include <math.h>
#include <string.h>

#define MAX_ITEMS 200000

#define VALUE_TYPE CAP_TAG(0x0040, 0xa040)
#define RELATION CAP_TAG(0x0040, 0xa010)
#define CONCEPT_NAME CAP_TAG(0x0040, 0xa043)
#define CONCEPT_CODE CAP_TAG(0x0040, 0xa168)
#define CONTENT CAP_TAG(0x0040, 0xa730)
#define MEASURED CAP_TAG(0x0040, 0xa300)
#define NUMERIC_VALUE CAP_TAG(0x0040, 0xa30a)
#define UNITS CAP_TAG(0x0040, 0x08ea)
#define GRAPHIC_DATA CAP_TAG(0x0070, 0x0022)
#define GRAPHIC_TYPE CAP_TAG(0x0070, 0x0023)
#define REFERENCED CAP_TAG(0x0008, 0x1199)
#define FRAME_OF_REFERENCE CAP_TAG(0x3006, 0x0024)
#define REFERENCED_UID CAP_TAG(0x0008, 0x1155)
#define REFERENCED_FRAME CAP_TAG(0x0008, 0x1160)
#define REFERENCED_SEGMENT CAP_TAG(0x0062, 0x000b)

typedef struct {
  const char *charset;
  int n_items;
} Reader;

static const struct {
  const char *word;
  CapSrType type;
} types[] = {
    {"CONTAINER", CAP_SR_CONTAINER}, {"TEXT", CAP_SR_TEXT},
    {"CODE", CAP_SR_CODE},           {"NUM", CAP_SR_NUMBER},
    {"UIDREF", CAP_SR_UID},          {"PNAME", CAP_SR_NAME},
    {"IMAGE", CAP_SR_IMAGE},         {"SCOORD", CAP_SR_POINTS},
    {"SCOORD3D", CAP_SR_POINTS_3D},
};

static const struct {
  const char *words;
  CapSrRelation relation;
} relations[] = {
    {"CONTAINS", CAP_SR_CONTAINS},
    {"HAS OBS CONTEXT", CAP_SR_OBS_CONTEXT},
    {"HAS ACQ CONTEXT", CAP_SR_ACQ_CONTEXT},
    {"HAS CONCEPT MOD", CAP_SR_CONCEPT_MOD},
    {"HAS PROPERTIES", CAP_SR_PROPERTIES},
    {"INFERRED FROM", CAP_SR_INFERRED_FROM},
    {"SELECTED FROM", CAP_SR_SELECTED_FROM},
};

/* Where others' codes differ from ours: SNOMED RT (PS3.16 annex D of the years
 * before 2019), and pairs that name a lung's lobe together with its side. */
static const struct {
  CapCodeId id;
  const char *value, *scheme;
} synonyms[] = {
    {CAP_CODE_NODULE, "M-03010", "SRT"},
    {CAP_CODE_SITE, "G-C0E3", "SRT"},
    {CAP_CODE_LATERALITY, "G-C171", "SRT"},
    {CAP_CODE_RIGHT, "G-A100", "SRT"},
    {CAP_CODE_LEFT, "G-A101", "SRT"},
    {CAP_CODE_LUNG, "T-28000", "SRT"},
    {CAP_CODE_LONG_AXIS, "G-A185", "SRT"},
    {CAP_CODE_LONG_AXIS, "G-D7FE", "SRT"},    /* Length */
    {CAP_CODE_LONG_AXIS, "410668003", "SCT"}, /* Length */
    {CAP_CODE_LENGTH, "G-D7FE", "SRT"},
    {CAP_CODE_SHORT_AXIS, "G-A186", "SRT"},
    {CAP_CODE_ANGLE, "285285000", "SCT"},     /* Cobb angle */
    {CAP_CODE_ANGLE, "4000022", "99PDL-rad"}, /* OHIF, once */
    {CAP_CODE_AREA, "G-A166", "SRT"},
    {CAP_CODE_DIAMETER, "M-02550", "SRT"},
    {CAP_CODE_VOLUME, "G-D705", "SRT"},
    {CAP_CODE_VOLUME, "YEKZ", "IBSI"}, /* from voxel summation */
    {CAP_CODE_MEAN, "R-00317", "SRT"},
    {CAP_CODE_DEVIATION, "R-10047", "SRT"},
    {CAP_CODE_MINIMUM, "R-404FB", "SRT"},
    {CAP_CODE_MAXIMUM, "G-A437", "SRT"},
};

static char *
get(const Reader *r, CapDcmtkItem *item, guint32 tag)
{
  return cap_dcmtk_get_text(item, tag, r->charset);
}

static void
read_text(const Reader *r, CapDcmtkItem *from, CapContentItem *item)
{
  const guint32 tag = item->type == CAP_SR_TEXT  ? CAP_TAG(0x0040, 0xa160)
                      : item->type == CAP_SR_UID ? CAP_TAG(0x0040, 0xa124)
                                                 : CAP_TAG(0x0040, 0xa123);
  g_free(item->text);
  item->text = get(r, from, tag);
}

static void
read_number(CapDcmtkItem *measured, CapContentItem *item)
{
  g_autoptr(GArray) values =
      measured ? cap_dcmtk_get_numbers(measured, NUMERIC_VALUE) : NULL;
  if (values != NULL && values->len == 1)
    item->number = g_array_index(values, double, 0);
}

static void
read_reference(const Reader *r, CapDcmtkItem *from, CapContentItem *item)
{
  CapDcmtkItem *reference = cap_dcmtk_get_item(from, REFERENCED, 0);
  if (reference == NULL)
    return;
  g_free(item->sop_uid);
  item->sop_uid = get(r, reference, REFERENCED_UID);
  item->frame = cap_dcmtk_get_int(reference, REFERENCED_FRAME, 0);
  item->segment = cap_dcmtk_get_int(reference, REFERENCED_SEGMENT, 0);
}

static void
read_value(const Reader *r, CapDcmtkItem *from, CapContentItem *item)
{
  CapDcmtkItem *measured = NULL;
  switch (item->type) {
  case CAP_SR_TEXT:
  case CAP_SR_UID:
  case CAP_SR_NAME:
    read_text(r, from, item);
    break;
  case CAP_SR_NUMBER:
    measured = cap_dcmtk_get_item(from, MEASURED, 0);
    read_number(measured, item);
    break;
  case CAP_SR_IMAGE:
    read_reference(r, from, item);
    break;
  case CAP_SR_POINTS:
  case CAP_SR_POINTS_3D:
    g_free(item->graphic);
    item->graphic = get(r, from, GRAPHIC_TYPE);
    item->numbers = cap_dcmtk_get_numbers(from, GRAPHIC_DATA);
    g_free(item->frame_of_reference);
    item->frame_of_reference = get(r, from, FRAME_OF_REFERENCE);
    break;
  default:
    break;
  }
  const gboolean is_number = item->type == CAP_SR_NUMBER;
  cap_content_code_read(is_number ? measured : from,
                        is_number ? UNITS : CONCEPT_CODE, r->charset,
                        &item->value);
}

/* FROM and all below it; a tree that grows over the limit is cut there. */
static CapContentItem *
read_item(Reader *r, CapDcmtkItem *from, char *path)
{
  CapContentItem *item = g_new0(CapContentItem, 1);
  g_autofree char *type = get(r, from, VALUE_TYPE);
  g_autofree char *relation = get(r, from, RELATION);
  item->path = path;
  item->type = CAP_SR_OTHER_TYPE;
  for (guint i = 0; i < G_N_ELEMENTS(types); i++)
    if (g_str_equal(type, types[i].word))
      item->type = types[i].type;
  item->relation = CAP_SR_OTHER_RELATION;
  for (guint i = 0; i < G_N_ELEMENTS(relations); i++)
    if (g_str_equal(relation, relations[i].words))
      item->relation = relations[i].relation;
  item->text = g_strdup("");
  item->graphic = g_strdup("");
  item->sop_uid = g_strdup("");
  item->frame_of_reference = g_strdup("");
  item->number = NAN;
  item->children =
      g_ptr_array_new_with_free_func((GDestroyNotify)cap_content_free);
  cap_content_code_read(from, CONCEPT_NAME, r->charset, &item->name);
  read_value(r, from, item);
  CapDcmtkItem *child = NULL;
  while (r->n_items < MAX_ITEMS &&
         (child = cap_dcmtk_next_item(from, CONTENT, child)) != NULL) {
    r->n_items++;
    g_ptr_array_add(
        item->children,
        read_item(r, child,
                  g_strdup_printf("%s.%u", path, item->children->len + 1)));
  }
  return item;
}

CapContentItem *
cap_content_read(CapDcmtkItem *root, const char *charset, const char *name,
                 GError **error)
{
  Reader reader = {.charset = charset};
  g_autofree char *file = g_path_get_basename(name);
  g_autoptr(CapContentItem) item =
      read_item(&reader, root, g_strdup_printf("%s 1", file));
  if (item->type != CAP_SR_CONTAINER || item->children->len == 0) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_UNSUPPORTED,
                "“%s” is not a structured report", name);
    return NULL;
  }
  if (reader.n_items >= MAX_ITEMS) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_LIMIT,
                "“%s” has more than %d content items", name, MAX_ITEMS);
    return NULL;
  }
  return g_steal_pointer(&item);
}

void
cap_content_free(CapContentItem *item)
{
  if (item == NULL)
    return;
  cap_content_code_clear(&item->name);
  cap_content_code_clear(&item->value);
  g_free(item->path);
  g_free(item->text);
  g_free(item->graphic);
  g_free(item->sop_uid);
  g_free(item->frame_of_reference);
  g_clear_pointer(&item->numbers, g_array_unref);
  g_ptr_array_unref(item->children);
  g_free(item);
}

void
cap_content_code_read(CapDcmtkItem *item, guint32 sequence, const char *charset,
                      CapContentCode *code)
{
  /* short, long and URN codes (PS3.3 8.1) */
  static const guint32 values[] = {CAP_TAG(0x0008, 0x0100),
                                   CAP_TAG(0x0008, 0x0119),
                                   CAP_TAG(0x0008, 0x0120)};
  CapDcmtkItem *from = item ? cap_dcmtk_get_item(item, sequence, 0) : NULL;
  *code = (CapContentCode){g_strdup(""), g_strdup(""), g_strdup("")};
  if (from == NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS(values) && *code->value == '\0'; i++) {
    g_free(code->value);
    code->value = cap_dcmtk_get_text(from, values[i], charset);
  }
  g_free(code->scheme);
  code->scheme = cap_dcmtk_get_text(from, CAP_TAG(0x0008, 0x0102), charset);
  g_free(code->meaning);
  code->meaning = cap_dcmtk_get_text(from, CAP_TAG(0x0008, 0x0104), charset);
}

void
cap_content_code_clear(CapContentCode *code)
{
  g_free(code->value);
  g_free(code->scheme);
  g_free(code->meaning);
}

gboolean
cap_content_means(const CapContentCode *code, CapCodeId id)
{
  const CapCode read = {code->value, code->scheme, code->meaning};
  if (cap_code_equal(&read, cap_code(id)))
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS(synonyms); i++)
    if (synonyms[i].id == id && g_str_equal(code->value, synonyms[i].value) &&
        g_str_equal(code->scheme, synonyms[i].scheme))
      return TRUE;
  return FALSE;
}

const CapContentItem *
cap_content_child(const CapContentItem *item, guint i)
{
  return g_ptr_array_index(item->children, i);
}

const CapContentItem *
cap_content_find(const CapContentItem *item, CapCodeId id)
{
  for (guint i = 0; i < item->children->len; i++)
    if (cap_content_means(&cap_content_child(item, i)->name, id))
      return cap_content_child(item, i);
  return NULL;
}

char *
cap_content_label(const CapContentItem *item)
{
  const char *meaning =
      *item->name.meaning != '\0' ? item->name.meaning : item->name.value;
  return *meaning != '\0' ? g_strdup_printf("%s (“%s”)", item->path, meaning)
                          : g_strdup(item->path);
}

void
cap_content_remark(GPtrArray *remarks, const CapContentItem *item,
                   const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  g_autofree char *what = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  g_autofree char *label = cap_content_label(item);
  g_ptr_array_add(remarks, g_strdup_printf("%s: %s", label, what));
}
