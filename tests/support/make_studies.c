/* make_studies FOLDER PATIENTS STUDIES SERIES SLICES: small DICOM files of that
 * many patients, studies of each, series of each and slices of each, as an
 * export from an archive lies on a disk. Names are of every kind. */
#include "tests/support/dicom_make.h"

#include <stdio.h>
#include <stdlib.h>

static const char *const names[] = {
    "Doe^Jane",
    "Müller^Jürgen",
    "Σωκράτους^Ελένη",
    "כהן^שרה",
    "محمد^فاطمة",
    "Featherstonehaugh-Cholmondeley^Wilhelmina Bartholomäa Philippa",
};

/* One series below FOLDER. */
static void
write_series(const char *folder, const int place[3], int n_slices)
{
  g_autofree char *name =
      g_strdup_printf(place[0] < (int)G_N_ELEMENTS(names) ? "%s" : "%s %d",
                      names[place[0] % G_N_ELEMENTS(names)], place[0]);
  g_autofree char *id = g_strdup_printf("PAT-%05d", place[0]);
  g_autofree char *date =
      g_strdup_printf("%d%02d%02d", 2015 + place[0] % 8 + place[1],
                      1 + place[0] % 12, 1 + place[0] % 28);
  g_autofree char *study =
      g_strdup_printf("1.2.826.0.1.3680043.10.5.%d.%d", place[0], place[1]);
  g_autofree char *series = g_strdup_printf("%s.%d", study, place[2]);
  g_autofree char *what = g_strdup_printf("Thorax %d", place[2] + 1);
  g_autofree char *below =
      g_strdup_printf("p%05d/st%d/se%d", place[0], place[1], place[2]);
  g_autofree char *into = g_build_filename(folder, below, NULL);
  g_mkdir_with_parents(into, 0777);
  for (int k = 0; k < n_slices; k++) {
    CapTestSlice slice = cap_test_slice(k);
    slice.charset = "ISO_IR 192";
    slice.patient_name = name;
    slice.patient_id = id;
    slice.study_uid = study;
    slice.study_date = date;
    slice.study_description = place[1] ? "CT chest, follow-up" : "CT chest";
    slice.series_uid = series;
    slice.series_description = what;
    slice.kernel = place[2] % 2 ? "STANDARD" : "B60f";
    g_autofree char *file = g_strdup_printf("i%04d.dcm", k);
    cap_test_slice_write(&slice, into, file);
  }
}

int
main(int argc, char **argv)
{
  if (argc != 6) {
    fprintf(stderr,
            "usage: make_studies FOLDER PATIENTS STUDIES SERIES SLICES\n");
    return 2;
  }
  int n[4];
  for (int i = 0; i < 4; i++)
    n[i] = atoi(argv[2 + i]);
  for (int p = 0; p < n[0]; p++)
    for (int t = 0; t < n[1]; t++)
      for (int s = 0; s < n[2]; s++)
        write_series(argv[1], (const int[]){p, t, s}, n[3]);
  return 0;
}
