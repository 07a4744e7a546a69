/* Dates that are moved: see shifted_date.h. */
#include "io/anonymize/shifted_date.h"

#include <string.h>

static int
number_at(const char *text, int n)
{
  int number = 0;
  for (int i = 0; i < n; i++) {
    if (!g_ascii_isdigit(text[i]))
      return -1;
    number = number * 10 + (text[i] - '0');
  }
  return number;
}

/* Digits at the start of TEXT: as many as a date can have. */
static int
n_digits(const char *text)
{
  int n = 0;
  while (n < 8 && g_ascii_isdigit(text[n]))
    n++;
  return n;
}

/* What may follow a date in a DT: time of day, fraction, zone. */
static gboolean
is_tail(const char *text)
{
  return strlen(text) <= 18 && text[strspn(text, "0123456789.+-")] == '\0';
}

static gboolean
append_one(GString *out, const char *value, int days)
{
  g_autofree char *text = g_strstrip(g_strdup(value));
  if (*text == '\0')
    return TRUE;
  if (strlen(text) == 10 && text[4] == '.' &&
      text[7] == '.') { /* before 1993 */
    memmove(text + 4, text + 5, 2);
    memmove(text + 6, text + 8, 3);
  }
  const int n = n_digits(text);
  if ((n != 4 && n != 6 && n != 8) || !is_tail(text + n))
    return FALSE;
  const int year = number_at(text, 4);
  const int month = n >= 6 ? number_at(text + 4, 2) : 7;
  const int day = n == 8 ? number_at(text + 6, 2) : 15;
  if (!g_date_valid_dmy(day, month, year))
    return FALSE;
  GDate date;
  g_date_clear(&date, 1);
  g_date_set_dmy(&date, day, month, year);
  if (g_date_get_julian(&date) <= (guint32)days)
    return FALSE;
  g_date_subtract_days(&date, days);
  char moved[16];
  g_snprintf(moved, sizeof moved, "%04d%02d%02d", g_date_get_year(&date),
             g_date_get_month(&date), g_date_get_day(&date));
  g_string_append_len(out, moved, n);
  g_string_append(out, text + n);
  return TRUE;
}

char *
cap_shifted_date(const char *value, int days)
{
  g_autoptr(GString) out = g_string_new(NULL);
  g_auto(GStrv) parts = g_strsplit(value, "\\", -1);
  for (int i = 0; parts[i] != NULL; i++) {
    if (i > 0)
      g_string_append_c(out, '\\');
    if (!append_one(out, parts[i], days))
      return NULL;
  }
  return g_strdup(out->str);
}
