/* Writes a small DICOM series with findings about it, for shell tests:
 *   make-findings FOLDER [STATUS…]
 * one finding (at most 3) for each STATUS: accepted, rejected, uncertain or
 * unreviewed. */
#include "tests/support/report_case.h"

#include <stdio.h>

int
main(int argc, char **argv)
{
  CapStatus status[3];
  int n = 0;
  for (int i = 2; i < argc && n < 3; i++, n++)
    if (!cap_status_parse(argv[i], &status[n])) {
      fprintf(stderr, "make-findings: no status “%s”\n", argv[i]);
      return 2;
    }
  if (argc < 2 || g_mkdir_with_parents(argv[1], 0777) != 0)
    return 2;
  cap_test_report_case(argv[1], n, status);
  return 0;
}
