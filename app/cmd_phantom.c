/* capsight phantom: a synthetic chest CT study with known nodules. */
#include "app/command.h"
#include "core/error.h"
#include "datasets/phantom/phantom.h"

#include <omp.h>
#include <stdio.h>

static void
print_text(const GArray *truth)
{
  printf("%-14s %8s %9s %9s %9s %7s\n", "nodule", "mm", "x", "y", "z", "HU");
  for (guint i = 0; i < truth->len; i++) {
    const CapPhantomNodule *n = &g_array_index(truth, CapPhantomNodule, i);
    printf("%-14s %8.1f %9.1f %9.1f %9.1f %7.0f\n",
           cap_phantom_kind_name(n->kind), n->diameter_mm, n->center_mm.x,
           n->center_mm.y, n->center_mm.z, n->hu);
  }
}

static void
print_json(const GArray *truth)
{
  printf("{\"nodules\":[");
  for (guint i = 0; i < truth->len; i++) {
    const CapPhantomNodule *n = &g_array_index(truth, CapPhantomNodule, i);
    const double values[] = {n->center_mm.x, n->center_mm.y, n->center_mm.z,
                             n->diameter_mm, n->volume_mm3,  n->hu};
    char text[G_N_ELEMENTS(values)][G_ASCII_DTOSTR_BUF_SIZE];
    for (gsize k = 0; k < G_N_ELEMENTS(values); k++)
      g_ascii_formatd(text[k], sizeof text[k], "%.4f", values[k]);
    printf("%s{\"kind\":\"%s\",\"center_mm\":[%s,%s,%s],\"diameter_mm\":%s,"
           "\"volume_mm3\":%s,\"hu\":%s}",
           i > 0 ? "," : "", cap_phantom_kind_name(n->kind), text[0], text[1],
           text[2], text[3], text[4], text[5]);
  }
  printf("]}\n");
}

static int
usage(const char *message)
{
  g_autoptr(GError) error =
      g_error_new_literal(CAP_ERROR, CAP_ERROR_USAGE, message);
  return cap_command_fail(error);
}

int
cap_cmd_phantom(int argc, char **argv)
{
  CapPhantomOptions options = cap_phantom_options_default();
  g_autofree char *folder = NULL, *nodules = NULL;
  const GOptionEntry entries[] = {
      {"output", 'o', 0, G_OPTION_ARG_FILENAME, &folder,
       "Folder to make: dicom/, annotations.csv, annotations.xml", "DIR"},
      {"size", 0, 0, G_OPTION_ARG_INT, &options.size,
       "Rows and columns of a slice (default 512)", "N"},
      {"slices", 0, 0, G_OPTION_ARG_INT, &options.slices,
       "Number of slices (default 240)", "N"},
      {"pixel", 0, 0, G_OPTION_ARG_DOUBLE, &options.pixel_mm,
       "Pixel width in mm (default: the body fits)", "MM"},
      {"thickness", 0, 0, G_OPTION_ARG_DOUBLE, &options.slice_mm,
       "Slice thickness in mm (default: the slices cover the lungs)", "MM"},
      {"noise", 0, 0, G_OPTION_ARG_DOUBLE, &options.noise_hu,
       "Noise in HU, 0 for none (default: low dose)", "HU"},
      {"nodules", 0, 0, G_OPTION_ARG_STRING, &nodules,
       "A number, or KIND:MM,… with kinds solid, part-solid, ground-glass, "
       "calcified, spiculated, lobulated, juxtapleural, juxtavascular",
       "LIST"},
      {NULL},
  };
  g_auto(CapCommon) common = {0};
  if (!cap_command_parse(
          &argc, &argv, "",
          "Makes a synthetic chest CT with lung nodules of known "
          "place, size and kind.",
          entries, &common))
    return 2;
  if (folder == NULL || *folder == '\0')
    return usage("phantom needs a folder to make: -o DIR");
  if (argc > 1)
    return usage("phantom takes no argument; the folder is given with -o");
  options.seed = common.seed;
  if (common.jobs > 0)
    omp_set_num_threads(common.jobs);

  g_autoptr(GError) error = NULL;
  g_autoptr(GArray) requests = NULL;
  if (nodules != NULL) {
    requests = cap_phantom_parse_nodules(nodules, options.seed, &error);
    if (requests == NULL)
      return cap_command_fail(error);
    options.requests = requests;
  }
  g_autoptr(GArray) truth = NULL;
  CapReporter *reporter = cap_reporter_new(&common);
  const gboolean good = cap_phantom_write(
      &options, folder, &truth, cap_reporter_progress(reporter), &error);
  cap_reporter_free(reporter);
  if (!good)
    return cap_command_fail(error);
  if (common.json)
    print_json(truth);
  else if (!common.quiet)
    print_text(truth);
  return 0;
}
