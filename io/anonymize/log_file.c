/* The files of the log: see log_file.h. */
#include "io/anonymize/log_file.h"

#include "io/atomic_file.h"

#include <string.h>

#define PROFILE                                                                \
  "DICOM PS3.15 (2026c) Basic Application Level Confidentiality Profile"

/* Options of the profile in the words of the command line. */
static const struct {
  CapProfileOption option;
  const char *name;
} names[] = {{CAP_PROFILE_DATES, "dates shifted"},
             {CAP_PROFILE_WORDS, "descriptors cleaned"},
             {CAP_PROFILE_CONTENT, "structured content cleaned"},
             {CAP_PROFILE_PATIENT, "patient characteristics kept"},
             {CAP_PROFILE_DEVICE, "device identity kept"},
             {CAP_PROFILE_FULL_DATES, "dates kept"},
             {CAP_PROFILE_UIDS, "UIDs kept"},
             {CAP_PROFILE_INSTITUTION, "institution identity kept"}};

/* Of char *, static texts. Caller unrefs. */
static GPtrArray *
settings(const CapAnonymizer *anonymizer)
{
  GPtrArray *list = g_ptr_array_new();
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
    if (anonymizer->options.profile_options & names[i].option)
      g_ptr_array_add(list, (gpointer)names[i].name);
  g_ptr_array_add(list, anonymizer->options.tolerate_pixels
                            ? (gpointer) "possible text in pixels tolerated"
                            : (gpointer) "possible text in pixels refused");
  return list;
}

char *
cap_anonymize_log_json(const CapAnonymizeLog *log,
                       const CapAnonymizer *anonymizer)
{
  const CapPseudonyms *key = anonymizer->pseudonyms;
  g_autoptr(GPtrArray) list = settings(anonymizer);
  CapJson *json = cap_json_new();
  cap_json_begin_object(json, NULL, FALSE);
  cap_json_int(json, "log_version", 1);
  cap_json_string(json, "software", "Capsight " CAP_VERSION);
  cap_json_string(json, "profile", PROFILE);
  cap_json_strings(json, "options", list);
  cap_json_begin_object(json, "key", TRUE);
  cap_json_string(json, "name", cap_pseudonyms_key_name(key));
  cap_json_bool(json, "random", cap_pseudonyms_is_random(key));
  cap_json_end_object(json);
  cap_json_int(json, "written", cap_anonymize_log_written(log));
  cap_json_int(json, "left_out", cap_anonymize_log_left_out(log));
  cap_anonymize_log_to_json(log, json);
  cap_json_end_object(json);
  return cap_json_finish(json);
}

static char *
plain_text(const CapAnonymizeLog *log, const CapAnonymizer *anonymizer)
{
  const CapPseudonyms *key = anonymizer->pseudonyms;
  g_autoptr(GPtrArray) list = settings(anonymizer);
  GString *out = g_string_new("Anonymized by Capsight " CAP_VERSION "\n" PROFILE
                              "\nOptions: ");
  for (guint i = 0; i < list->len; i++)
    g_string_append_printf(out, "%s%s", i > 0 ? ", " : "",
                           (const char *)list->pdata[i]);
  g_string_append_printf(
      out, "\nKey: %s%s\n", cap_pseudonyms_key_name(key),
      cap_pseudonyms_is_random(key) ? " (random; it is forgotten)" : "");
  cap_anonymize_log_to_text(log, out);
  return g_string_free(out, FALSE);
}

gboolean
cap_anonymize_log_save(const CapAnonymizeLog *log,
                       const CapAnonymizer *anonymizer, const char *folder,
                       GError **error)
{
  g_autofree char *json = cap_anonymize_log_json(log, anonymizer);
  g_autofree char *text = plain_text(log, anonymizer);
  g_autofree char *json_path = g_build_filename(folder, "anonymize.json", NULL);
  g_autofree char *text_path = g_build_filename(folder, "anonymize.txt", NULL);
  return cap_atomic_file_save(json_path, json, strlen(json), error) &&
         cap_atomic_file_save(text_path, text, strlen(text), error);
}
