/* Originals and what became of them: see mapping.h. */
#include "io/anonymize/mapping.h"

#include "io/atomic_file.h"
#include "io/json.h"

#include <string.h>

typedef struct {
  char *id, *name, *pseudonym;
  int shift_days;
} Patient;

struct CapMapping {
  GTree *patients; /* of Patient, by id and name */
  GTree *uids;     /* from: to */
  GTree *files;    /* to: from */
};

static int
by_text(gconstpointer a, gconstpointer b, gpointer unused)
{
  return strcmp(a, b);
}

static void
patient_free(gpointer data)
{
  Patient *patient = data;
  g_free(patient->id);
  g_free(patient->name);
  g_free(patient->pseudonym);
  g_free(patient);
}

CapMapping *
cap_mapping_new(void)
{
  CapMapping *mapping = g_new0(CapMapping, 1);
  mapping->patients = g_tree_new_full(by_text, NULL, g_free, patient_free);
  mapping->uids = g_tree_new_full(by_text, NULL, g_free, g_free);
  mapping->files = g_tree_new_full(by_text, NULL, g_free, g_free);
  return mapping;
}

void
cap_mapping_free(CapMapping *mapping)
{
  if (mapping == NULL)
    return;
  g_tree_unref(mapping->patients);
  g_tree_unref(mapping->uids);
  g_tree_unref(mapping->files);
  g_free(mapping);
}

void
cap_mapping_add_patient(CapMapping *mapping, const char *id, const char *name,
                        const char *pseudonym, int shift_days)
{
  if (mapping == NULL)
    return;
  Patient *patient = g_new0(Patient, 1);
  patient->id = g_utf8_make_valid(id, -1);
  patient->name = g_utf8_make_valid(name, -1);
  patient->pseudonym = g_strdup(pseudonym);
  patient->shift_days = shift_days;
  g_tree_replace(mapping->patients,
                 g_strconcat(patient->id, "\n", patient->name, NULL), patient);
}

void
cap_mapping_add_uid(CapMapping *mapping, const char *from, const char *to)
{
  if (mapping != NULL)
    g_tree_replace(mapping->uids, g_utf8_make_valid(from, -1), g_strdup(to));
}

void
cap_mapping_add_file(CapMapping *mapping, const char *from, const char *to)
{
  if (mapping != NULL)
    g_tree_replace(mapping->files, g_strdup(to), g_filename_display_name(from));
}

static gboolean
put_patient(gpointer key, gpointer value, gpointer json)
{
  const Patient *patient = value;
  cap_json_begin_object(json, NULL, TRUE);
  cap_json_string(json, "id", patient->id);
  cap_json_string(json, "name", patient->name);
  cap_json_string(json, "pseudonym", patient->pseudonym);
  cap_json_int(json, "days_back", patient->shift_days);
  cap_json_end_object(json);
  return FALSE;
}

static gboolean
put_pair(gpointer key, gpointer value, gpointer json)
{
  cap_json_string(json, key, value);
  return FALSE;
}

gboolean
cap_mapping_save(const CapMapping *mapping, const char *key_name,
                 const char *path, GError **error)
{
  CapJson *json = cap_json_new();
  cap_json_begin_object(json, NULL, FALSE);
  cap_json_string(json, "notice",
                  "names the patients of de-identified files: keep it apart");
  cap_json_string(json, "key", key_name);
  cap_json_begin_array(json, "patients", FALSE);
  g_tree_foreach(mapping->patients, put_patient, json);
  cap_json_end_array(json);
  cap_json_begin_object(json, "uids", FALSE);
  g_tree_foreach(mapping->uids, put_pair, json);
  cap_json_end_object(json);
  cap_json_begin_object(json, "files", FALSE);
  g_tree_foreach(mapping->files, put_pair, json);
  cap_json_end_object(json);
  cap_json_end_object(json);
  g_autofree char *text = cap_json_finish(json);
  return cap_atomic_file_save_private(path, text, strlen(text), error);
}
