/* bench-candidates CROPS-INDEX SCANS PATIENT [ROUNDS [SEED]]: which nodules of
 * other patients the candidate search finds once they are set into PATIENT's
 * lungs.
 *
 * Each round sets about thirty nodules of at least 4 mm (two readers or more)
 * of the crops, far apart, into a copy of the scan, finds the lungs anew and
 * searches. A nodule counts as found when a candidate lies within its radius.
 * Prints a Markdown table by density and size. The nodules do not come with the
 * surroundings they had, and those that the search was tuned on are among
 * them. */
#include "core/image/lung.h"
#include "core/image/point.h"
#include "datasets/crops.h"
#include "datasets/scan.h"
#include "datasets/transplant.h"
#include "models/candidates.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define APART_MM 42.0 /* between nodules of one round */
#define PER_ROUND 30
#define MIN_MM 4.0

enum { GLASS, PART, SOLID, N_KINDS };
enum { SMALL, MIDDLE, LARGE, N_SIZES };

typedef struct {
  CapPoint center_mm;
  const CapNodule *nodule;
} Planted;

typedef struct {
  int n, found, first_100;
} Cell;

typedef struct {
  CapHost *host;
  GPtrArray *queue; /* of CapExample */
  guint next;
  CapRandom random;
  Cell cells[N_KINDS][N_SIZES];
  int n_candidates, n_glass, rounds;
  double search_s;
} Bench;

static G_GNUC_NORETURN void
die(const char *what, const GError *error)
{
  fprintf(stderr, "bench-candidates: %s\n", error ? error->message : what);
  exit(1);
}

/* By the readers' mean rating of texture: 1 is non-solid, 5 solid. */
static int
kind_of(const CapNodule *nodule)
{
  const double texture = nodule->attribute_means[CAP_TEXTURE];
  return texture <= 2 ? GLASS : texture < 4 ? PART : SOLID;
}

static int
size_of(const CapNodule *nodule)
{
  return nodule->diameter_mm < 7    ? SMALL
         : nodule->diameter_mm < 10 ? MIDDLE
                                    : LARGE;
}

/* Nodules in a drawn order; solid ones, which abound, as many as the rest. */
static GPtrArray *
draw_queue(GPtrArray *crops, CapRandom *random)
{
  GPtrArray *queue = g_ptr_array_new();
  guint rare = 0, solid = 0;
  for (guint i = crops->len; i-- > 1;) {
    const guint k = (guint)cap_random_below(random, (int)i + 1);
    gpointer swap = crops->pdata[i];
    crops->pdata[i] = crops->pdata[k];
    crops->pdata[k] = swap;
  }
  for (guint i = 0; i < crops->len; i++) {
    const CapNodule *n = ((CapExample *)crops->pdata[i])->nodule;
    if (n->n_readers < 2 || n->diameter_mm < MIN_MM ||
        isnan(n->attribute_means[CAP_TEXTURE]))
      continue;
    const gboolean is_solid = kind_of(n) == SOLID;
    if (is_solid && solid > rare)
      continue;
    solid += is_solid;
    rare += !is_solid;
    g_ptr_array_add(queue, crops->pdata[i]);
  }
  return queue;
}

/* A point of the lungs or at their border, far from those in USED. */
static gboolean
draw_point(Bench *b, const GArray *used, CapPoint *index)
{
  const CapHost *host = b->host;
  for (int trial = 0; trial < 400; trial++) {
    const CapHostPoint *p =
        &g_array_index(host->points, CapHostPoint,
                       cap_random_below(&b->random, (int)host->points->len));
    if (p->kind != CAP_POINT_LUNG && p->kind != CAP_POINT_PLEURA)
      continue;
    const CapPoint mm = cap_volume_to_patient(host->volume, p->index);
    gboolean fresh = TRUE;
    for (guint i = 0; fresh && i < used->len; i++)
      fresh = cap_point_distance(g_array_index(used, Planted, i).center_mm,
                                 mm) >= APART_MM;
    *index = p->index;
    if (fresh)
      return TRUE;
  }
  return FALSE;
}

static void
plant(Bench *b, CapVolume *into, const CapExample *example, CapPoint index)
{
  const CapPlace own = cap_place_whole(example->block, example->center);
  CapTransplant t = {
      .host = b->host, .at = index, .shape = example, .content = &own};
  for (int i = 0; i < 3; i++)
    t.mirror[i] = cap_random_next(&b->random) & 1 ? 1 : -1;
  CapPoint center;
  GError *error = NULL;
  g_autoptr(CapBlock) block = cap_transplant_make(&t, &center, &error);
  if (block == NULL)
    die("transplant", error);
  const int low[3] = {(int)lround(index.x - center.x),
                      (int)lround(index.y - center.y),
                      (int)lround(index.z - center.z)};
  const int16_t *from = block->hu;
  for (int s = 0; s < block->size[2]; s++)
    for (int r = 0; r < block->size[1]; r++, from += block->size[0])
      memcpy(cap_volume_slice(into, low[2] + s) +
                 (gsize)(low[1] + r) * into->columns + low[0],
             from, (gsize)block->size[0] * sizeof *from);
}

static CapVolume *
copy_volume(const CapVolume *v)
{
  GError *error = NULL;
  CapVolume *copy =
      cap_volume_new_undefined(v->columns, v->rows, v->slices, &error);
  if (copy == NULL)
    die("copy", error);
  memcpy(copy->spacing_mm, v->spacing_mm, sizeof v->spacing_mm);
  memcpy(copy->axis, v->axis, sizeof v->axis);
  copy->origin_mm = v->origin_mm;
  memcpy(copy->valid, v->valid, (gsize)v->slices);
  memcpy(copy->voxels_hu, v->voxels_hu,
         cap_volume_n_voxels(v) * sizeof *v->voxels_hu);
  return copy;
}

static void
count(Bench *b, const GArray *planted, const GArray *candidates)
{
  b->n_candidates += (int)candidates->len;
  for (guint i = 0; i < candidates->len; i++)
    b->n_glass += g_array_index(candidates, CapCandidate, i).ground_glass;
  for (guint k = 0; k < planted->len; k++) {
    const Planted *p = &g_array_index(planted, Planted, k);
    Cell *cell = &b->cells[kind_of(p->nodule)][size_of(p->nodule)];
    guint rank = 0;
    while (rank < candidates->len &&
           cap_point_distance(
               g_array_index(candidates, CapCandidate, rank).center_mm,
               p->center_mm) > p->nodule->diameter_mm / 2)
      rank++;
    cell->n++;
    cell->found += rank < candidates->len;
    cell->first_100 += rank < MIN(100u, candidates->len);
    if (rank == candidates->len && g_getenv("BENCH_VERBOSE") != NULL)
      printf("missed %s, %.1f mm, texture %.1f, at %.1f %.1f %.1f\n",
             p->nodule->key, p->nodule->diameter_mm,
             p->nodule->attribute_means[CAP_TEXTURE], p->center_mm.x,
             p->center_mm.y, p->center_mm.z);
  }
}

static void
run_round(Bench *b)
{
  GError *error = NULL;
  g_autoptr(CapVolume) volume = copy_volume(b->host->volume);
  g_autoptr(GArray) planted = g_array_new(FALSE, FALSE, sizeof(Planted));
  CapPoint index;
  while (planted->len < PER_ROUND && b->next < b->queue->len &&
         draw_point(b, planted, &index)) {
    const CapExample *example = b->queue->pdata[b->next++];
    const Planted p = {cap_volume_to_patient(volume, index), example->nodule};
    plant(b, volume, example, index);
    g_array_append_val(planted, p);
  }
  g_autoptr(CapMask) lungs = cap_lung_mask(volume, NULL, &error);
  const CapCandidatesOptions options = cap_candidates_options_default();
  const gint64 start = g_get_monotonic_time();
  g_autoptr(GArray) found =
      lungs ? cap_candidates_find(volume, lungs, &options, NULL, &error) : NULL;
  if (found == NULL)
    die("candidates", error);
  b->search_s += (double)(g_get_monotonic_time() - start) / 1e6;
  count(b, planted, found);
  b->rounds++;
}

static void
print_table(const Bench *b)
{
  static const char *const kinds[] = {"ground-glass", "part-solid", "solid"};
  printf("| %s | 4-7 mm | 7-10 mm | 10 mm and more |\n|---|---|---|---|\n",
         b->host->patient);
  for (int k = 0; k < N_KINDS; k++) {
    printf("| %s |", kinds[k]);
    for (int s = 0; s < N_SIZES; s++) {
      const Cell *c = &b->cells[k][s];
      printf(" %d of %d (%.1f %%; %d in the first 100) |", c->found, c->n,
             c->n > 0 ? 100.0 * c->found / c->n : 0.0, c->first_100);
    }
    printf("\n");
  }
  printf("\n%d rounds, %d candidates each, %d of them ground-glass, %.2f s\n",
         b->rounds, b->n_candidates / b->rounds, b->n_glass / b->rounds,
         b->search_s / b->rounds);
}

int
main(int argc, char **argv)
{
  if (argc < 4)
    die("CROPS-INDEX SCANS PATIENT [ROUNDS [SEED]]?", NULL);
  GError *error = NULL;
  const int rounds = argc > 4 ? atoi(argv[4]) : 100;
  const guint64 seed = argc > 5 ? g_ascii_strtoull(argv[5], NULL, 10) : 1;
  g_autoptr(GPtrArray) crops = cap_crops_read(argv[1], NULL, NULL, &error);
  Bench b = {.random = cap_random_start(seed, 0, 0)};
  b.host = crops ? cap_scan_read(argv[2], argv[3], NULL, &error) : NULL;
  if (b.host == NULL || !cap_host_add_points(b.host, 3000, seed, &error))
    die("data", error);
  b.queue = draw_queue(crops, &b.random);
  while (b.rounds < rounds && b.next < b.queue->len)
    run_round(&b);
  print_table(&b);
  g_ptr_array_unref(b.queue);
  cap_host_free(b.host);
  return 0;
}
