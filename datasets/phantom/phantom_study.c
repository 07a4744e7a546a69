/* A phantom with everything it was made from: see phantom_study.h. */
#include "datasets/phantom/phantom_study.h"

#include "core/error.h"
#include "datasets/phantom/phantom_tree.h"
#include "io/uid.h"

#include <math.h>

/* Goes into every UID: raise it when the same options make other pixels. */
#define PHANTOM_VERSION 1

/* A UID that follows from the options and WHAT it names. */
static char *
make_uid(const CapPhantomOptions *o, const GArray *requests, const char *what)
{
  char number[4][G_ASCII_DTOSTR_BUF_SIZE];
  g_autoptr(GString) text = g_string_new(NULL);
  g_string_append_printf(
      text, "capsight phantom %d %" G_GINT64_FORMAT " %d %d %s %s %s %s",
      PHANTOM_VERSION, o->seed, o->size, o->slices,
      g_ascii_dtostr(number[0], sizeof number[0], o->pixel_mm),
      g_ascii_dtostr(number[1], sizeof number[1], o->slice_mm),
      g_ascii_dtostr(number[2], sizeof number[2], fmax(o->noise_hu, -1)), what);
  for (guint i = 0; i < requests->len; i++) {
    const CapPhantomRequest *r = &g_array_index(requests, CapPhantomRequest, i);
    g_string_append_printf(
        text, " %d:%s", r->kind,
        g_ascii_dtostr(number[3], sizeof number[3], r->diameter_mm));
  }
  return cap_uid_from_text(text->str);
}

static void
set(char **field, const char *value)
{
  g_free(*field);
  *field = g_strdup(value);
}

static void
identify(CapVolume *v, const CapPhantomOptions *o, const GArray *requests,
         const CapPhantomAnatomy *a, gboolean sharp)
{
  CapSource *s = v->source;
  g_autofree char *id = g_strdup_printf("PHANTOM-%04" G_GINT64_FORMAT, o->seed);
  set(&s->patient_id, id);
  set(&s->patient_name, "Phantom^Capsight");
  set(&s->patient_sex, a->female ? "F" : "M");
  set(&s->patient_birth_date, "19600101");
  set(&s->study_date, "20200101");
  set(&s->study_description, "CT chest, synthetic");
  g_autofree char *description = g_strdup_printf("Synthetic chest, %s kernel",
                                                 sharp ? "sharp" : "standard");
  set(&s->series_description, description);
  set(&s->series_number, "2");
  set(&s->modality, "CT");
  set(&s->manufacturer, "Capsight");
  set(&s->kernel, sharp ? "LUNG" : "STANDARD");
  s->slice_thickness_mm = v->spacing_mm[2];
  g_free(s->study_uid);
  s->study_uid = make_uid(o, requests, "study");
  g_free(s->series_uid);
  s->series_uid = make_uid(o, requests, "series");
  g_free(s->frame_of_reference_uid);
  s->frame_of_reference_uid = make_uid(o, requests, "frame");
  s->sop_uids = g_new0(char *, v->slices + 1);
  for (int i = 0; i < v->slices; i++) {
    g_autofree char *what = g_strdup_printf("slice %d", i);
    s->sop_uids[i] = make_uid(o, requests, what);
  }
}

static void
set_geometry(const CapPhantomOptions *o, const CapPhantomAnatomy *a,
             CapRandom *rng, CapPhantomScene *scene, CapVolume *v)
{
  /* The whole trunk fits below the shoulders; lungs fit along z. */
  const double view =
      2 * (a->chest_x + 13 + 1.25 * (a->fat_mm + a->muscle_mm)) + 14;
  const double pixel =
      o->pixel_mm > 0 ? o->pixel_mm : ceil(view / o->size * 500) / 500;
  const double top = a->apex_z + 16, bottom = a->dome_z[1] - 92;
  const double slice = o->slice_mm > 0
                           ? o->slice_mm
                           : ceil((top - bottom) / o->slices * 20) / 20;
  v->spacing_mm[0] = v->spacing_mm[1] = pixel;
  v->spacing_mm[2] = slice;
  scene->size = o->size;
  scene->pixel_mm = pixel;
  const double half = (o->size - 1) / 2.0 * pixel;
  scene->first = (CapPoint){-half, 8 - half,
                            (top + bottom) / 2 - (o->slices - 1) / 2.0 * slice};
  /* The couch was where it was: patient coordinates start elsewhere. */
  v->origin_mm =
      (CapPoint){scene->first.x + lround(cap_random_between(rng, -8, 8)),
                 scene->first.y - lround(cap_random_between(rng, 150, 190)),
                 lround(scene->first.z - cap_random_between(rng, 60, 240))};
}

/* Anatomy, tubes, nodules; the volume still empty. */
static gboolean
grow(CapPhantomStudy *s, const CapPhantomOptions *o, const GArray *requests,
     const CapProgress *progress, GError **error)
{
  s->tubes = g_array_new(FALSE, FALSE, sizeof(CapPhantomTube));
  g_array_append_vals(s->tubes, s->anatomy->tubes->data,
                      s->anatomy->tubes->len);
  cap_phantom_tree_grow(s->anatomy, 1, s->tubes);
  cap_phantom_tube_sort(s->tubes);
  if (!cap_progress_step(progress, "growing the phantom", 0.5, error))
    return FALSE;
  s->nodules = cap_phantom_nodule_place(s->anatomy, s->tubes, requests);
  s->scene.anatomy = s->anatomy;
  s->scene.tubes = s->tubes;
  s->scene.nodules = s->nodules;
  return cap_progress_step(progress, "growing the phantom", 1, error);
}

CapPhantomStudy *
cap_phantom_study_new(const CapPhantomOptions *o, const CapProgress *progress,
                      GError **error)
{
  if (!cap_progress_step(progress, "growing the phantom", 0, error))
    return NULL;
  g_autoptr(CapPhantomStudy) study = g_new0(CapPhantomStudy, 1);
  study->volume = cap_volume_new(o->size, o->size, o->slices, error);
  if (study->volume == NULL)
    return NULL;
  const uint64_t seed = cap_random_mix((guint64)o->seed + 0x5eed);
  study->anatomy = cap_phantom_anatomy_new(seed);
  CapRandom rng = cap_random_start(seed, 3, 0);
  set_geometry(o, study->anatomy, &rng, &study->scene, study->volume);
  g_autoptr(GArray) requests =
      o->requests != NULL
          ? g_array_ref(o->requests)
          : cap_phantom_usual_requests(o->seed, CAP_PHANTOM_N_KINDS, 3);
  if (!grow(study, o, requests, progress, error))
    return NULL;

  const gboolean sharp = cap_random_uniform(&rng) < 0.4;
  const double noise = cap_random_between(&rng, 22, 34) * (sharp ? 1.5 : 1);
  const CapPhantomScanner scanner = {
      .seed = seed,
      .noise_hu = o->noise_hu >= 0 ? o->noise_hu : noise,
      .blur_mm = sharp ? 0.42 : 0.55,
      .edge = sharp ? 0.6 : 0,
      .slice_mm = study->volume->spacing_mm[2],
  };
  identify(study->volume, o, requests, study->anatomy, sharp);
  if (!cap_phantom_scan(&study->scene, &scanner, study->volume, progress,
                        error))
    return NULL;
  return g_steal_pointer(&study);
}

void
cap_phantom_study_free(CapPhantomStudy *study)
{
  if (study == NULL)
    return;
  cap_phantom_anatomy_free(study->anatomy);
  g_clear_pointer(&study->tubes, g_array_unref);
  g_clear_pointer(&study->nodules, g_array_unref);
  cap_volume_free(study->volume);
  g_free(study);
}
