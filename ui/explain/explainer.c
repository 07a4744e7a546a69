/* CapExplainer: see explainer.h. */
#include "ui/explain/explainer.h"

#include "core/image/resample.h"
#include "core/language.h"
#include "core/told.h"
#include "models/detector.h"
#include "ui/explain/glyph.h"
#include "ui/session/session_weights.h"
#include "ui/work/job.h"

#include <math.h>
#include <string.h>

/* What is read once. One job at a time uses the decoder. */
typedef struct {
  CapCapsnetDecoder *decoder; /* NULL: see fault */
  CapReference *reference;    /* NULL: see no_reference */
  CapAttributeHeads heads;
  gboolean has_heads;
  char *weights;              /* as they were named, or NULL */
  char *sha256;               /* of them, "" without */
  char *fault, *no_reference; /* sentences, or NULL */
} Kit;

struct _CapExplainer {
  GObject parent;
  CapSession *session; /* borrowed */
  CapShared *kit;      /* of Kit; NULL until it is read */
  CapJob *job;         /* the one that runs, or NULL */
  CapFinding *next;    /* to draw after it, or NULL */
  CapDrawing *drawing; /* or NULL */
};

static guint drawn_signal;

G_DEFINE_FINAL_TYPE(CapExplainer, cap_explainer, G_TYPE_OBJECT)

/* ---- in the worker ---- */

typedef struct {
  CapShared *volume, *kit; /* KIT may be NULL: read it */
  char *weights;           /* or NULL */
  CapFinding *finding;     /* its nodule capsule has the pose to draw */
  CapDrawing *drawing;     /* the result, NULL where nothing can be drawn */
} Work;

static void
work_free(Work *work)
{
  cap_shared_unref(work->volume);
  cap_shared_unref(work->kit);
  g_free(work->weights);
  cap_finding_free(work->finding);
  g_free(work->drawing);
  g_free(work);
}

static void
kit_free(Kit *kit)
{
  g_clear_pointer(&kit->decoder, cap_capsnet_decoder_free);
  g_clear_pointer(&kit->reference, cap_reference_free);
  g_free(kit->weights);
  g_free(kit->sha256);
  g_free(kit->fault);
  g_free(kit->no_reference);
  g_free(kit);
}

static Kit *
kit_read(const char *weights)
{
  g_autoptr(GError) error = NULL;
  Kit *kit = g_new0(Kit, 1);
  g_autoptr(CapDetector) detector =
      cap_detector_load(weights, CAP_DETECTOR_EXPLAINS, &error);
  if (detector != NULL)
    kit->decoder = cap_capsnet_decoder_new(detector->net,
                                           1 + CAP_EXPLAINER_SIMILAR, &error);
  kit->has_heads =
      detector != NULL && cap_attribute_heads_read(detector->net, &kit->heads);
  kit->weights = g_strdup(weights);
  kit->sha256 = g_strdup(detector != NULL ? detector->sha256 : "");
  if (error != NULL)
    kit->fault = cap_told_capital(error->message);
  else if (detector->reference == NULL)
    kit->no_reference = cap_told_capital(detector->no_reference->message);
  if (detector != NULL)
    kit->reference = g_steal_pointer(&detector->reference);
  return kit;
}

/* Which voxels of the patch lie in the finding's mask. */
static void
fill_inside(const CapVolume *volume, const CapFinding *f, guint8 *inside)
{
  const double middle = (CAP_PATCH - 1) / 2.0;
  memset(inside, 0, CAP_PATCH_VOXELS);
  for (int i = 0; f->mask != NULL && i < CAP_PATCH_VOXELS; i++) {
    const double mm[3] = {i % CAP_PATCH - middle,
                          i / CAP_PATCH % CAP_PATCH - middle,
                          i / CAP_PATCH / CAP_PATCH - middle};
    CapPoint at = f->center_mm;
    for (int a = 0; a < 3; a++) {
      at.x += mm[a] * f->patch_axis[a].x;
      at.y += mm[a] * f->patch_axis[a].y;
      at.z += mm[a] * f->patch_axis[a].z;
    }
    at = cap_volume_to_index(volume, at);
    inside[i] = cap_mask_at(f->mask, (int)lround(at.x), (int)lround(at.y),
                            (int)lround(at.z)) != 0;
  }
}

static CapDrawing *
draw(const Kit *kit, const CapVolume *volume, const CapFinding *f)
{
  CapDrawing *d = g_try_new0(CapDrawing, 1);
  if (d == NULL)
    return NULL;
  cap_resample_patch(volume, f->center_mm, f->patch_axis, CAP_PATCH, 1.0,
                     d->original);
  fill_inside(volume, f, d->inside);
  float poses[1 + CAP_EXPLAINER_SIMILAR][CAP_POSE_DIM];
  memcpy(poses[0], f->capsules[0].pose, sizeof poses[0]);
  if (kit->reference != NULL)
    d->n_similar = cap_reference_nearest(kit->reference, f->capsules,
                                         CAP_EXPLAINER_SIMILAR, d->similar);
  for (int i = 0; i < d->n_similar; i++)
    memcpy(poses[1 + i],
           kit->reference->poses +
               (gsize)d->similar[i].index * CAP_N_CAPSULES * CAP_POSE_DIM,
           sizeof poses[0]);
  float *const images[] = {d->rebuilt, d->similar_rebuilt[0],
                           d->similar_rebuilt[1], d->similar_rebuilt[2]};
  cap_capsnet_decoder_draw(kit->decoder, poses[0], 1 + d->n_similar, images);
  return d;
}

static gpointer
draw_work(CapJob *job, gpointer data, GError **error)
{
  Work *work = data;
  if (work->kit == NULL)
    work->kit =
        cap_shared_new(kit_read(work->weights), (GDestroyNotify)kit_free);
  const Kit *kit = cap_shared_get(work->kit);
  if (kit->decoder != NULL)
    work->drawing = draw(kit, cap_shared_get(work->volume), work->finding);
  return work;
}

/* ---- in the window ---- */

static void start(CapExplainer *self);

static void
drawn(gpointer result, const GError *error, gpointer user_data)
{
  CapExplainer *self = user_data;
  Work *work = result;
  self->job = NULL;
  if (self->kit == NULL)
    self->kit = cap_shared_ref(work->kit);
  g_free(self->drawing);
  self->drawing = g_steal_pointer(&work->drawing);
  start(self);
  g_signal_emit(self, drawn_signal, 0);
}

/* Other weights have been chosen since: what was read of those is dropped. */
static void
check_weights(CapExplainer *self)
{
  const Kit *kit = cap_shared_get(self->kit);
  if (kit != NULL &&
      g_strcmp0(kit->weights, cap_session_weights(self->session)) != 0)
    g_clear_pointer(&self->kit, cap_shared_unref);
}

static void
start(CapExplainer *self)
{
  CapShared *volume = self->job == NULL && self->next != NULL &&
                              cap_session_is_complete(self->session)
                          ? cap_session_share_volume(self->session)
                          : NULL;
  if (volume == NULL)
    return;
  check_weights(self);
  Work *work = g_new0(Work, 1);
  work->volume = volume;
  work->kit = self->kit != NULL ? cap_shared_ref(self->kit) : NULL;
  work->weights = g_strdup(cap_session_weights(self->session));
  work->finding = g_steal_pointer(&self->next);
  self->job =
      cap_job_start(&(CapJobSpec){.work = draw_work,
                                  .work_data = work,
                                  .work_data_free = (GDestroyNotify)work_free,
                                  .done = drawn,
                                  .user_data = self});
}

void
cap_explainer_clear(CapExplainer *self)
{
  cap_job_cancel(self->job);
  self->job = NULL;
  g_clear_pointer(&self->next, cap_finding_free);
  g_clear_pointer(&self->drawing, g_free);
}

void
cap_explainer_draw(CapExplainer *self, const CapFinding *finding,
                   const float pose[CAP_POSE_DIM])
{
  g_clear_pointer(&self->next, cap_finding_free);
  self->next = cap_finding_copy(finding);
  memcpy(self->next->capsules[0].pose, pose,
         sizeof self->next->capsules[0].pose);
  start(self);
}

/* ---- what there is ---- */

static const Kit *
kit_of(CapExplainer *self)
{
  return cap_shared_get(self->kit);
}

const CapDrawing *
cap_explainer_drawing(CapExplainer *self)
{
  return cap_explainer_fault(self) == NULL ? self->drawing : NULL;
}

const CapReference *
cap_explainer_reference(CapExplainer *self)
{
  return kit_of(self) != NULL ? kit_of(self)->reference : NULL;
}

const char *
cap_explainer_fault(CapExplainer *self)
{
  const Kit *kit = kit_of(self);
  const CapFindings *findings = cap_session_findings(self->session);
  if (kit == NULL || kit->fault != NULL)
    return kit != NULL ? kit->fault : NULL;
  return findings != NULL && *findings->weights_sha256 != '\0' &&
                 !g_str_equal(findings->weights_sha256, kit->sha256)
             ? _("These findings were judged with other weights than the ones "
                 "at hand, whose decoder cannot draw their capsules.")
             : NULL;
}

const char *
cap_explainer_no_reference(CapExplainer *self)
{
  return kit_of(self) != NULL ? kit_of(self)->no_reference : NULL;
}

const CapAttributeHeads *
cap_explainer_heads(CapExplainer *self)
{
  const Kit *kit = kit_of(self);
  return kit != NULL && kit->has_heads && cap_explainer_fault(self) == NULL
             ? &kit->heads
             : NULL;
}

double
cap_explainer_spread(CapExplainer *self, int capsule, int dimension)
{
  const CapReference *reference = cap_explainer_reference(self);
  return reference != NULL ? (double)reference->spread[capsule][dimension]
                           : CAP_GLYPH_SPREAD;
}

/* ---- construction ---- */

static void
dispose(GObject *object)
{
  CapExplainer *self = CAP_EXPLAINER(object);
  cap_explainer_clear(self);
  g_clear_pointer(&self->kit, cap_shared_unref);
  G_OBJECT_CLASS(cap_explainer_parent_class)->dispose(object);
}

static void
cap_explainer_class_init(CapExplainerClass *klass)
{
  G_OBJECT_CLASS(klass)->dispose = dispose;
  drawn_signal =
      g_signal_new("drawn", G_TYPE_FROM_CLASS(klass), G_SIGNAL_RUN_LAST, 0,
                   NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
cap_explainer_init(CapExplainer *self)
{
}

CapExplainer *
cap_explainer_new(CapSession *session)
{
  CapExplainer *self = g_object_new(CAP_TYPE_EXPLAINER, NULL);
  self->session = session;
  return self;
}
