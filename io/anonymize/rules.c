/* Element by element: see rules.h. */
#include "io/anonymize/rules.h"

#include "io/anonymize/descriptor.h"
#include "io/anonymize/shifted_date.h"

#include <string.h>

#define PATIENT_NAME CAP_TAG(0x0010, 0x0010)
#define PATIENT_ID CAP_TAG(0x0010, 0x0020)
#define PATIENT_AGE CAP_TAG(0x0010, 0x1010)
#define PIXEL_DATA CAP_TAG(0x7fe0, 0x0010)
#define DUMMY "ANONYMIZED"

const char *
cap_done_name(CapDone done)
{
  static const char *const names[CAP_DONE_N] = {
      [CAP_DONE_KEPT] = "kept",
      [CAP_DONE_EMPTY] = "already empty",
      [CAP_DONE_REMOVED] = "removed",
      [CAP_DONE_EMPTIED] = "emptied",
      [CAP_DONE_REPLACED] = "replaced",
      [CAP_DONE_UID] = "new UID",
      [CAP_DONE_SHIFTED] = "shifted",
      [CAP_DONE_CLEANED] = "cleaned",
      [CAP_DONE_NAMED] = "named somebody, replaced",
  };
  return (gsize)done < G_N_ELEMENTS(names) ? names[done] : "?";
}

gboolean
cap_rules_is_plain_image(const char *sop_class)
{
  static const char *const classes[] = {
      "1.2.840.10008.5.1.4.1.1.1", "1.2.840.10008.5.1.4.1.1.2",
      "1.2.840.10008.5.1.4.1.1.4", "1.2.840.10008.5.1.4.1.1.7"};
  for (gsize i = 0; i < G_N_ELEMENTS(classes); i++)
    if (g_str_equal(sop_class, classes[i]))
      return TRUE;
  return FALSE;
}

static gboolean
is_vr(const CapDcmtkElement *e, const char *vrs)
{
  return strstr(vrs, e->vr) != NULL;
}

/* ---- what can be done to an element ---- */

static CapDcmtkAction
keep(CapDone *done)
{
  *done = CAP_DONE_KEPT;
  return CAP_DCMTK_KEEP;
}

static CapDcmtkAction
drop(CapDone *done)
{
  *done = CAP_DONE_REMOVED;
  return CAP_DCMTK_REMOVE;
}

static CapDcmtkAction
set(char *text, CapDone what, char **value, CapDone *done)
{
  *value = text;
  *done = what;
  return CAP_DCMTK_SET;
}

/* Every value of E becomes another UID; those that name classes, syntaxes and
 * well-known frames of reference (PS3.6 annex A) are nobody's. */
static CapDcmtkAction
map_uids(const CapRules *rules, const CapDcmtkElement *e, char **value,
         CapDone *done)
{
  static const guint32 always[] = {
      CAP_TAG(0x0008, 0x0018), CAP_TAG(0x0008, 0x1155), CAP_TAG(0x0020, 0x000d),
      CAP_TAG(0x0020, 0x000e)};
  gboolean must = FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS(always); i++)
    must |= e->tag == always[i];
  g_auto(GStrv) uids = g_strsplit(e->value, "\\", -1);
  GString *out = g_string_new(NULL);
  for (int i = 0; uids[i] != NULL; i++) {
    g_autofree char *other =
        *g_strstrip(uids[i]) == '\0' ||
                (!must && g_str_has_prefix(uids[i], "1.2.840.10008."))
            ? g_strdup(uids[i])
            : cap_pseudonyms_uid(rules->pseudonyms, uids[i]);
    if (!g_str_equal(other, uids[i]))
      cap_mapping_add_uid(rules->mapping, uids[i], other);
    g_string_append_printf(out, "%s%s", i > 0 ? "\\" : "", other);
  }
  return set(g_string_free(out, FALSE), CAP_DONE_UID, value, done);
}

/* A value that is there and says nothing. */
static CapDcmtkAction
replace(const CapRules *rules, const CapDcmtkElement *e, char **value,
        CapDone *done)
{
  static const struct {
    const char *vrs, *dummy;
  } dummies[] = {
      {"DA", "19000101"},       {"DT", "19000101000000"},
      {"TM", "000000"},         {"AS", "000Y"},
      {"UR", "urn:anonymized"}, {"IS DS US SS UL SL FL FD UV SV AT", "0"}};
  if (is_vr(e, "UI"))
    return map_uids(rules, e, value, done);
  if (e->depth == 0 && e->tag == PATIENT_ID)
    return set(g_strdup(rules->patient_id), CAP_DONE_REPLACED, value, done);
  if (e->depth == 0 && e->tag == PATIENT_NAME)
    return set(g_strdup(rules->patient_name), CAP_DONE_REPLACED, value, done);
  const char *dummy = DUMMY;
  for (gsize i = 0; i < G_N_ELEMENTS(dummies); i++)
    if (is_vr(e, dummies[i].vrs))
      dummy = dummies[i].dummy;
  return set(g_strdup(dummy), CAP_DONE_REPLACED, value, done);
}

/* A sequence that must have something in it. Codes become one that says
 * nothing; of others the items go through these rules. What is made of texts
 * and drawings has no dummy worth having: those objects are refused, and
 * elsewhere it does not belong. */
static CapDcmtkAction
replace_items(const CapDcmtkElement *e, char **value, CapDone *done)
{
  static const char *const contents[] = {"ContentSequence",
                                         "GraphicAnnotationSequence",
                                         "WaveformAnnotationSequence"};
  for (gsize i = 0; i < G_N_ELEMENTS(contents); i++)
    if (g_str_equal(e->keyword, contents[i]))
      return drop(done);
  if (!g_str_has_suffix(e->keyword, "CodeSequence"))
    return keep(done);
  *value = g_strdup("ANON\\99CAPSIGHT\\Anonymized");
  *done = CAP_DONE_REPLACED;
  return CAP_DCMTK_CODE;
}

/* TRUE when the date was moved, or is a time of day that stays. */
static gboolean
shift(const CapRules *rules, const CapDcmtkElement *e, char **value,
      CapDone *done, CapDcmtkAction *action)
{
  static const char time_characters[] = "0123456789.:+-\\ ";
  if (is_vr(e, "DA DT")) {
    char *moved = cap_shifted_date(e->value, rules->shift_days);
    if (moved == NULL)
      return FALSE;
    *action = set(moved, CAP_DONE_SHIFTED, value, done);
    return TRUE;
  }
  if (!is_vr(e, "TM SH") || strlen(e->value) > 64 ||
      e->value[strspn(e->value, time_characters)] != '\0')
    return FALSE;
  *action = keep(done);
  return TRUE;
}

/* TRUE when anything is left of the words. */
static gboolean
clean(const CapRules *rules, const CapDcmtkElement *e, char **value,
      CapDone *done, CapDcmtkAction *action)
{
  if (!is_vr(e, "LO SH ST LT UT UC CS"))
    return FALSE;
  g_autofree char *words = cap_descriptor_clean(e->value);
  if (*words == '\0' || cap_identity_is_in(rules->identity, words))
    return FALSE;
  *action = set(g_steal_pointer(&words), CAP_DONE_CLEANED, value, done);
  return TRUE;
}

/* ---- rows of the table ---- */

/* X, Z, D or U of what the row allows here. */
static CapProfileAction
resolve(const CapRules *rules, const CapDcmtkElement *e,
        CapProfileAction action)
{
  const gboolean is_optional = rules->plain_image && e->depth == 0;
  switch (action) {
  case CAP_PROFILE_ZD:
    return is_optional && e->tag != PATIENT_ID ? CAP_PROFILE_Z : CAP_PROFILE_D;
  case CAP_PROFILE_XZ:
    return is_optional ? CAP_PROFILE_X : CAP_PROFILE_Z;
  case CAP_PROFILE_XD:
  case CAP_PROFILE_XZD:
    return is_optional ? CAP_PROFILE_X : CAP_PROFILE_D;
  default:
    return action;
  }
}

static CapDcmtkAction
do_basic(const CapRules *rules, const CapDcmtkElement *e,
         CapProfileAction action, char **value, CapDone *done)
{
  const CapProfileAction resolved = resolve(rules, e, action);
  if (resolved == CAP_PROFILE_X)
    return drop(done);
  if (resolved == CAP_PROFILE_XZU)
    return keep(done);
  if (e->depth == 0 && (e->tag == PATIENT_NAME || e->tag == PATIENT_ID))
    return replace(rules, e, value, done); /* viewers sort by them */
  if (e->is_empty) {
    *done = CAP_DONE_EMPTY;
    return CAP_DCMTK_KEEP;
  }
  if (resolved == CAP_PROFILE_U)
    return map_uids(rules, e, value, done);
  if (resolved == CAP_PROFILE_Z) {
    *done = CAP_DONE_EMPTIED;
    return CAP_DCMTK_EMPTY;
  }
  return e->is_sequence ? replace_items(e, value, done)
                        : replace(rules, e, value, done);
}

/* Ages over 89 years are told as 90: so few are that old that the number says
 * who it is (45 CFR 164.514 (b)(2)(i)(C)). */
static CapDcmtkAction
keep_characteristic(const CapDcmtkElement *e, char **value, CapDone *done)
{
  if (e->tag == PATIENT_AGE && strlen(e->value) == 4 && e->value[3] == 'Y' &&
      g_ascii_strtoll(e->value, NULL, 10) > 89)
    return set(g_strdup("090Y"), CAP_DONE_CLEANED, value, done);
  return keep(done);
}

static CapDcmtkAction
do_row(const CapRules *rules, const CapDcmtkElement *e,
       const CapProfileRow *row, char **value, CapDone *done)
{
  const unsigned asked = row->options & rules->options;
  CapDcmtkAction action;
  if (e->is_empty)
    return do_basic(rules, e, row->action, value, done);
  if (row->options & CAP_PROFILE_DATES) {
    if (rules->options & CAP_PROFILE_FULL_DATES)
      return keep(done);
    /* A device's dates too go by the option for dates alone. */
    if ((asked & CAP_PROFILE_DATES) && shift(rules, e, value, done, &action))
      return action;
  } else if (asked & CAP_PROFILE_PATIENT) {
    return keep_characteristic(e, value, done);
  } else if (asked & (CAP_PROFILE_DEVICE | CAP_PROFILE_CONTENT |
                      CAP_PROFILE_UIDS | CAP_PROFILE_INSTITUTION)) {
    return keep(done);
  } else if ((asked & (CAP_PROFILE_WORDS | CAP_PROFILE_PATIENT_C)) &&
             clean(rules, e, value, done, &action)) {
    return action;
  }
  return do_basic(rules, e, row->action, value, done);
}

/* ---- attributes without a row ---- */

/* UIDs of kinds of things, not of things. */
static gboolean
is_class_uid(const char *keyword)
{
  static const char *const kinds[] = {"SOPClass", "TransferSyntax",
                                      "CodingSchemeUID", "ContextUID",
                                      "MappingResourceUID"};
  for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
    if (strstr(keyword, kinds[i]) != NULL)
      return TRUE;
  return FALSE;
}

/* Names, dates, links and prose are never left as they are, although the
 * standard may have forgotten them; nor is what only another key opens, or a
 * picture inside an item. */
static CapDcmtkAction
do_other(const CapRules *rules, const CapDcmtkElement *e, char **value,
         CapDone *done)
{
  CapDcmtkAction action;
  if (e->tag == CAP_TAG(0x0400, 0x0500) ||
      (e->tag == PIXEL_DATA && e->depth > 0))
    return drop(done);
  if (e->is_empty || e->is_sequence)
    return keep(done);
  if (is_vr(e, "UI"))
    return is_class_uid(e->keyword) || (rules->options & CAP_PROFILE_UIDS)
               ? keep(done)
               : map_uids(rules, e, value, done);
  if (is_vr(e, "DA DT TM")) {
    if ((rules->options & CAP_PROFILE_DATES) &&
        shift(rules, e, value, done, &action))
      return action;
    return replace(rules, e, value, done);
  }
  if (is_vr(e, "LT ST UT UC")) {
    if ((rules->options & CAP_PROFILE_WORDS) &&
        clean(rules, e, value, done, &action))
      return action;
    return replace(rules, e, value, done);
  }
  if (is_vr(e, "PN UR"))
    return replace(rules, e, value, done);
  return keep(done);
}

CapDcmtkAction
cap_rules_decide(const CapRules *rules, const CapDcmtkElement *e, char **value,
                 CapDone *done)
{
  const CapProfileRow *row = cap_profile_find(e->tag);
  if (!e->is_known) /* nobody can tell what is in there */
    return drop(done);
  const CapDcmtkAction action = row != NULL ? do_row(rules, e, row, value, done)
                                            : do_other(rules, e, value, done);
  if (action != CAP_DCMTK_KEEP || e->is_empty || !is_vr(e, "LO SH AE") ||
      !cap_identity_is_in(rules->identity, e->value))
    return action;
  g_clear_pointer(value, g_free);
  return set(g_strdup(DUMMY), CAP_DONE_NAMED, value, done);
}
