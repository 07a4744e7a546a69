/* The pool of training data: see pool.h. */
#include "datasets/pool.h"

#include "core/error.h"
#include "datasets/perturb.h"
#include "datasets/split.h"

#include <math.h>
#include <string.h>

enum { TWINS = 6 };
/* Share of transplanted negatives that are plain lung of another patient, so
 * that a seam is no sign of a nodule, and how the points are drawn. */
static const double foreign_share = 0.3;
static const double point_share[CAP_N_POINT_KINDS] = {0.55, 0.2, 0.15, 0.1};
static const float plain_hu = -720; /* middle of plain lung is darker */

/* One nodule that can be drawn, and its twins (NULL for whole crops). */
typedef struct {
  const CapExample *example;
  GArray *twins;
} Entry;

typedef struct {
  GArray *entries[CAP_MAKING_TRANSPLANT]; /* of Entry: whole, crop, cube */
  GArray *shapes;                    /* of const CapExample *: transplants */
  GArray *plain;                     /* of CapPlace */
  GArray *points[CAP_N_POINT_KINDS]; /* of Spot */
} Side;

typedef struct {
  const CapHost *host;
  CapPoint at;
} Spot;

/* One entry of the validation list. */
typedef struct {
  CapMaking making;
  gboolean positive;
  int index; /* of the entry, or of the transplant's key */
} Check;

struct CapPool {
  GPtrArray *crops, *cubes, *hosts;
  CapPoolOptions options;
  Side sides[2]; /* training, validation */
  GArray *checks;
};

const char *
cap_making_name(CapMaking making)
{
  static const char *const names[] = {"whole", "crop", "cube", "transplant"};
  return names[making];
}

CapPoolOptions
cap_pool_options_default(void)
{
  return (CapPoolOptions){.seed = 1,
                          .validation = 0.15,
                          .mix = {0.35, 0.15, 0.1, 0.4},
                          .transplants = 300,
                          .augment = cap_augment_options_default()};
}

/* ---- filling ---- */

static void
clear_entry(gpointer data)
{
  Entry *entry = data;
  g_clear_pointer(&entry->twins, g_array_unref);
}

static void
side_init(Side *side)
{
  for (int m = 0; m < CAP_MAKING_TRANSPLANT; m++) {
    side->entries[m] = g_array_new(FALSE, FALSE, sizeof(Entry));
    g_array_set_clear_func(side->entries[m], clear_entry);
  }
  side->shapes = g_array_new(FALSE, FALSE, sizeof(const CapExample *));
  side->plain = g_array_new(FALSE, FALSE, sizeof(CapPlace));
  for (int k = 0; k < CAP_N_POINT_KINDS; k++)
    side->points[k] = g_array_new(FALSE, FALSE, sizeof(Spot));
}

static void
side_clear(Side *side)
{
  for (int m = 0; m < CAP_MAKING_TRANSPLANT; m++)
    g_array_unref(side->entries[m]);
  g_array_unref(side->shapes);
  g_array_unref(side->plain);
  for (int k = 0; k < CAP_N_POINT_KINDS; k++)
    g_array_unref(side->points[k]);
}

static Side *
side_of(CapPool *pool, const CapExample *example)
{
  return &pool->sides[cap_split_is_validation(
      example->nodule->patient, pool->options.seed, pool->options.validation)];
}

static void
add_twins(Side *side, const CapExample *example, CapMaking making,
          CapRandom *random)
{
  Entry entry = {example, NULL};
  entry.twins =
      cap_twin_find(example, TWINS, making == CAP_MAKING_CUBE, random);
  if (entry.twins->len == 0) {
    g_array_unref(entry.twins);
    return;
  }
  for (guint i = 0; i < entry.twins->len; i++) {
    const CapTwin *twin = &g_array_index(entry.twins, CapTwin, i);
    if (twin->bright_hu < plain_hu)
      g_array_append_val(side->plain, twin->negative);
  }
  g_array_append_val(side->entries[making], entry);
}

static void
fill(CapPool *pool)
{
  for (guint i = 0; i < pool->crops->len; i++) {
    const CapExample *example = pool->crops->pdata[i];
    CapRandom random = cap_random_start(pool->options.seed, 0x7717, i);
    Side *side = side_of(pool, example);
    const Entry whole = {example, NULL};
    g_array_append_val(side->entries[CAP_MAKING_WHOLE], whole);
    add_twins(side, example, CAP_MAKING_CROP, &random);
    if (example->nodule->n_readers >= 2 && example->nodule->diameter_mm >= 3)
      g_array_append_val(side->shapes, example);
  }
  for (guint i = 0; i < pool->cubes->len; i++) {
    CapRandom random = cap_random_start(pool->options.seed, 0x7718, i);
    add_twins(side_of(pool, pool->cubes->pdata[i]), pool->cubes->pdata[i],
              CAP_MAKING_CUBE, &random);
  }
  for (guint i = 0; i < pool->hosts->len; i++) {
    const CapHost *host = pool->hosts->pdata[i];
    for (guint j = 0; j < host->points->len; j++) {
      const CapHostPoint *p = &g_array_index(host->points, CapHostPoint, j);
      const Spot spot = {host, p->index};
      g_array_append_val(pool->sides[p->validation].points[p->kind], spot);
    }
  }
}

static gboolean
can_transplant(const Side *side)
{
  guint n = 0;
  for (int k = 0; k < CAP_N_POINT_KINDS; k++)
    n += side->points[k]->len;
  return n > 0 && side->shapes->len > 0;
}

static void
list_checks(CapPool *pool)
{
  const Side *side = &pool->sides[1];
  for (int m = 0; m < CAP_MAKING_TRANSPLANT; m++)
    for (guint i = 0; i < side->entries[m]->len; i++)
      for (int positive = 1; positive >= (m != CAP_MAKING_WHOLE ? 0 : 1);
           positive--) {
        const Check check = {m, positive, (int)i};
        g_array_append_val(pool->checks, check);
      }
  for (int i = 0; can_transplant(side) && i < 2 * pool->options.transplants;
       i++) {
    const Check check = {CAP_MAKING_TRANSPLANT, i % 2 == 0, i};
    g_array_append_val(pool->checks, check);
  }
}

CapPool *
cap_pool_new(GPtrArray *crops, GPtrArray *cubes, GPtrArray *hosts,
             const CapPoolOptions *options, GError **error)
{
  CapPool *pool = g_new0(CapPool, 1);
  pool->crops = crops;
  pool->cubes = cubes;
  pool->hosts = hosts;
  pool->options = *options;
  pool->checks = g_array_new(FALSE, FALSE, sizeof(Check));
  for (int i = 0; i < 2; i++)
    side_init(&pool->sides[i]);
  fill(pool);
  list_checks(pool);
  for (int i = 0; i < 2; i++) {
    const double empty_on_purpose = i == 0 ? 1 : 0;
    if (pool->sides[i].entries[CAP_MAKING_WHOLE]->len > 0 ||
        options->validation == empty_on_purpose)
      continue;
    g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
                "no nodule is left for %s after the split by patient",
                i == 0 ? "training" : "validation");
    cap_pool_free(pool);
    return NULL;
  }
  return pool;
}

void
cap_pool_free(CapPool *pool)
{
  if (pool == NULL)
    return;
  for (int i = 0; i < 2; i++)
    side_clear(&pool->sides[i]);
  g_array_unref(pool->checks);
  g_ptr_array_unref(pool->crops);
  g_ptr_array_unref(pool->cubes);
  g_ptr_array_unref(pool->hosts);
  g_free(pool);
}

const CapNodule *
cap_pool_nodule(const CapPool *pool, int index)
{
  const GArray *whole = pool->sides[0].entries[CAP_MAKING_WHOLE];
  g_return_val_if_fail(index >= 0 && (guint)index < whole->len, NULL);
  return g_array_index(whole, Entry, index).example->nodule;
}

const CapExample *
cap_pool_find(const CapPool *pool, const char *key)
{
  for (guint i = 0; i < pool->crops->len; i++) {
    const CapExample *example = pool->crops->pdata[i];
    if (g_str_equal(example->nodule->key, key))
      return example;
  }
  return NULL;
}

int
cap_pool_count(const CapPool *pool, CapMaking making, gboolean positive,
               gboolean validation)
{
  const Side *side = &pool->sides[validation ? 1 : 0];
  guint n = 0;
  if (making == CAP_MAKING_TRANSPLANT && positive)
    return (int)side->shapes->len;
  if (making == CAP_MAKING_TRANSPLANT)
    for (int k = 0; k < CAP_N_POINT_KINDS; k++)
      n += side->points[k]->len;
  else if (positive)
    n = side->entries[making]->len;
  else if (making != CAP_MAKING_WHOLE)
    for (guint i = 0; i < side->entries[making]->len; i++)
      n += g_array_index(side->entries[making], Entry, i).twins->len;
  return (int)n;
}

/* ---- drawing ---- */

/* Nodules that few readers saw are doubtful. */
static float
class_weight(const CapNodule *nodule)
{
  static const float weights[] = {0, 0.4f, 0.7f, 1.0f};
  return weights[CLAMP(nodule->n_readers, 0, 3)];
}

/* The sample's pixels and masks from a place; EXAMPLE's masks when they lie on
 * its own block, else those of the place's block. */
static void
cut(const CapAugment *augment, const CapPlace *place, const CapBlock *masks,
    CapPoint mask_center, gboolean with_cut, CapSample *sample)
{
  cap_perturb_cut(augment, place, sample->hu);
  if (sample->is_nodule)
    cap_augment_cut_mask(augment, place, masks->readers, mask_center, FALSE,
                         sample->mask);
  else
    memset(sample->mask, 0, sizeof sample->mask);
  if (with_cut)
    cap_augment_cut_mask(augment, place, masks->cut, mask_center, TRUE,
                         sample->cut);
}

static void
take_entry(const Entry *entry, CapMaking making, gboolean positive,
           CapRandom *random, const CapAugment *augment, gboolean with_cut,
           CapSample *sample)
{
  const CapExample *e = entry->example;
  CapPlace place = cap_place_whole(e->block, e->center);
  if (entry->twins != NULL) {
    const CapTwin *twin =
        &g_array_index(entry->twins, CapTwin,
                       cap_random_below(random, (int)entry->twins->len));
    place = positive ? twin->positive : twin->negative;
    sample->bright_hu = twin->bright_hu;
  }
  sample->making = making;
  sample->is_nodule = positive;
  sample->nodule = positive ? e->nodule : NULL;
  sample->group = e->nodule->patient;
  sample->class_weight =
      making == CAP_MAKING_WHOLE ? 0 : class_weight(e->nodule);
  cut(augment, &place, e->block, e->center, with_cut, sample);
}

static const Spot *
draw_spot(const Side *side, CapRandom *random)
{
  for (;;) { /* some kind has points: can_transplant */
    double u = cap_random_uniform(random);
    int kind = 0;
    while (kind < CAP_N_POINT_KINDS - 1 && u >= point_share[kind])
      u -= point_share[kind++];
    const GArray *points = side->points[kind];
    if (points->len > 0)
      return &g_array_index(points, Spot,
                            cap_random_below(random, (int)points->len));
  }
}

/* Large nodules are few in the crops and must not be missed: accepted fully
 * from 10 mm on, below in proportion, for positives and negatives alike. */
static const CapExample *
draw_shape(const Side *side, CapRandom *random)
{
  const CapExample *shape;
  do
    shape = g_array_index(side->shapes, const CapExample *,
                          cap_random_below(random, (int)side->shapes->len));
  while (cap_random_uniform(random) * 10 > shape->nodule->diameter_mm);
  return shape;
}

static gboolean
take_transplant(const Side *side, gboolean positive, CapRandom *random,
                const CapAugment *augment, gboolean with_cut, CapSample *sample,
                GError **error)
{
  const Spot *spot = draw_spot(side, random);
  const CapExample *shape = draw_shape(side, random);
  const CapPlace own = cap_place_whole(shape->block, shape->center);
  CapTransplant t = {
      .host = spot->host, .at = spot->at, .shape = shape, .labelled = positive};
  for (int i = 0; i < 3; i++)
    t.mirror[i] = cap_random_next(random) & 1 ? 1 : -1;
  const gboolean foreign = cap_random_uniform(random) < foreign_share;
  if (positive)
    t.content = &own;
  else if (foreign && side->plain->len > 0)
    t.content = &g_array_index(side->plain, CapPlace,
                               cap_random_below(random, (int)side->plain->len));
  CapPoint center;
  g_autoptr(CapBlock) block = cap_transplant_make(&t, &center, error);
  if (block == NULL)
    return FALSE;
  sample->making = CAP_MAKING_TRANSPLANT;
  sample->is_nodule = positive;
  sample->nodule = positive ? shape->nodule : NULL;
  sample->group = spot->host->patient;
  sample->class_weight = class_weight(shape->nodule);
  sample->bright_hu = (float)cap_host_mean_hu(spot->host, spot->at, 2.5);
  const CapPlace place = cap_place_whole(block, center);
  cut(augment, &place, block, center, with_cut, sample);
  return TRUE;
}

static CapMaking
draw_making(const CapPool *pool, const Side *side, CapRandom *random)
{
  double total = 0, shares[CAP_N_MAKINGS];
  for (int m = 0; m < CAP_N_MAKINGS; m++) {
    const gboolean some = m == CAP_MAKING_TRANSPLANT
                              ? can_transplant(side)
                              : side->entries[m]->len > 0;
    shares[m] = some ? pool->options.mix[m] : 0;
    total += shares[m];
  }
  double u = cap_random_uniform(random) * total;
  for (int m = 0; m < CAP_N_MAKINGS; m++) {
    if (shares[m] > 0 && u < shares[m])
      return (CapMaking)m;
    u -= shares[m];
  }
  return CAP_MAKING_WHOLE;
}

/* Nodules that more readers saw say more about malignancy: accepted with
 * 1/4 … 1 for one to four readers. */
static const Entry *
draw_entry(const Side *side, CapMaking making, CapRandom *random)
{
  const GArray *entries = side->entries[making];
  const Entry *entry;
  do
    entry = &g_array_index(entries, Entry,
                           cap_random_below(random, (int)entries->len));
  while (cap_random_uniform(random) * 4 > entry->example->nodule->n_readers);
  return entry;
}

static gboolean
take(const Side *side, CapMaking making, gboolean positive, CapRandom *random,
     const CapAugment *augment, gboolean with_cut, CapSample *sample,
     GError **error)
{
  if (making == CAP_MAKING_TRANSPLANT)
    return take_transplant(side, positive, random, augment, with_cut, sample,
                           error);
  take_entry(draw_entry(side, making, random), making, positive, random,
             augment, with_cut, sample);
  return TRUE;
}

gboolean
cap_pool_train(const CapPool *pool, int epoch, int index, CapSample *sample,
               GError **error)
{
  const Side *side = &pool->sides[0];
  CapRandom random = cap_random_start(pool->options.seed, 1 + epoch, index);
  const CapMaking making = draw_making(pool, side, &random);
  const gboolean positive =
      making == CAP_MAKING_WHOLE || (cap_random_next(&random) & 1);
  const CapAugment augment = cap_augment_draw(&pool->options.augment, &random);
  return take(side, making, positive, &random, &augment, FALSE, sample, error);
}

int
cap_pool_n_validation(const CapPool *pool)
{
  return (int)pool->checks->len;
}

static const CapPoint still = {0, 0, 0};

/* Off the centre by up to SHIFT_MM along each axis, then on by MOVED. */
static gboolean
validate(const CapPool *pool, int index, double shift_mm, CapPoint moved,
         const CapPerturb *perturb, CapSample *sample, GError **error)
{
  const Check *check = &g_array_index(pool->checks, Check, index);
  const Side *side = &pool->sides[1];
  CapRandom random = cap_random_start(pool->options.seed, 0xC4EC, check->index);
  const CapAugmentOptions only_shift = {.shift_mm = shift_mm};
  CapAugment augment = cap_augment_draw(&only_shift, &random);
  augment.shift_mm[0] += moved.x;
  augment.shift_mm[1] += moved.y;
  augment.shift_mm[2] += moved.z;
  if (perturb != NULL) {
    augment.perturb = *perturb;
    augment.perturb.random =
        cap_random_start(pool->options.seed, 0xC4AB + perturb->kind, index);
  }
  if (check->making == CAP_MAKING_TRANSPLANT)
    return take_transplant(side, check->positive, &random, &augment, FALSE,
                           sample, error);
  take_entry(&g_array_index(side->entries[check->making], Entry, check->index),
             check->making, check->positive, &random, &augment, FALSE, sample);
  return TRUE;
}

gboolean
cap_pool_validate(const CapPool *pool, int index, CapSample *sample,
                  GError **error)
{
  return validate(pool, index, pool->options.augment.shift_mm, still, NULL,
                  sample, error);
}

gboolean
cap_pool_validate_moved(const CapPool *pool, int index, CapPoint moved,
                        CapSample *sample, GError **error)
{
  return validate(pool, index, pool->options.augment.shift_mm, moved, NULL,
                  sample, error);
}

gboolean
cap_pool_validate_perturbed(const CapPool *pool, int index,
                            const CapPerturb *perturb, CapSample *sample,
                            GError **error)
{
  return validate(pool, index, pool->options.augment.shift_mm, still, perturb,
                  sample, error);
}

gboolean
cap_pool_validate_centred(const CapPool *pool, int index, CapSample *sample,
                          GError **error)
{
  return validate(pool, index, 0, still, NULL, sample, error);
}

gboolean
cap_pool_probe(const CapPool *pool, CapMaking making, int index,
               gboolean positive, CapSample *sample, GError **error)
{
  const Side *side = &pool->sides[0];
  if (cap_pool_count(pool, making, FALSE, FALSE) == 0) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
                "there are no negatives of the making “%s” to probe",
                cap_making_name(making));
    return FALSE;
  }
  CapRandom random = cap_random_start(pool->options.seed, 0x9406E + making,
                                      2 * (guint64)index + positive);
  CapAugmentOptions plain = pool->options.augment;
  plain.noise_hu = plain.offset_hu = 0;
  const CapAugment augment = cap_augment_draw(&plain, &random);
  return take(side, making, positive, &random, &augment, TRUE, sample, error);
}
