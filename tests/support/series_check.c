/* Checks on series: see series_check.h. */
#include "tests/support/series_check.h"

#include "tests/support/suite.h"

CapSeriesList *
cap_check_scan(const char *path)
{
  g_autoptr(GError) error = NULL;
  CapSeriesList *list = cap_series_scan(path, NULL, &error);
  cap_assert_no_error(error);
  ck_assert_ptr_nonnull(list);
  return list;
}

const CapSeries *
cap_check_only(const CapSeriesList *list)
{
  ck_assert_int_eq(list->series->len, 1);
  return g_ptr_array_index(list->series, 0);
}

CapVolume *
cap_check_load(const CapSeries *series)
{
  g_autoptr(GError) error = NULL;
  CapVolume *volume = cap_series_load(series, NULL, NULL, &error);
  cap_assert_no_error(error);
  ck_assert_ptr_nonnull(volume);
  return volume;
}

const CapIrregularity *
cap_check_case(const CapSeries *series, int number, CapSeverity severity,
               int times)
{
  const GPtrArray *all = series->source->irregularities;
  const CapIrregularity *first = NULL;
  int found = 0;
  for (guint i = 0; i < all->len; i++) {
    const CapIrregularity *one = g_ptr_array_index(all, i);
    if (one->number != number)
      continue;
    first = first ? first : one;
    found++;
  }
  ck_assert_msg(found == times, "%s found %d times, not %d",
                cap_irregularity_code(number), found, times);
  ck_assert_msg(first == NULL || first->severity == severity,
                "%s is %s, not %s", cap_irregularity_code(number),
                cap_severity_name(first->severity),
                cap_severity_name(severity));
  return first;
}
