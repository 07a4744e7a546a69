/* Calendar dates: see date.h. */
#include "core/date.h"

#include <stdio.h>
#include <string.h>

static gboolean
is_eight_digits(const char *text)
{
  return strlen(text) == 8 && strspn(text, "0123456789") == 8;
}

char *
cap_date_text(const char *date)
{
  return is_eight_digits(date)
             ? g_strdup_printf("%.4s-%.2s-%.2s", date, date + 4, date + 6)
             : g_strdup(date);
}

gboolean
cap_date_parse(const char *text, GDate *date)
{
  unsigned year, month, day;
  if (!is_eight_digits(text) ||
      sscanf(text, "%4u%2u%2u", &year, &month, &day) != 3 ||
      !g_date_valid_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)year))
    return FALSE;
  g_date_clear(date, 1);
  g_date_set_dmy(date, (GDateDay)day, (GDateMonth)month, (GDateYear)year);
  return TRUE;
}

gboolean
cap_date_years(const char *from, const char *to, int *years)
{
  GDate a, b;
  if (!cap_date_parse(from, &a) || !cap_date_parse(to, &b) ||
      g_date_compare(&a, &b) > 0)
    return FALSE;
  const int month = (int)g_date_get_month(&b) - (int)g_date_get_month(&a);
  const int day = (int)g_date_get_day(&b) - (int)g_date_get_day(&a);
  *years = (int)g_date_get_year(&b) - (int)g_date_get_year(&a) -
           (month < 0 || (month == 0 && day < 0));
  return TRUE;
}

gboolean
cap_date_days(const char *from, const char *to, int *days)
{
  GDate a, b;
  if (!cap_date_parse(from, &a) || !cap_date_parse(to, &b))
    return FALSE;
  *days = g_date_days_between(&a, &b);
  return TRUE;
}
