/* Reading findings.json: see findings_json.h. One finding of it is read in
 * finding_json_read.c. */
#include "io/findings/findings_json.h"

#include "core/error.h"
#include "core/irregularity.h"
#include "io/findings/finding_json.h"
#include "io/findings/findings_guidelines.h"
#include "io/findings/findings_masks.h"
#include "io/findings/measurement_json.h"
#include "io/findings/prior_json.h"
#include "io/findings/unit_json.h"

#include <glib/gstdio.h>
#include <math.h>

#define MAX_FINDINGS 10000
#define MAX_BYTES (256 << 20)

static void
read_irregularity(CapJsonReader *r, JsonNode *node, GPtrArray *list)
{
  if (!JSON_NODE_HOLDS_OBJECT(node)) {
    cap_json_fail(r, "“irregularities” holds something that is not an object");
    return;
  }
  JsonObject *object = json_node_get_object(node);
  g_autofree char *code = NULL, *severity = NULL, *file = NULL;
  g_autofree char *text = NULL, *effect = NULL;
  cap_json_read_string(r, object, "code", &code);
  cap_json_read_string(r, object, "severity", &severity);
  cap_json_read_string(r, object, "file", &file);
  cap_json_read_string(r, object, "text", &text);
  cap_json_read_string(r, object, "effect", &effect);
  int number = 0;
  for (int i = 1; i <= CAP_N_CASES; i++)
    if (g_strcmp0(code, cap_irregularity_code(i)) == 0)
      number = i;
  CapSeverity level = CAP_SEVERITY_INFO;
  for (int i = CAP_SEVERITY_INFO; i <= CAP_SEVERITY_ERROR; i++)
    if (g_strcmp0(severity, cap_severity_name((CapSeverity)i)) == 0)
      level = (CapSeverity)i;
  g_ptr_array_add(list,
                  cap_irregularity_new(number, level, file, text, effect));
}

static void
read_note(CapJsonReader *r, JsonNode *node, GPtrArray *notes)
{
  if (!JSON_NODE_HOLDS_VALUE(node) ||
      json_node_get_value_type(node) != G_TYPE_STRING)
    cap_json_fail(r, "“notes” holds something that is not a string");
  else
    g_ptr_array_add(notes, json_node_dup_string(node));
}

static gboolean
parse_conclusion(const char *word, int *value)
{
  CapConclusion conclusion;
  const gboolean known = cap_conclusion_parse(word, &conclusion);
  *value = known ? (int)conclusion : *value;
  return known;
}

static void
read_conclusion(CapJsonReader *r, JsonObject *root, CapFindings *findings)
{
  JsonObject *object = cap_json_read_object(r, root, "conclusion");
  int conclusion = CAP_CONCLUSION_NONE;
  cap_json_read_word(r, object, "result", parse_conclusion, &conclusion);
  findings->conclusion = (CapConclusion)conclusion;
  cap_json_read_string(r, object, "reason", &findings->conclusion_reason);
}

static void
read_head(CapJsonReader *r, JsonObject *root, CapFindings *findings)
{
  int version = 0;
  cap_json_read_int(r, root, "schema_version", &version);
  if (!r->failed && version != CAP_FINDINGS_SCHEMA_VERSION)
    cap_json_fail(r, "schema_version %d is not the %d that this version reads",
                  version, CAP_FINDINGS_SCHEMA_VERSION);
  cap_json_read_string(r, root, "software_version",
                       &findings->algorithm_version);
  JsonObject *algorithm = cap_json_read_object(r, root, "algorithm");
  cap_json_read_string(r, algorithm, "name", &findings->algorithm);
  cap_json_read_string(r, algorithm, "version", &findings->algorithm_version);
  cap_json_read_string(r, root, "weights_sha256", &findings->weights_sha256);
  findings->unknown = cap_unit_json_read(r, root);
  cap_json_read_string(r, root, "reader", &findings->reader);
  cap_json_read_string(r, root, "series_uid", &findings->series_uid);
  cap_json_read_string(r, root, "study_uid", &findings->study_uid);
  cap_json_read_string(r, root, "frame_of_reference_uid",
                       &findings->frame_of_reference_uid);
  cap_json_read_int(r, root, "candidates", &findings->n_candidates);
  read_conclusion(r, root, findings);
  if (cap_json_read_object(r, root, "settings") != NULL) {
    CapJson *json = cap_json_new();
    cap_json_node(json, NULL, json_object_get_member(root, "settings"));
    g_free(findings->settings_json);
    findings->settings_json = g_strstrip(cap_json_finish(json));
  }
}

static void
read_measurements(CapJsonReader *r, JsonObject *root, GPtrArray *list)
{
  JsonArray *array = cap_json_read_array(r, root, "measurements");
  const guint n = array != NULL ? json_array_get_length(array) : 0;
  if (n > MAX_FINDINGS)
    cap_json_fail(r, "more than %d measurements", MAX_FINDINGS);
  for (guint i = 0; i < n && !r->failed; i++) {
    CapMeasurement *m =
        cap_measurement_json_read(r, json_array_get_element(array, i));
    if (m != NULL)
      g_ptr_array_add(list, m);
  }
}

static void
read_root(CapJsonReader *r, JsonNode *node, CapFindings *findings)
{
  if (!JSON_NODE_HOLDS_OBJECT(node)) {
    cap_json_fail(r,
                  "not a findings file: the outermost value is not an object");
    return;
  }
  JsonObject *root = json_node_get_object(node);
  read_head(r, root, findings);
  g_autoptr(GError) cause = NULL;
  if (!cap_findings_guidelines_get_context(root, &findings->context, &cause))
    cap_json_fail(r, "%s", cause->message);
  findings->prior_scan = cap_prior_json_read_scan(r, root);
  JsonArray *list = cap_json_read_array(r, root, "findings");
  if (list == NULL)
    cap_json_fail(r, "not a findings file: there is no “findings”");
  const guint n = list ? json_array_get_length(list) : 0;
  if (n > MAX_FINDINGS)
    cap_json_fail(r, "more than %d findings", MAX_FINDINGS);
  for (guint i = 0; i < n && !r->failed; i++) {
    r->finding = (int)i + 1;
    CapFinding *finding =
        cap_finding_json_read(r, json_array_get_element(list, i));
    if (finding != NULL)
      g_ptr_array_add(findings->items, finding);
  }
  r->finding = 0;
  read_measurements(r, root, findings->measurements);
  JsonArray *faults = cap_json_read_array(r, root, "irregularities");
  for (guint i = 0; faults && i < json_array_get_length(faults); i++)
    read_irregularity(r, json_array_get_element(faults, i),
                      findings->irregularities);
  JsonArray *notes = cap_json_read_array(r, root, "notes");
  for (guint i = 0; notes != NULL && i < json_array_get_length(notes); i++)
    read_note(r, json_array_get_element(notes, i), findings->notes);
}

CapFindings *
cap_findings_json_parse(const char *text, gsize length, const char *name,
                        GError **error)
{
  g_autoptr(JsonNode) root = cap_json_parse(text, length, name, error);
  if (root == NULL)
    return NULL;
  const CapVolume nowhere = {.source = cap_source_new()};
  g_autoptr(CapFindings) findings = cap_findings_new(&nowhere);
  cap_source_free(nowhere.source);
  CapJsonReader reader = {.name = name, .error = error};
  read_root(&reader, root, findings);
  return reader.failed ? NULL : g_steal_pointer(&findings);
}

CapFindings *
cap_findings_json_read(const char *path, GError **error)
{
  GStatBuf info;
  if (g_stat(path, &info) == 0 && info.st_size > MAX_BYTES) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
                "%s is too large for a findings file", path);
    return NULL;
  }
  g_autofree char *text = NULL;
  g_autoptr(GError) cause = NULL;
  gsize length;
  if (!g_file_get_contents(path, &text, &length, &cause)) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_NO_INPUT, "%s", cause->message);
    return NULL;
  }
  return cap_findings_json_parse(text, length, path, error);
}

gboolean
cap_findings_json_place(CapFindings *findings, const char *path,
                        const CapVolume *volume, GError **error)
{
  g_autofree char *folder = g_path_get_dirname(path);
  g_autofree char *masks = g_build_filename(folder, CAP_MASKS_FILE, NULL);
  return !g_file_test(masks, G_FILE_TEST_EXISTS) ||
         cap_findings_masks_load(findings, volume, masks, error);
}

CapFindings *
cap_findings_json_load(const char *path, const CapVolume *volume,
                       GError **error)
{
  g_autoptr(CapFindings) findings = cap_findings_json_read(path, error);
  return findings != NULL &&
                 cap_findings_json_place(findings, path, volume, error)
             ? g_steal_pointer(&findings)
             : NULL;
}
