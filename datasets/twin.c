/* Negatives beside a nodule: see twin.h. */
#include "datasets/twin.h"

#include <math.h>

enum { TRIES = 48 };
static const double max_air_difference = 0.12;

typedef struct {
  CapTwin twin;
  double difference; /* of the share of air around the two */
  double rank;
} Try;

/* HU of the voxel nearest to a place's centre + MM, within its box. */
static int
hu_near(const CapPlace *place, const double mm[3])
{
  const CapBlock *b = place->block;
  const double center[3] = {place->center.x, place->center.y,
                            place->center.z};
  gsize at = 0;
  for (int i = 2; i >= 0; i--) {
    const double free = center[i] + mm[i] / b->spacing_mm[i];
    const int index = (int)lround(CLAMP(free, place->low[i], place->high[i]));
    at = at * b->size[i] + CLAMP(index, 0, b->size[i] - 1);
  }
  return b->hu[at];
}

/* Share of air (under −400 HU) in a patch of PLACE, EXAMPLE's cut box left out. */
static double
air_around(const CapPlace *place, const CapExample *example)
{
  int air = 0, n = 0;
  for (int z = -14; z <= 14; z += 4)
    for (int y = -14; y <= 14; y += 4)
      for (int x = -14; x <= 14; x += 4) {
        const double mm[3] = {x, y, z};
        gboolean inside = TRUE;
        for (int i = 0; i < 3; i++)
          inside = inside && mm[i] >= example->cut_mm[i][0] &&
                   mm[i] <= example->cut_mm[i][1];
        if (inside)
          continue;
        air += hu_near(place, mm) < -400;
        n++;
      }
  return n > 0 ? (double)air / n : 0;
}

static double
bright_middle(const CapPlace *place)
{
  double sum = 0;
  int n = 0;
  for (int z = -2; z <= 2; z += 2)
    for (int y = -2; y <= 2; y++)
      for (int x = -2; x <= 2; x++, n++)
        sum += hu_near(place, (const double[3]){x, y, z});
  return sum / n;
}

/* One random place beside the nodule; FALSE when there is no room. */
static gboolean
draw(const CapExample *example, gboolean through_z, CapRandom *random,
     CapTwin *twin)
{
  const CapBlock *b = example->block;
  const double center[3] = {example->center.x, example->center.y,
                            example->center.z};
  const int main_axis = cap_random_below(random, through_z ? 3 : 2);
  const gboolean up = cap_random_next(random) & 1;
  double to[3], low_mm[3], high_mm[3];
  for (int i = 0; i < 3; i++) {
    const double mm = b->spacing_mm[i];
    const double down = center[i] * mm, above = (b->size[i] - 1 - center[i]) *
                                                 mm;
    const double *cut = example->cut_mm[i];
    double move = 0;
    if (i == main_axis) {
      /* Past the nodule, with room for its mask on both sides. */
      const double least = up ? cut[1] - cut[0] + 2 + mm
                              : cut[0] - cut[1] - 2 - mm;
      const double most = up ? above - cut[1] - 1 : -down - cut[0] + 1;
      if (up ? least > most : least < most)
        return FALSE;
      move = cap_random_between(random, least, most);
    } else if (i < 2 || through_z) {
      const double room = fmin(fmin(down + cut[0], above - cut[1]) - 1, 10);
      move = room > 0 ? cap_random_between(random, -room, room) : 0;
    }
    /* By whole voxels, so that both are interpolated alike. */
    move = mm * (move > 0 ? floor(move / mm) : ceil(move / mm));
    to[i] = center[i] + move / mm;
    low_mm[i] = fmax(-down, -down - move);
    high_mm[i] = fmin(above, above - move);
    if (i == main_axis && up)
      low_mm[i] = fmax(low_mm[i], cut[1] + 0.5 - move);
    if (i == main_axis && !up)
      high_mm[i] = fmin(high_mm[i], cut[0] - 0.5 - move);
  }
  twin->positive = cap_place_whole(b, example->center);
  twin->negative = cap_place_whole(b, (CapPoint){to[0], to[1], to[2]});
  for (int i = 0; i < 3; i++) {
    twin->positive.low[i] = center[i] + low_mm[i] / b->spacing_mm[i];
    twin->positive.high[i] = center[i] + high_mm[i] / b->spacing_mm[i];
    twin->negative.low[i] = to[i] + low_mm[i] / b->spacing_mm[i];
    twin->negative.high[i] = to[i] + high_mm[i] / b->spacing_mm[i];
  }
  return TRUE;
}

static int
compare_tries(gconstpointer a, gconstpointer b)
{
  const Try *x = a, *y = b;
  return x->rank < y->rank ? -1 : x->rank > y->rank;
}

GArray *
cap_twin_find(const CapExample *example, int n, gboolean through_z,
              CapRandom *random)
{
  g_autoptr(GArray) tries = g_array_new(FALSE, FALSE, sizeof(Try));
  for (int i = 0; i < TRIES; i++) {
    Try one;
    if (!draw(example, through_z, random, &one.twin))
      continue;
    one.difference = air_around(&one.twin.negative, example) -
                     air_around(&one.twin.positive, example);
    if (fabs(one.difference) > max_air_difference)
      continue;
    one.twin.bright_hu = (float)bright_middle(&one.twin.negative);
    /* Every other one is preferred bright: vessels rather than plain lung. */
    one.rank = fabs(one.difference) -
               (i & 1 ? 0.0004 * (one.twin.bright_hu + 850) : 0);
    g_array_append_val(tries, one);
  }
  g_array_sort(tries, compare_tries);
  GArray *twins = g_array_new(FALSE, FALSE, sizeof(CapTwin));
  for (guint i = 0; i < tries->len && (int)i < n; i++)
    g_array_append_val(twins, g_array_index(tries, Try, i).twin);
  return twins;
}
