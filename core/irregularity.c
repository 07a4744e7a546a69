/* Irregularities of a series: see irregularity.h. */
#include "core/irregularity.h"

#include "core/language.h"

static const struct {
  const char *code, *title;
} cases[CAP_N_CASES + 1] = {
    {"CASE-00", N_("unknown irregularity")},
    {"CASE-01", N_("slice missing")},
    {"CASE-02", N_("two different slices at one position")},
    {"CASE-03", N_("the same slice stored twice")},
    {"CASE-04", N_("several series in one folder")},
    {"CASE-05", N_("gantry tilt")},
    {"CASE-06", N_("slice spacing not uniform")},
    {"CASE-07", N_("rescale slope or intercept differs between slices")},
    {"CASE-08", N_("no valid rescale slope")},
    {"CASE-09", N_("pixel padding or unused high bits")},
    {"CASE-10", N_("file or instance order differs from position")},
    {"CASE-11", N_("localizer or outlier image in the series")},
    {"CASE-12", N_("files that are not DICOM")},
    {"CASE-13", N_("no DICOM preamble")},
    {"CASE-14", N_("pixel data cut short")},
    {"CASE-15", N_("header cut short")},
    {"CASE-16", N_("element length beyond the end of the file")},
    {"CASE-17", N_("no pixel data")},
    {"CASE-18", N_("declared size over the limits")},
    {"CASE-19", N_("pixel data longer than declared")},
    {"CASE-20", N_("no image position")},
    {"CASE-21", N_("no pixel spacing")},
    {"CASE-22", N_("image orientation not orthonormal")},
    {"CASE-23", N_("slice with another matrix size")},
    {"CASE-24", N_("enhanced multi-frame geometry")},
    {"CASE-25", N_("sequences nested too deep")},
    {"CASE-26", N_("text in an unreadable character set")},
    {"CASE-27", N_("DICOMDIR")},
    {"CASE-28", N_("transfer syntax not supported")},
    {"CASE-29", N_("very many files")},
    {"CASE-30", N_("not CT")},
};

CapIrregularity *
cap_irregularity_new(int number, CapSeverity severity, const char *file,
                     const char *text, const char *effect)
{
  CapIrregularity *irregularity = g_new0(CapIrregularity, 1);
  irregularity->number = number;
  irregularity->severity = severity;
  irregularity->file = g_strdup(file ? file : "");
  irregularity->text = g_strdup(text ? text : cap_irregularity_title(number));
  irregularity->effect = g_strdup(effect ? effect : "");
  return irregularity;
}

CapIrregularity *
cap_irregularity_copy(const CapIrregularity *from)
{
  return cap_irregularity_new(from->number, from->severity, from->file,
                              from->text, from->effect);
}

void
cap_irregularity_free(CapIrregularity *irregularity)
{
  if (irregularity == NULL)
    return;
  g_free(irregularity->file);
  g_free(irregularity->text);
  g_free(irregularity->effect);
  g_free(irregularity);
}

const char *
cap_irregularity_code(int number)
{
  return cases[number >= 1 && number <= CAP_N_CASES ? number : 0].code;
}

const char *
cap_irregularity_title(int number)
{
  return cases[number >= 1 && number <= CAP_N_CASES ? number : 0].title;
}

const char *
cap_severity_name(CapSeverity severity)
{
  switch (severity) {
  case CAP_SEVERITY_INFO:
    return "info";
  case CAP_SEVERITY_WARNING:
    return "warning";
  case CAP_SEVERITY_ERROR:
    return "error";
  }
  return "error";
}
