/* make_series FOLDER N MODALITY UID [SIZE]: writes N sound DICOM slices; shell
 * tests and benchmarks use it. SIZE x SIZE pixels of noise when given. */
#include "tests/support/dicom_make.h"

#include <stdio.h>
#include <stdlib.h>

/* Lung-like noise: compresses about as badly as a real CT. */
static int
noise(double x, double y, double z, gpointer state)
{
  guint32 *bits = state;
  *bits = *bits * 1664525u + 1013904223u;
  const int speckle = (int)(*bits >> 26);
  return (x * x + y * y < 150 * 150 ? 150 : 900) + speckle;
}

int
main(int argc, char **argv)
{
  if (argc != 5 && argc != 6) {
    fprintf(stderr, "usage: make_series FOLDER N MODALITY UID [SIZE]\n");
    return 2;
  }
  guint32 bits = 1;
  if (g_mkdir_with_parents(argv[1], 0777) != 0)
    return 1;
  for (int k = 0; k < atoi(argv[2]); k++) {
    char name[32];
    CapTestSlice slice = cap_test_slice(k);
    slice.modality = argv[3];
    slice.series_uid = argv[4];
    if (argc == 6) {
      slice.rows = slice.columns = atoi(argv[5]);
      slice.position[0] = slice.position[1] = -0.35 * slice.rows;
      slice.pixel = noise;
      slice.user_data = &bits;
    }
    g_snprintf(name, sizeof name, "i%03d.dcm", k);
    cap_test_slice_write(&slice, argv[1], name);
  }
  return 0;
}
