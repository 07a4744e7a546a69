/* Overlapping structures: see overlap.h. */
#include "datasets/overlap.h"

#include "core/error.h"

#include <math.h>

enum { N = CAP_PATCH * CAP_PATCH * CAP_PATCH, TWINS = 6 };

/* Mean HU of the middle 5 mm: a structure's, and plain lung's. */
static const float bright_hu = -500, plain_hu = -720;
static const double apart_mm[2] = {3, 8};

/* Somewhere in a crop, and the nodule seen through the same box. */
typedef struct {
  const CapExample *example;
  CapPlace place;
} Layer;

struct CapOverlaps {
  GArray *nodules, *bright, *plain; /* of Layer */
  guint64 seed;
};

static void
add_layers(CapOverlaps *o, const CapExample *example, guint64 number)
{
  CapRandom random = cap_random_start(o->seed, 0x0E51, number);
  g_autoptr(GArray) twins = cap_twin_find(example, TWINS, FALSE, &random);
  for (guint i = 0; i < twins->len; i++) {
    const CapTwin *twin = &g_array_index(twins, CapTwin, i);
    const Layer beside = {example, twin->negative};
    if (twin->bright_hu >= bright_hu)
      g_array_append_val(o->bright, beside);
    else if (twin->bright_hu < plain_hu)
      g_array_append_val(o->plain, beside);
  }
  if (twins->len > 0) {
    const CapTwin *twin = &g_array_index(twins, CapTwin, 0);
    const Layer nodule = {example, twin->positive};
    g_array_append_val(o->nodules, nodule);
  }
}

CapOverlaps *
cap_overlaps_new(const GPtrArray *examples, guint64 seed, GError **error)
{
  g_autoptr(CapOverlaps) o = g_new(CapOverlaps, 1);
  *o = (CapOverlaps){g_array_new(FALSE, FALSE, sizeof(Layer)),
                     g_array_new(FALSE, FALSE, sizeof(Layer)),
                     g_array_new(FALSE, FALSE, sizeof(Layer)), seed};
  for (guint i = 0; i < examples->len; i++) {
    const CapExample *example = examples->pdata[i];
    if (example->nodule->n_readers >= 2)
      add_layers(o, example, i);
  }
  if (o->nodules->len > 0 && o->bright->len > 0 && o->plain->len > 0)
    return g_steal_pointer(&o);
  g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
              "nothing can be laid over: there are %u nodules, %u bright and "
              "%u plain places beside them",
              o->nodules->len, o->bright->len, o->plain->len);
  return NULL;
}

void
cap_overlaps_free(CapOverlaps *overlaps)
{
  if (overlaps == NULL)
    return;
  g_array_unref(overlaps->nodules);
  g_array_unref(overlaps->bright);
  g_array_unref(overlaps->plain);
  g_free(overlaps);
}

static const Layer *
draw(const GArray *layers, CapRandom *random)
{
  return &g_array_index(layers, Layer,
                        cap_random_below(random, (int)layers->len));
}

/* How a layer is cut: FRAME's symmetry and noise, its own shift. */
static CapAugment
own_shift(const CapAugment *frame, gboolean augment, CapRandom *random)
{
  CapAugment own = *frame;
  for (int i = 0; i < 3; i++)
    own.shift_mm[i] = augment ? cap_random_between(random, -3, 3) : 0;
  own.random = cap_random_start(cap_random_next(random), 0, 0);
  return own;
}

void
cap_overlaps_draw(const CapOverlaps *o, int epoch, int index, gboolean augment,
                  CapOverlapSample *sample)
{
  CapRandom random =
      cap_random_start(o->seed, 0x0E52 + (guint64)epoch, (guint64)index);
  CapAugmentOptions options = cap_augment_options_default();
  options.shift_mm = 0;
  const CapAugment frame =
      augment ? cap_augment_draw(&options, &random) : cap_augment_none();
  sample->nodule = index & 1;
  sample->other = index >> 1 & 1;
  const Layer *first = draw(sample->nodule ? o->nodules : o->plain, &random);
  const Layer *second = draw(sample->other ? o->bright : o->plain, &random);
  CapAugment a = own_shift(&frame, augment, &random);
  CapAugment b = own_shift(&frame, augment, &random);
  /* the second layer's centre goes this far from the first's, in the plane */
  const double distance = cap_random_between(&random, apart_mm[0], apart_mm[1]);
  const double angle = cap_random_between(&random, 0, 2 * G_PI);
  b.shift_mm[0] += distance * cos(angle);
  b.shift_mm[1] += distance * sin(angle);
  float layer[N];
  cap_augment_cut(&a, &first->place, sample->hu);
  cap_augment_cut(&b, &second->place, layer);
  for (int i = 0; i < N; i++)
    sample->hu[i] = MAX(sample->hu[i], layer[i]);
  sample->first = first->example;
  sample->second = second->example;
  sample->apart_mm = distance;
}
