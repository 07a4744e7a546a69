/* Four radiologists read the phantom: see phantom_study.h.
 *
 * Each draws a little wider or tighter than the truth, rates about the agreed
 * level, and now and then misses a subtle nodule (never the same one as another
 * reader, so that three always agree on what LUNA16 counts). */
#include "datasets/phantom/phantom_study.h"

#include "io/lidc_write.h"

#include <math.h>
#include <string.h>

#define N_READERS 4
#define N_LOOKALIKES 6

static void
rate(CapLidcEntry *mark, const CapPhantomNodule *nodule, CapRandom *rng)
{
  static const int highest[CAP_LIDC_N_RATINGS] = {5, 4, 6, 5, 5, 5, 5, 5, 5};
  for (int i = 0; i < CAP_LIDC_N_RATINGS; i++) {
    int level = nodule->ratings[i];
    const double chance = cap_random_uniform(rng);
    const gboolean fixed = i == CAP_LIDC_INTERNAL_STRUCTURE ||
                           (i == CAP_LIDC_CALCIFICATION && level == 6);
    if (!fixed && chance < 0.36)
      level += chance < 0.18 ? -1 : 1;
    mark->ratings[i] = CLAMP(level, 1, highest[i]);
  }
}

static void
point_at(const CapPhantomStudy *study, CapPoint at, int point[3])
{
  const CapVolume *v = study->volume;
  const CapPoint i = cap_volume_to_index(v, at);
  point[0] = CLAMP((int)lround(i.x), 0, v->columns - 1);
  point[1] = CLAMP((int)lround(i.y), 0, v->rows - 1);
  point[2] = CLAMP((int)lround(i.z), 0, v->slices - 1);
}

static CapLidcSession *
read_once(const CapPhantomStudy *study, const GArray *truth, int reader,
          GError **error)
{
  CapRandom rng = cap_random_start(study->anatomy->seed, 5, (guint64)reader);
  g_autofree char *name = g_strdup_printf("%d", 100 + reader);
  CapLidcSession *session = cap_lidc_session_new(name);
  const double habit = 0.22 * cap_random_normal(&rng);
  for (guint i = 0; i < truth->len; i++) {
    const CapPhantomNodule *n = &g_array_index(truth, CapPhantomNodule, i);
    const CapPhantomShape *s =
        &g_array_index(study->nodules, CapPhantomShape, i);
    const double grow = habit + 0.2 * cap_random_normal(&rng);
    const gboolean small = n->diameter_mm < 3;
    const double skips = small ? 0.35 : n->ratings[0] <= 3 ? 0.6 : 0.05;
    /* Only one reader may miss a nodule of 3 mm or more. */
    const gboolean may_miss = small || (int)(i % N_READERS) == reader;
    if (cap_random_uniform(&rng) < skips && may_miss)
      continue;
    g_autofree char *id = g_strdup_printf("Nodule %03u", i + 1);
    CapLidcEntry *mark = cap_lidc_entry_new(id);
    g_ptr_array_add(session->nodules, mark);
    point_at(study, n->center_mm, mark->point);
    if (small)
      continue;
    rate(mark, n, &rng);
    mark->mask = cap_phantom_truth_mask(
        study, s, CLAMP(grow, -0.12 * n->diameter_mm, 0.12 * n->diameter_mm),
        0.35, (uint32_t)cap_random_next(&rng), error);
    if (mark->mask == NULL) {
      cap_lidc_session_free(session);
      return NULL;
    }
  }
  return session;
}

/* Bends of vessels, which look like nodules on one slice. */
static void
mark_lookalikes(const CapPhantomStudy *study, GPtrArray *sessions)
{
  CapRandom rng = cap_random_start(study->anatomy->seed, 6, 0);
  const CapVolume *v = study->volume;
  const CapPoint first = study->scene.first;
  for (int found = 0, tries = 0; found < N_LOOKALIKES && tries < 100000;
       tries++) {
    const CapPhantomTube *t =
        &g_array_index(study->tubes, CapPhantomTube,
                       cap_random_below(&rng, (int)study->tubes->len));
    if (!t->in_lung || t->radius_a < 1.5 || t->radius_a > 2.6 ||
        t->matter > CAP_PHANTOM_ARTERY ||
        cap_phantom_lung_distance(study->anatomy, t->a) > -8)
      continue;
    const CapPoint at = {t->a.x - first.x + v->origin_mm.x,
                         t->a.y - first.y + v->origin_mm.y,
                         t->a.z - first.z + v->origin_mm.z};
    found++;
    for (int r = 0; r < N_READERS; r++) {
      if (cap_random_uniform(&rng) < 0.4)
        continue;
      CapLidcSession *session = sessions->pdata[r];
      g_autofree char *id =
          g_strdup_printf("Non-nodule %03u", session->non_nodules->len + 1);
      CapLidcEntry *mark = cap_lidc_entry_new(id);
      point_at(study, at, mark->point);
      g_ptr_array_add(session->non_nodules, mark);
    }
  }
}

GPtrArray *
cap_phantom_readers_read(const CapPhantomStudy *study, const GArray *truth,
                         GError **error)
{
  g_autoptr(GPtrArray) sessions =
      g_ptr_array_new_with_free_func((GDestroyNotify)cap_lidc_session_free);
  for (int r = 0; r < N_READERS; r++) {
    CapLidcSession *session = read_once(study, truth, r, error);
    if (session == NULL)
      return NULL;
    g_ptr_array_add(sessions, session);
  }
  mark_lookalikes(study, sessions);
  return g_steal_pointer(&sessions);
}
