/* Structured reports read back: see document.h. */
#include "io/import/document.h"

#include "core/error.h"
#include "core/language.h"
#include "io/import/drawn.h"
#include "io/import/measured.h"
#include "io/import/prior.h"
#include "io/import/reader.h"
#include "io/json.h"
#include "io/report/sr_group.h"

#include <string.h>

#define CHARSET CAP_TAG(0x0008, 0x0005)
#define VERIFICATION CAP_TAG(0x0040, 0xa493)
#define OURS "Capsight"
#define MAX_GROUPS 10000

static void
replace(char **field, const char *text)
{
  char *copy = g_strdup(text);
  g_free(*field);
  *field = copy;
}

/* The person whom a report of ours, or of others, names as its observer. */
static void
read_observers(const CapContentItem *root, CapFindings *head)
{
  const CapContentItem *device = cap_content_find(root, CAP_CODE_DEVICE_NAME);
  const CapContentItem *person = cap_content_find(root, CAP_CODE_PERSON_NAME);
  const CapContentItem *maker = cap_content_find(root, CAP_CODE_DEVICE_MAKER);
  /* reports of ours say by themselves what searched the scan, if anything */
  if (device != NULL && (maker == NULL || !g_str_equal(maker->text, OURS)))
    replace(&head->algorithm, device->text);
  if (person != NULL)
    replace(&head->reader, person->text);
}

static gboolean
is_sha256(const char *text)
{
  return strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64;
}

/* One of our algorithm parameters. */
static void
read_parameter(const char *text, CapFindings *head)
{
  guint64 n = 0;
  const char *rest = text + strlen(CAP_SR_SETTINGS);
  if (g_str_has_prefix(text, CAP_SR_WEIGHTS) &&
      is_sha256(text + strlen(CAP_SR_WEIGHTS)))
    replace(&head->weights_sha256, text + strlen(CAP_SR_WEIGHTS));
  else if (g_str_has_prefix(text, CAP_SR_CANDIDATES) &&
           g_ascii_string_to_unsigned(text + strlen(CAP_SR_CANDIDATES), 10, 0,
                                      1000000, &n, NULL))
    head->n_candidates = (int)n;
  else if (g_str_has_prefix(text, CAP_SR_SETTINGS)) {
    g_autoptr(JsonNode) node =
        cap_json_parse(rest, strlen(rest), "settings", NULL);
    if (node != NULL && JSON_NODE_HOLDS_OBJECT(node))
      replace(&head->settings_json, rest);
  }
}

/* The list of evaluations of the whole scan, if it is one that says what the
 * search came to. */
static void
read_summary(const CapContentItem *list, CapFindings *head)
{
  const CapContentItem *result = cap_content_find(list, CAP_CODE_SUMMARY);
  if (result == NULL && cap_content_find(list, CAP_CODE_DETECTIONS) == NULL)
    return;
  for (guint i = 0; i < list->children->len; i++) {
    const CapContentItem *item = cap_content_child(list, i);
    if (cap_content_means(&item->name, CAP_CODE_COMMENT))
      g_ptr_array_add(head->notes, g_strdup(item->text));
    else if (cap_content_means(&item->name, CAP_CODE_ALGORITHM_NAME))
      replace(&head->algorithm, item->text);
    else if (cap_content_means(&item->name, CAP_CODE_ALGORITHM_VERSION))
      replace(&head->algorithm_version, item->text);
    else if (cap_content_means(&item->name, CAP_CODE_ALGORITHM_PARAMETERS))
      read_parameter(item->text, head);
    else if (cap_content_means(&item->name, CAP_CODE_PRIOR_SCAN)) {
      cap_prior_scan_free(head->prior_scan);
      head->prior_scan = cap_import_read_prior_scan(item);
    } else
      cap_import_read_context(item, head);
  }
  if (result != NULL && *head->algorithm == '\0' &&
      head->conclusion == CAP_CONCLUSION_NONE &&
      cap_content_means(&result->value, CAP_CODE_WITHOUT_FINDINGS))
    head->conclusion = CAP_CONCLUSION_NOTHING_FOUND; /* so a person said so */
}

static void
read_groups(const CapContentItem *list, const CapImportPlace *place,
            CapImportDocument *out, GPtrArray *remarks)
{
  for (guint i = 0; i < list->children->len; i++) {
    const CapContentItem *item = cap_content_child(list, i);
    if (!cap_content_means(&item->name, CAP_CODE_GROUP) ||
        out->groups->len + out->head->measurements->len >= MAX_GROUPS) {
      cap_content_remark(remarks, item,
                         N_("is not a measurement group that is read"));
      continue;
    }
    const gboolean ours = cap_import_is_measured(item);
    if (ours || cap_import_is_drawn(item)) {
      CapMeasurement *m = ours ? cap_import_measured(item, place, remarks)
                               : cap_import_drawn(item, place, remarks);
      if (m != NULL)
        g_ptr_array_add(out->head->measurements, m);
      continue;
    }
    CapImportGroup *group = cap_import_group_read(item, place, remarks);
    if (group != NULL)
      g_ptr_array_add(out->groups, group);
  }
}

/* What the groups say of their algorithm, where the report does not. */
static void
settle_algorithm(CapImportDocument *out, GPtrArray *remarks)
{
  CapFindings *head = out->head;
  gboolean told = FALSE;
  for (guint i = 0; i < out->groups->len; i++) {
    const CapImportGroup *group = out->groups->pdata[i];
    if (*group->algorithm == '\0')
      continue;
    if (!told) {
      told = TRUE;
      replace(&head->algorithm, group->algorithm);
      replace(&head->algorithm_version, group->algorithm_version);
      if (is_sha256(group->weights_sha256))
        replace(&head->weights_sha256, group->weights_sha256);
    } else if (!g_str_equal(head->algorithm, group->algorithm)) {
      g_ptr_array_add(
          remarks,
          g_strdup_printf(N_("%s: its algorithm “%s” is another than "
                             "“%s”, which is kept for all"),
                          group->path, group->algorithm, head->algorithm));
    }
  }
}

static CapImportDocument *
new_document(void)
{
  const CapVolume nowhere = {.source = cap_source_new()};
  CapFindings *head = cap_findings_new_unsearched(&nowhere);
  cap_source_free(nowhere.source);
  CapImportDocument *document = g_new0(CapImportDocument, 1);
  document->head = head;
  document->groups =
      g_ptr_array_new_with_free_func((GDestroyNotify)cap_import_group_free);
  return document;
}

CapImportDocument *
cap_import_document_read(CapDcmtkObject *object, const char *name,
                         const CapImportPlace *place, GPtrArray *remarks,
                         GError **error)
{
  CapDcmtkItem *root = cap_dcmtk_object_root(object);
  g_autofree char *charset = cap_dcmtk_get(root, CHARSET);
  g_autofree char *signed_off = cap_dcmtk_get(root, VERIFICATION);
  g_autoptr(CapContentItem) tree = cap_content_read(root, charset, name, error);
  if (tree == NULL)
    return NULL;
  const CapContentItem *list = cap_content_find(tree, CAP_CODE_MEASUREMENTS);
  const CapContentItem *summary = cap_content_find(tree, CAP_CODE_QUALITATIVE);
  if (list == NULL && summary == NULL) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_UNSUPPORTED,
                "“%s” is a “%s” without measurement groups; reports by TID "
                "1500 are read",
                name, tree->name.meaning);
    return NULL;
  }
  g_autoptr(CapImportDocument) out = new_document();
  out->verified = g_str_equal(signed_off, "VERIFIED");
  read_observers(tree, out->head);
  if (list != NULL)
    read_groups(list, place, out, remarks);
  settle_algorithm(out, remarks);
  if (summary != NULL)
    read_summary(summary, out->head);
  return g_steal_pointer(&out);
}

CapImportDocument *
cap_import_document_of_segs(const GPtrArray *segs, GPtrArray *remarks)
{
  CapImportDocument *out = new_document();
  for (guint i = 0; i < segs->len; i++)
    g_ptr_array_extend_and_steal(
        out->groups, cap_import_seg_groups(segs->pdata[i], remarks));
  settle_algorithm(out, remarks);
  return out;
}

void
cap_import_document_free(CapImportDocument *document)
{
  if (document == NULL)
    return;
  cap_findings_free(document->head);
  g_ptr_array_unref(document->groups);
  g_free(document);
}
