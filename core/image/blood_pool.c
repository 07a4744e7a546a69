/* Blood pool: see blood_pool.h. */
#include "core/image/blood_pool.h"

#include "core/image/lung.h"

#include <math.h>

#define STEP_MM 4.0     /* between samples; between slices too */
#define SPREAD_MM 2.0   /* between the nine values of a sample */
#define EVEN_SD_HU 60.0 /* above: an edge, bone, or a streak */
#define LOW_HU (-50)    /* fat */
#define HIGH_HU 1000
#define SHARE 0.95
#define MIN_SAMPLES 50

typedef struct {
  const CapVolume *volume;
  const CapMask *lungs;
  int step[3], spread[2];
  guint histogram[HIGH_HU - LOW_HU];
  guint n;
} Pool;

static int
steps_of(double mm, double spacing_mm)
{
  return MAX(1, (int)lround(mm / spacing_mm));
}

/* Columns between the two lungs of a row; FALSE when it does not cross both. */
static gboolean
find_span(const Pool *p, int r, int s, int span[2])
{
  int last[3] = {-1, -1, -1};
  int first[3] = {-1, -1, -1};
  for (int c = 0; c < p->volume->columns; c++) {
    const uint8_t label = cap_mask_at(p->lungs, c, r, s);
    if (label != CAP_LUNG_RIGHT && label != CAP_LUNG_LEFT)
      continue;
    last[label] = c;
    if (first[label] < 0)
      first[label] = c;
  }
  if (first[1] < 0 || first[2] < 0)
    return FALSE;
  span[0] = MIN(first[1], first[2]);
  span[1] = MAX(last[1], last[2]);
  return TRUE;
}

static void
add_sample(Pool *p, int c, int r, int s)
{
  double sum = 0, square = 0;
  for (int y = -1; y <= 1; y++)
    for (int x = -1; x <= 1; x++) {
      const double hu = cap_volume_at(p->volume, c + x * p->spread[0],
                                      r + y * p->spread[1], s);
      sum += hu;
      square += hu * hu;
    }
  const double mean = sum / 9, variance = square / 9 - mean * mean;
  if (variance > EVEN_SD_HU * EVEN_SD_HU || mean < LOW_HU || mean >= HIGH_HU)
    return;
  p->histogram[(int)floor(mean) - LOW_HU]++;
  p->n++;
}

double
cap_blood_pool_hu(const CapVolume *volume, const CapMask *lungs)
{
  g_autofree Pool *p = g_new0(Pool, 1);
  p->volume = volume;
  p->lungs = lungs;
  for (int i = 0; i < 3; i++)
    p->step[i] = steps_of(STEP_MM, volume->spacing_mm[i]);
  for (int i = 0; i < 2; i++)
    p->spread[i] = steps_of(SPREAD_MM, volume->spacing_mm[i]);
  for (int s = 0; s < volume->slices; s += p->step[2]) {
    int span[2];
    for (int r = 0; r < volume->rows && volume->valid[s]; r += p->step[1])
      if (find_span(p, r, s, span))
        for (int c = span[0]; c <= span[1]; c += p->step[0])
          if (cap_mask_at(lungs, c, r, s) == 0)
            add_sample(p, c, r, s);
  }
  if (p->n < MIN_SAMPLES)
    return NAN;
  guint below = 0;
  int at = 0;
  while (at < HIGH_HU - LOW_HU - 1 &&
         (below += p->histogram[at]) < SHARE * p->n)
    at++;
  return at + LOW_HU;
}
