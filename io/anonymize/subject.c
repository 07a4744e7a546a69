/* One object and whose it is: see subject.h. */
#include "io/anonymize/subject.h"

#include "core/error.h"
#include "io/dicom/dicom_text.h"

#include <string.h>

#define SOP_CLASS CAP_TAG(0x0008, 0x0016)
#define STUDY_UID CAP_TAG(0x0020, 0x000d)
#define METHOD CAP_TAG(0x0012, 0x0063)
#define METHOD_CODES CAP_TAG(0x0012, 0x0064)

struct CapSubject {
  CapRules rules; /* borrows the rest */
  CapIdentity *identity;
  char *id, *name; /* originals */
  char *patient_id, *patient_name;
};

typedef struct {
  const CapRules *rules;
  CapAnonymizeLog *log;
} Pass;

/* ---- who the patient is ---- */

/* Attributes that tell patients apart, and what the texts are encoded in. */
enum { NUMBER, NAME, STUDY, ISSUER, CHARSET, N_FACTS };
static const guint32 fact_tags[N_FACTS] = {
    CAP_TAG(0x0010, 0x0020), CAP_TAG(0x0010, 0x0010), STUDY_UID,
    CAP_TAG(0x0010, 0x0021), CAP_TAG(0x0008, 0x0005)};

typedef struct {
  CapIdentity *identity;
  unsigned options;     /* of CapProfileOption */
  char *facts[N_FACTS]; /* as stored; NULL: not there */
} Collection;

/* FACT as UTF-8, so that a copy in another character set is the same patient.
 * Caller frees. */
static char *
fact_of(const Collection *all, int fact)
{
  gboolean replaced;
  const char *text = all->facts[fact] ? all->facts[fact] : "";
  const char *charset = all->facts[CHARSET] ? all->facts[CHARSET] : "";
  return g_strstrip(cap_dicom_text_to_utf8(text, charset, &replaced));
}

/* What tells a patient from others: the number with who gave it, else the name,
 * else the study alone. Caller frees. */
static char *
identity_of(const Collection *all)
{
  for (int fact = NUMBER; fact <= STUDY; fact++) {
    g_autofree char *text = fact_of(all, fact);
    if (*text == '\0')
      continue;
    g_autofree char *issuer = fact_of(all, ISSUER);
    return fact == NUMBER ? g_strconcat(text, "\n", issuer, NULL)
                          : g_steal_pointer(&text);
  }
  return g_strdup("");
}

static CapDcmtkAction
collect(const CapDcmtkElement *element, char **value, gpointer user_data)
{
  Collection *all = user_data;
  const CapProfileRow *row = cap_profile_find(element->tag);
  /* whoever may be told is nobody to be looked for */
  if (row == NULL || !(row->options & all->options & CAP_PROFILE_INSTITUTION))
    cap_identity_collect(all->identity, element);
  for (int i = 0; i < N_FACTS; i++)
    if (element->depth == 0 && element->tag == fact_tags[i] &&
        all->facts[i] == NULL)
      all->facts[i] = g_strdup(element->value);
  return CAP_DCMTK_KEEP;
}

/* ---- what is added ---- */

/* PS3.16 CID 7050. */
static const struct {
  unsigned option; /* 0: always */
  const char *code, *meaning;
} methods[] = {
    {0, "113100", "Basic Application Confidentiality Profile"},
    {CAP_PROFILE_CONTENT, "113104", "Clean Structured Content Option"},
    {CAP_PROFILE_WORDS, "113105", "Clean Descriptors Option"},
    {CAP_PROFILE_FULL_DATES, "113106",
     "Retain Longitudinal Temporal Information Full Dates Option"},
    {CAP_PROFILE_DATES, "113107",
     "Retain Longitudinal Temporal Information Modified Dates Option"},
    {CAP_PROFILE_PATIENT, "113108", "Retain Patient Characteristics Option"},
    {CAP_PROFILE_DEVICE, "113109", "Retain Device Identity Option"},
    {CAP_PROFILE_UIDS, "113110", "Retain UIDs Option"},
    {CAP_PROFILE_INSTITUTION, "113112", "Retain Institution Identity Option"},
};

/* Adds to the codes that an earlier de-identification left. */
static void
put_method(CapDcmtkObject *object, CapDcmtkItem *root, unsigned options)
{
  g_autoptr(GHashTable) there =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  CapDcmtkItem *item;
  for (int i = 0; (item = cap_dcmtk_get_item(root, METHOD_CODES, i)); i++)
    g_hash_table_add(there, cap_dcmtk_get(item, CAP_TAG(0x0008, 0x0100)));
  for (gsize i = 0; i < G_N_ELEMENTS(methods); i++) {
    if ((methods[i].option != 0 && !(options & methods[i].option)) ||
        g_hash_table_contains(there, methods[i].code))
      continue;
    item = cap_dcmtk_add_item(object, root, METHOD_CODES);
    cap_dcmtk_put(object, item, CAP_TAG(0x0008, 0x0100), methods[i].code);
    cap_dcmtk_put(object, item, CAP_TAG(0x0008, 0x0102), "DCM");
    cap_dcmtk_put(object, item, CAP_TAG(0x0008, 0x0104), methods[i].meaning);
  }
  cap_dcmtk_put(object, root, METHOD,
                "Capsight " CAP_VERSION "\\DICOM PS3.15 annex E, 2026c");
  cap_dcmtk_put(object, root, CAP_TAG(0x0012, 0x0062), "YES");
  cap_dcmtk_put(object, root, CAP_TAG(0x0028, 0x0303),
                options & CAP_PROFILE_FULL_DATES ? "UNMODIFIED"
                : options & CAP_PROFILE_DATES    ? "MODIFIED"
                                                 : "REMOVED");
}

/* Type 2 in the Patient module (PS3.3 C.7.1.1): a viewer sorts by it. */
static void
put_patient(CapDcmtkObject *object, CapDcmtkItem *root, const CapRules *rules)
{
  cap_dcmtk_put(object, root, CAP_TAG(0x0010, 0x0010), rules->patient_name);
  cap_dcmtk_put(object, root, CAP_TAG(0x0010, 0x0020), rules->patient_id);
}

/* ---- the object ---- */

CapSubject *
cap_subject_new(const CapAnonymizer *anonymizer, CapDcmtkObject *object,
                GError **error)
{
  const CapPseudonyms *pseudonyms = anonymizer->pseudonyms;
  g_autoptr(CapSubject) subject = g_new0(CapSubject, 1);
  g_autofree char *sop_class =
      cap_dcmtk_get(cap_dcmtk_object_root(object), SOP_CLASS);
  subject->identity = cap_identity_new();
  Collection all = {.identity = subject->identity,
                    .options = anonymizer->options.profile_options};
  const gboolean done = cap_dcmtk_object_walk(object, collect, &all, error);
  g_autofree char *who = identity_of(&all);
  subject->id = fact_of(&all, NUMBER);
  subject->name = fact_of(&all, NAME);
  for (int i = 0; i < N_FACTS; i++)
    g_free(all.facts[i]);
  if (!done)
    return NULL;
  subject->patient_id = cap_pseudonyms_patient_id(pseudonyms, who);
  subject->patient_name = cap_pseudonyms_patient_name(pseudonyms, who);
  subject->rules =
      (CapRules){.options = anonymizer->options.profile_options,
                 .pseudonyms = pseudonyms,
                 .identity = subject->identity,
                 .mapping = anonymizer->mapping,
                 .patient_id = subject->patient_id,
                 .patient_name = subject->patient_name,
                 .shift_days = cap_pseudonyms_shift_days(pseudonyms, who),
                 .plain_image = cap_rules_is_plain_image(sop_class)};
  return g_steal_pointer(&subject);
}

void
cap_subject_free(CapSubject *subject)
{
  if (subject == NULL)
    return;
  cap_identity_free(subject->identity);
  g_free(subject->id);
  g_free(subject->name);
  g_free(subject->patient_id);
  g_free(subject->patient_name);
  g_free(subject);
}

const char *
cap_subject_patient_id(const CapSubject *subject)
{
  return subject->patient_id;
}

int
cap_subject_shift_days(const CapSubject *subject)
{
  return subject->rules.shift_days;
}

gboolean
cap_subject_is_in(const CapSubject *subject, const char *text)
{
  return cap_identity_is_in(subject->identity, text);
}

static CapDcmtkAction
change(const CapDcmtkElement *element, char **value, gpointer user_data)
{
  const Pass *pass = user_data;
  CapDone done = CAP_DONE_KEPT;
  const CapDcmtkAction action =
      cap_rules_decide(pass->rules, element, value, &done);
  cap_anonymize_log_element(pass->log, element, done);
  return action;
}

gboolean
cap_subject_change(const CapSubject *subject, CapDcmtkObject *object,
                   CapAnonymizeLog *log, GError **error)
{
  CapDcmtkItem *root = cap_dcmtk_object_root(object);
  const CapRules *rules = &subject->rules;
  Pass pass = {rules, log};
  if (!cap_dcmtk_object_walk(object, change, &pass, error))
    return FALSE;
  cap_mapping_add_patient(
      rules->mapping, subject->id, subject->name, subject->patient_id,
      rules->options & CAP_PROFILE_DATES ? rules->shift_days : 0);
  put_patient(object, root, rules);
  put_method(object, root, rules->options);
  return TRUE;
}

/* ---- the object again ---- */

typedef struct {
  CapRules rules;
  guint32 leak; /* the first element that is not as it should be; 0 */
} Check;

static gboolean
is_mapped(const char *value)
{
  g_auto(GStrv) uids = g_strsplit(value, "\\", -1);
  for (int i = 0; uids[i] != NULL; i++)
    if (*g_strstrip(uids[i]) != '\0' && !g_str_has_prefix(uids[i], "2.25.") &&
        !g_str_has_prefix(uids[i], "1.2.840.10008."))
      return FALSE;
  return TRUE;
}

/* What the rules would put there is there. */
static gboolean
is_there(const CapDcmtkElement *element, CapDone done, const char *value)
{
  if (done == CAP_DONE_UID)
    return is_mapped(element->value);
  if (done == CAP_DONE_SHIFTED)
    return TRUE; /* where to is for the tests to show */
  if (strstr("OB OW OF OD OL OV UN", element->vr) != NULL)
    return element->length == 2;
  g_autofree char *trimmed = g_strchomp(g_strdup(element->value));
  return g_str_equal(trimmed, value);
}

static CapDcmtkAction
inspect(const CapDcmtkElement *element, char **value, gpointer user_data)
{
  Check *check = user_data;
  CapDone done = CAP_DONE_KEPT;
  if (element->tag == METHOD || element->tag == METHOD_CODES)
    return CAP_DCMTK_REMOVE; /* our own words, whoever is called that */
  const CapDcmtkAction action =
      cap_rules_decide(&check->rules, element, value, &done);
  const gboolean good =
      action == CAP_DCMTK_KEEP || action == CAP_DCMTK_CODE ||
      (action == CAP_DCMTK_SET && is_there(element, done, *value));
  if (!good && check->leak == 0)
    check->leak = element->tag;
  return CAP_DCMTK_KEEP;
}

gboolean
cap_subject_check(const CapSubject *subject, CapDcmtkObject *object,
                  GError **error)
{
  Check check = {.rules = subject->rules};
  check.rules.mapping = NULL;
  if (!cap_dcmtk_object_walk(object, inspect, &check, error))
    return FALSE;
  if (check.leak == 0)
    return TRUE;
  g_set_error(error, CAP_ERROR, CAP_ERROR_INTERNAL,
              "(%04x,%04x) of the output is not as the profile wants it; the "
              "output was removed",
              check.leak >> 16, check.leak & 0xffff);
  return FALSE;
}
