/* capsight info: what series are at a path, and what is odd about them. */
#include "app/command.h"
#include "core/date.h"
#include "core/error.h"
#include "core/irregularity.h"
#include "io/series/series.h"

#include <json-glib/json-glib.h>
#include <stdio.h>
#include <string.h>

static const struct {
  unsigned bit;
  const char *name;
} uses[] = {{CAP_USABLE_VIEW, "view"},
            {CAP_USABLE_MEASURE, "measure"},
            {CAP_USABLE_DETECT, "detect"}};

/* ---- JSON ---- */

static void
add_text(JsonBuilder *b, const char *key, const char *value)
{
  json_builder_set_member_name(b, key);
  json_builder_add_string_value(b, value);
}

static void
add_number(JsonBuilder *b, const char *key, gint64 value)
{
  json_builder_set_member_name(b, key);
  json_builder_add_int_value(b, value);
}

static void
add_irregularities(JsonBuilder *b, const GPtrArray *irregularities)
{
  json_builder_set_member_name(b, "irregularities");
  json_builder_begin_array(b);
  for (guint i = 0; i < irregularities->len; i++) {
    const CapIrregularity *found = g_ptr_array_index(irregularities, i);
    json_builder_begin_object(b);
    add_text(b, "code", cap_irregularity_code(found->number));
    add_text(b, "severity", cap_severity_name(found->severity));
    add_text(b, "file", found->file);
    add_text(b, "text", found->text);
    add_text(b, "effect", found->effect);
    json_builder_end_object(b);
  }
  json_builder_end_array(b);
}

static void
add_series(JsonBuilder *b, const CapSeries *series)
{
  const CapSource *source = series->source;
  json_builder_begin_object(b);
  add_text(b, "series_uid", source->series_uid);
  add_text(b, "study_uid", source->study_uid);
  add_text(b, "patient_id", source->patient_id);
  add_text(b, "patient_name", source->patient_name);
  add_text(b, "study_date", source->study_date);
  add_text(b, "study_description", source->study_description);
  add_text(b, "series_description", source->series_description);
  add_text(b, "modality", source->modality);
  add_text(b, "manufacturer", source->manufacturer);
  add_text(b, "kernel", source->kernel);
  add_number(b, "part", series->part);
  add_number(b, "images", series->images);
  add_number(b, "slices", series->slices);
  add_number(b, "rows", series->rows);
  add_number(b, "columns", series->columns);
  json_builder_set_member_name(b, "spacing_mm");
  json_builder_begin_array(b);
  for (int i = 0; i < 3; i++)
    json_builder_add_double_value(b, series->spacing_mm[i]);
  json_builder_end_array(b);
  json_builder_set_member_name(b, "slice_thickness_mm");
  json_builder_add_double_value(b, source->slice_thickness_mm);
  add_irregularities(b, source->irregularities);
  json_builder_set_member_name(b, "usable_for");
  json_builder_begin_array(b);
  for (gsize i = 0; i < G_N_ELEMENTS(uses); i++)
    if (series->usable & uses[i].bit)
      json_builder_add_string_value(b, uses[i].name);
  json_builder_end_array(b);
  add_text(b, "not_usable_for_detect_because", series->unusable_text);
  json_builder_end_object(b);
}

static void
print_json(const CapSeriesList *list, const GPtrArray *shown)
{
  g_autoptr(JsonBuilder) b = json_builder_new();
  json_builder_begin_object(b);
  json_builder_set_member_name(b, "series");
  json_builder_begin_array(b);
  for (guint i = 0; i < shown->len; i++)
    add_series(b, g_ptr_array_index(shown, i));
  json_builder_end_array(b);
  add_number(b, "skipped_files", list->skipped_files);
  json_builder_set_member_name(b, "skipped");
  json_builder_begin_array(b);
  for (guint i = 0; i < list->skipped->len; i++) {
    g_autofree char *name =
        g_filename_display_name(g_ptr_array_index(list->skipped, i));
    json_builder_add_string_value(b, name);
  }
  json_builder_end_array(b);
  json_builder_end_object(b);
  g_autoptr(JsonNode) root = json_builder_get_root(b);
  g_autofree char *text = json_to_string(root, TRUE);
  puts(text);
}

/* ---- for people ---- */

static void
print_line(const char *label, const char *text)
{
  if (*text != '\0')
    printf("  %-12s %s\n", label, text);
}

static void
print_geometry(const CapSeries *series)
{
  const double *mm = series->spacing_mm;
  g_autofree char *images =
      series->images != series->slices
          ? g_strdup_printf(" from %d images", series->images)
          : g_strdup("");
  g_autofree char *spacing =
      mm[0] > 0 ? g_strdup_printf("%.4g x %.4g mm pixels", mm[0], mm[1])
                : g_strdup("pixel size unknown");
  g_autofree char *steps =
      mm[2] > 0 ? g_strdup_printf(", %.4g mm steps", mm[2]) : g_strdup("");
  const double thickness = series->source->slice_thickness_mm;
  g_autofree char *thick = thickness > 0
                               ? g_strdup_printf(", %.4g mm thick", thickness)
                               : g_strdup("");
  printf("  %-12s %d slice%s%s, %d x %d; %s%s%s\n", "Geometry", series->slices,
         series->slices == 1 ? "" : "s", images, series->columns, series->rows,
         spacing, steps, thick);
}

static void
print_irregularities(const GPtrArray *irregularities)
{
  for (guint i = 0; i < irregularities->len; i++) {
    const CapIrregularity *found = g_ptr_array_index(irregularities, i);
    printf("  %s %-7s  %s%s%s%s%s\n", cap_irregularity_code(found->number),
           cap_severity_name(found->severity), found->file,
           *found->file ? ": " : "", found->text, *found->effect ? "; " : "",
           found->effect);
  }
}

static void
print_usable(const CapSeries *series)
{
  g_autoptr(GString) text = g_string_new(NULL);
  for (gsize i = 0; i < G_N_ELEMENTS(uses); i++)
    if (series->usable & uses[i].bit)
      g_string_append_printf(text, "%s%s", text->len ? ", " : "", uses[i].name);
  if (text->len == 0)
    g_string_append(text, "nothing");
  if (*series->unusable_text)
    g_string_append_printf(text, "; not detect: %s", series->unusable_text);
  print_line("Usable for", text->str);
}

static void
print_series(const CapSeries *series)
{
  const CapSource *s = series->source;
  g_autofree char *date = cap_date_text(s->study_date);
  g_autofree char *born = cap_date_text(s->patient_birth_date);
  printf("Series %s", s->series_uid);
  if (series->part > 0)
    printf("#%d", series->part);
  printf("\n");
  g_autofree char *patient =
      g_strdup_printf("%s%s%s%s%s%s", s->patient_id,
                      *s->patient_id && *s->patient_name ? "  " : "",
                      s->patient_name, *born ? "  born " : "", born,
                      *s->patient_sex == '\0'  ? ""
                      : *s->patient_sex == 'F' ? "  female"
                      : *s->patient_sex == 'M' ? "  male"
                                               : "  other");
  g_autofree char *study = g_strdup_printf(
      "%s%s%s", date, *date && *s->study_description ? "  " : "",
      s->study_description);
  g_autofree char *description = g_strdup_printf(
      "%s%s%s%s%s", s->modality, *s->series_number ? " " : "", s->series_number,
      *s->series_description ? "  " : "", s->series_description);
  print_line("Patient", patient);
  print_line("Study", study);
  print_line("Series", description);
  print_line("Scanner", s->manufacturer);
  print_line("Kernel", s->kernel);
  print_geometry(series);
  print_usable(series);
  print_irregularities(s->irregularities);
}

static void
print_skipped(const CapSeriesList *list)
{
  if (list->skipped_files == 0)
    return;
  printf("Passed over: %d file%s without an image that is read\n",
         list->skipped_files, list->skipped_files == 1 ? "" : "s");
  for (guint i = 0; i < list->skipped->len; i++) {
    g_autofree char *name =
        g_filename_display_name(g_ptr_array_index(list->skipped, i));
    printf("  %s\n", name);
  }
  if (list->skipped_files > (int)list->skipped->len)
    printf("  … and %d more\n", list->skipped_files - (int)list->skipped->len);
}

static void
print_text(const CapSeriesList *list, const GPtrArray *shown)
{
  for (guint i = 0; i < shown->len; i++) {
    print_series(g_ptr_array_index(shown, i));
    printf("\n");
  }
  print_skipped(list);
}

/* ---- the command ---- */

/* Every series, or with a UID that one (all its parts). */
static GPtrArray *
select_series(const CapSeriesList *list, const char *series_uid, GError **error)
{
  g_autoptr(GPtrArray) shown = g_ptr_array_new();
  const CapSeries *chosen = NULL;
  if (series_uid != NULL) {
    chosen = cap_series_choose(list, series_uid, error);
    if (chosen == NULL)
      return NULL;
  }
  const gboolean one_part = series_uid != NULL && strchr(series_uid, '#');
  for (guint i = 0; i < list->series->len; i++) {
    CapSeries *series = g_ptr_array_index(list->series, i);
    if (chosen == NULL || series == chosen ||
        (!one_part && g_str_equal(series->source->series_uid, series_uid)))
      g_ptr_array_add(shown, series);
  }
  return g_steal_pointer(&shown);
}

int
cap_cmd_info(int argc, char **argv)
{
  g_auto(CapCommon) common = {0};
  g_autofree char *series_uid = NULL;
  const GOptionEntry entries[] = {{"series-uid", 0, 0, G_OPTION_ARG_STRING,
                                   &series_uid, "Only this series", "UID"},
                                  {NULL}};
  if (!cap_command_parse(&argc, &argv, "PATH",
                         "Lists the series at PATH (a folder, a DICOM file or "
                         "DICOMDIR, a .mha, .mhd, .nii or .nii.gz volume) with "
                         "every irregularity.",
                         entries, &common))
    return 2;
  g_autoptr(GError) error = NULL;
  if (argc != 2) {
    error = g_error_new(CAP_ERROR, CAP_ERROR_USAGE,
                        "info takes one PATH; `capsight info --help` explains");
    return cap_command_fail(error);
  }
  g_autoptr(CapReporter) reporter = cap_reporter_new(&common);
  g_autoptr(CapSeriesList) list =
      cap_series_scan(argv[1], cap_reporter_progress(reporter), &error);
  if (list == NULL)
    return cap_command_fail(error);
  g_autoptr(GPtrArray) shown = select_series(list, series_uid, &error);
  if (shown == NULL)
    return cap_command_fail(error);
  if (common.json)
    print_json(list, shown);
  else
    print_text(list, shown);
  return 0;
}
