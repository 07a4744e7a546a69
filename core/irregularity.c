/* Irregularities of a series: see irregularity.h. */
#include "core/irregularity.h"

#define N_CASES 29

static const struct {
  const char *code, *title;
} cases[N_CASES + 1] = {
    {"CASE-00", "unknown irregularity"},
    {"CASE-01", "slice missing"},
    {"CASE-02", "two different slices at one position"},
    {"CASE-03", "the same slice stored twice"},
    {"CASE-04", "several series in one folder"},
    {"CASE-05", "gantry tilt"},
    {"CASE-06", "slice spacing not uniform"},
    {"CASE-07", "rescale slope or intercept differs between slices"},
    {"CASE-08", "no valid rescale slope"},
    {"CASE-09", "pixel padding or unused high bits"},
    {"CASE-10", "file or instance order differs from position"},
    {"CASE-11", "localizer or outlier image in the series"},
    {"CASE-12", "files that are not DICOM"},
    {"CASE-13", "no DICOM preamble"},
    {"CASE-14", "pixel data cut short"},
    {"CASE-15", "header cut short"},
    {"CASE-16", "element length beyond the end of the file"},
    {"CASE-17", "no pixel data"},
    {"CASE-18", "declared size over the limits"},
    {"CASE-19", "pixel data longer than declared"},
    {"CASE-20", "no image position"},
    {"CASE-21", "no pixel spacing"},
    {"CASE-22", "image orientation not orthonormal"},
    {"CASE-23", "slice with another matrix size"},
    {"CASE-24", "enhanced multi-frame geometry"},
    {"CASE-25", "sequences nested too deep"},
    {"CASE-26", "text in an unreadable character set"},
    {"CASE-27", "DICOMDIR"},
    {"CASE-28", "transfer syntax not supported"},
    {"CASE-29", "very many files"},
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
  return cases[number >= 1 && number <= N_CASES ? number : 0].code;
}

const char *
cap_irregularity_title(int number)
{
  return cases[number >= 1 && number <= N_CASES ? number : 0].title;
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
