/* Ends of training runs: see train_stop.h. */
#include "models/train_stop.h"

#include "io/csv.h"

#include <math.h>

const char *
cap_train_stop_name(CapTrainStop stop)
{
  static const char *const names[] = {"", "epochs", "budget", "patience"};
  return names[stop];
}

/* VALUE as a reader of the log gets it. */
static double
as_logged(double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  return isfinite(value)
             ? g_ascii_strtod(g_ascii_formatd(text, sizeof text, "%.6g", value),
                              NULL)
             : NAN;
}

void
cap_train_past_add(CapTrainPast *past, double core_seconds, double score)
{
  const double s = as_logged(core_seconds), value = as_logged(score);
  past->epochs++;
  if (isfinite(s)) {
    past->core_seconds += s;
    past->longest = fmax(past->longest, s);
  }
  if (isfinite(value) && (past->best == 0 || value > past->best_score)) {
    past->best = past->epochs;
    past->best_score = value;
  }
}

CapTrainPast
cap_train_past_read(const char *path, int n)
{
  CapTrainPast past = {0};
  g_autoptr(CapCsv) log = n > 0 ? cap_csv_read(path, NULL) : NULL;
  const int seconds = log != NULL ? cap_csv_find(log, "core_seconds") : -1;
  const int score = log != NULL ? cap_csv_find(log, "score") : -1;
  for (int i = 0; i < n; i++) {
    double s = NAN, value = NAN;
    const gboolean there = log != NULL && i < cap_csv_n_rows(log);
    if (there && seconds >= 0 && !cap_csv_number(log, i, seconds, &s, NULL))
      s = NAN;
    if (there && score >= 0 && !cap_csv_number(log, i, score, &value, NULL))
      value = NAN;
    cap_train_past_add(&past, s, value);
  }
  return past;
}

CapTrainStop
cap_train_stop_find(const CapTrainPast *past, const CapTrainConfig *config)
{
  if (past->epochs >= config->epochs)
    return CAP_TRAIN_EPOCHS;
  if (past->epochs > 0 && config->minutes > 0 &&
      past->core_seconds + past->longest > 60 * config->minutes)
    return CAP_TRAIN_BUDGET;
  if (config->patience > 0 && past->best > 0 &&
      past->epochs - past->best >= config->patience)
    return CAP_TRAIN_PATIENCE;
  return CAP_TRAIN_GOES_ON;
}
