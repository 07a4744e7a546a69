/* The coded concepts of reports: see code.h. */
#include "io/report/code.h"

#include "core/image/unit.h"

#include <string.h>

static const CapCode codes[CAP_N_CODES] = {
#define CAP_CODE_ROW(name, value, scheme, meaning) {value, scheme, meaning},
    CAP_CODES(CAP_CODE_ROW)
#undef CAP_CODE_ROW
};

#define LIDC(value, meaning)                                                   \
  {                                                                            \
    value, CAP_LIDC_SCHEME, meaning                                            \
  }
#define TWO LIDC("002", "2 out of 5")
#define THREE LIDC("003", "3 out of 5")
#define FOUR LIDC("004", "4 out of 5")

static const CapCode attributes[CAP_N_ATTRIBUTES] = {
    {"C45992", "NCIt", "Subtlety score"},
    {"C3672", "NCIt", "Calcification"},
    LIDC("400", "Sphericity"),
    {"C25563", "NCIt", "Margin"},
    {"C62175", "NCIt", "Lobular Pattern"},
    {"C28749", "NCIt", "Spiculation"},
    {"C41144", "NCIt", "Texture"},
    LIDC("200", "Internal structure"),
};

static const CapCode levels[CAP_N_ATTRIBUTES][CAP_MAX_LEVELS] = {
    [CAP_SUBTLETY] = {LIDC("101", "1 out of 5 (Extremely subtle)"),
                      LIDC("102", "2 out of 5 (Moderately subtle)"),
                      LIDC("103", "3 out of 5 (Fairly subtle)"),
                      LIDC("104", "4 out of 5 (Moderately obvious)"),
                      LIDC("105", "5 out of 5 (Obvious)")},
    [CAP_CALCIFICATION] = {{"RID35453", "RADLEX", "Popcorn calcification sign"},
                           LIDC("302", "Laminated appearance"),
                           {"RID5741", "RADLEX", "Solid appearance"},
                           LIDC("304", "Non-central appearance"),
                           {"RID5827", "RADLEX", "Central calcification"},
                           {"RID28473", "RADLEX", "Absent"}},
    [CAP_SPHERICITY] = {{"RID5811", "RADLEX", "linear"},
                        TWO,
                        {"RID5800", "RADLEX", "ovoid"},
                        FOUR,
                        {"RID5799", "RADLEX", "round"}},
    [CAP_MARGIN] = {{"RID5709", "RADLEX", "Indistinct margin"},
                    TWO,
                    THREE,
                    FOUR,
                    {"RID5707", "RADLEX", "Circumscribed margin"}},
    [CAP_LOBULATION] = {LIDC("601", "1 out of 5 (No lobulation)"), TWO, THREE,
                        FOUR, LIDC("605", "5 out of 5 (Marked lobulation)")},
    [CAP_SPICULATION] = {LIDC("701", "1 out of 5 (No spiculation)"), TWO, THREE,
                         FOUR, LIDC("705", "5 out of 5 (Marked spiculation)")},
    [CAP_TEXTURE] = {{"RID50153", "RADLEX", "non-solid pulmonary nodule"},
                     TWO,
                     {"RID50152", "RADLEX", "part-solid pulmonary nodule"},
                     FOUR,
                     {"RID50151", "RADLEX", "solid pulmonary nodule"}},
    [CAP_INTERNAL_STRUCTURE] = {{"C12471", "NCIt", "Soft tissue"},
                                {"C25278", "NCIt", "Fluid"},
                                {"C12472", "NCIt", "Adipose tissue"},
                                {"C73434", "NCIt", "Air"}},
};

static const CapCode malignancy[5] = {
    LIDC("901", "1 out of 5 (Highly Unlikely for Cancer)"),
    LIDC("902", "2 out of 5 (Moderately Unlikely for Cancer)"),
    LIDC("903", "3 out of 5 (Indeterminate Likelihood)"),
    LIDC("904", "4 out of 5 (Moderately Suspicious for Cancer)"),
    LIDC("905", "5 out of 5 (Highly Suspicious for Cancer)"),
};

const CapCode *
cap_code(CapCodeId id)
{
  g_return_val_if_fail(id < CAP_N_CODES, &codes[0]);
  return &codes[id];
}

const CapCode *
cap_code_procedure(unsigned unknown)
{
  return cap_code(unknown & CAP_UNKNOWN_HU ? CAP_CODE_IMAGING
                                           : CAP_CODE_CT_CHEST);
}

const CapCode *
cap_code_status(CapStatus status)
{
  static const CapCodeId ids[] = {CAP_CODE_UNREVIEWED, CAP_CODE_ACCEPTED,
                                  CAP_CODE_REJECTED, CAP_CODE_UNCERTAIN};
  return &codes[ids[status]];
}

const CapCode *
cap_code_lungrads(const char *word)
{
  static const struct {
    const char *word;
    CapCodeId id;
  } ids[] = {{"0", CAP_CODE_LUNGRADS_0},   {"1", CAP_CODE_LUNGRADS_1},
             {"2", CAP_CODE_LUNGRADS_2},   {"3", CAP_CODE_LUNGRADS_3},
             {"4A", CAP_CODE_LUNGRADS_4A}, {"4B", CAP_CODE_LUNGRADS_4B},
             {"4X", CAP_CODE_LUNGRADS_4X}};
  for (guint i = 0; i < G_N_ELEMENTS(ids); i++)
    if (g_str_equal(ids[i].word, word))
      return &codes[ids[i].id];
  return NULL;
}

const CapCode *
cap_code_type(CapNoduleType type)
{
  static const CapCodeId ids[] = {CAP_CODE_SOLID, CAP_CODE_PART_SOLID,
                                  CAP_CODE_GROUND_GLASS, CAP_CODE_CALCIFIED};
  return type == CAP_TYPE_UNCLASSIFIED ? NULL : &codes[ids[type]];
}

const CapCode *
cap_code_mask_maker(CapMaskMaker maker)
{
  static const CapCodeId ids[CAP_N_MASK_MAKERS] = {
      CAP_CODE_OUTLINE_AUTOMATIC, CAP_CODE_OUTLINE_SEMIAUTOMATIC,
      CAP_CODE_OUTLINE_MANUAL};
  return &codes[ids[maker]];
}

const CapCode *
cap_code_prior(CapPriorState state)
{
  return state == CAP_PRIOR_NEW       ? &codes[CAP_CODE_PRIOR_NEW]
         : state == CAP_PRIOR_MATCHED ? &codes[CAP_CODE_PRIOR_MATCHED]
                                      : NULL;
}

const CapCode *
cap_code_site(CapSide side, CapLobe lobe)
{
  if (lobe == CAP_LOBE_UPPER)
    return &codes[CAP_CODE_UPPER_LOBE];
  if (lobe == CAP_LOBE_LOWER)
    return &codes[CAP_CODE_LOWER_LOBE];
  /* the left lung has no middle lobe */
  return &codes[lobe == CAP_LOBE_MIDDLE && side == CAP_SIDE_RIGHT
                    ? CAP_CODE_MIDDLE_LOBE
                    : CAP_CODE_LUNG];
}

const CapCode *
cap_code_attribute(CapAttributeKind kind)
{
  return &attributes[kind];
}

const CapCode *
cap_code_attribute_level(CapAttributeKind kind, int level)
{
  return &levels[kind][CLAMP(level, 1, cap_attribute_levels(kind)) - 1];
}

const CapCode *
cap_code_malignancy_level(int level)
{
  return &malignancy[CLAMP(level, 1, 5) - 1];
}

gboolean
cap_code_equal(const CapCode *a, const CapCode *b)
{
  return strcmp(a->value, b->value) == 0 && strcmp(a->scheme, b->scheme) == 0;
}
