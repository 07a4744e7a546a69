/* CapPriorStudy: see prior_study.h. */
#include "ui/prior/prior_study.h"

#include "core/date.h"
#include "core/language.h"
#include "ui/prior/prior_objections.h"
#include "ui/session/session_guidelines.h"
#include "ui/study/opener.h"
#include "ui/view/annotation.h"
#include "ui/work/detection.h"

#include <math.h>

struct _CapPriorStudy {
  GObject parent;
  CapSession *current, *session;
  CapOpener *opener;
  CapDetection *detection;
  gboolean open, shown, asked, confirmed, in_step;
  gboolean stepping; /* one is following the other: the other stays */
  gboolean other_patient;
  GPtrArray *alarms; /* of char * */
  CapPriorMap map;
  CapPriorOverlay overlay;
};

enum { PROP_OPEN = 1, PROP_SHOWN, PROP_IN_STEP, PROP_OVERLAY, N_PROPERTIES };
enum { ALARM, CHANGED, MAP_CHANGED, N_SIGNALS };

static GParamSpec *properties[N_PROPERTIES];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE(CapPriorStudy, cap_prior_study, G_TYPE_OBJECT)

static void
set_flag(CapPriorStudy *self, gboolean *flag, gboolean value, guint property)
{
  if (*flag == value)
    return;
  *flag = value;
  g_object_notify_by_pspec(G_OBJECT(self), properties[property]);
}

/* ---- in step ---- */

/* The earlier scan to the place of the present one. */
static void
follow(CapPriorStudy *self, gboolean center)
{
  if (!self->in_step || self->stepping ||
      cap_session_volume(self->session) == NULL ||
      cap_session_volume(self->current) == NULL)
    return;
  self->stepping = TRUE;
  cap_session_set_position(
      self->session,
      cap_prior_map_to_prior(&self->map, cap_session_position(self->current)),
      center);
  self->stepping = FALSE;
  g_signal_emit(self, signals[CHANGED], 0);
}

static void
on_current_position(CapPriorStudy *self, gboolean center)
{
  follow(self, center);
}

static void
on_prior_position(CapPriorStudy *self, gboolean center)
{
  if (!self->in_step || self->stepping ||
      cap_session_volume(self->current) == NULL)
    return;
  self->stepping = TRUE;
  cap_session_set_position(
      self->current,
      cap_prior_map_to_current(&self->map, cap_session_position(self->session)),
      center);
  self->stepping = FALSE;
  g_signal_emit(self, signals[CHANGED], 0);
}

/* Another volume on either side: what was measured is no longer true. */
static void
guess_map(CapPriorStudy *self)
{
  const CapVolume *current = cap_session_volume(self->current);
  const CapVolume *prior = cap_session_volume(self->session);
  if (current == NULL || prior == NULL)
    return;
  const char *frame = cap_session_source(self->current)->frame_of_reference_uid;
  const gboolean same_frame =
      *frame != '\0' &&
      g_str_equal(frame,
                  cap_session_source(self->session)->frame_of_reference_uid);
  const CapPriorMap map = cap_prior_map_guess(current, prior, same_frame);
  cap_prior_study_set_map(self, &map);
}

/* ---- what speaks against it ---- */

static void
judge(CapPriorStudy *self)
{
  const CapSource *now = cap_session_source(self->current);
  const CapSource *then = cap_session_source(self->session);
  if (!self->open || now == NULL || then == NULL) {
    set_flag(self, &self->shown, FALSE, PROP_SHOWN);
    return;
  }
  g_ptr_array_unref(self->alarms);
  self->alarms = cap_prior_objections(now, then, &self->other_patient);
  const gboolean good = self->alarms->len == 0 || self->confirmed;
  set_flag(self, &self->shown, good, PROP_SHOWN);
  g_signal_emit(self, signals[CHANGED], 0);
  if (!good && !self->asked) {
    self->asked = TRUE;
    g_signal_emit(self, signals[ALARM], 0);
  }
}

/* ---- following both sessions ---- */

static void
on_current_volume(CapPriorStudy *self)
{
  if (!self->open || cap_session_volume(self->current) == NULL)
    return;
  guess_map(self);
  judge(self);
}

static void
on_current_phase(CapPriorStudy *self)
{
  const CapPhase phase = cap_session_phase(self->current);
  if (phase == CAP_PHASE_EMPTY || phase == CAP_PHASE_SCANNING ||
      phase == CAP_PHASE_CHOOSING || phase == CAP_PHASE_FAILED)
    cap_prior_study_close(self);
  else
    g_signal_emit(self, signals[CHANGED], 0);
}

static void
on_prior_phase(CapPriorStudy *self)
{
  const CapPhase phase = cap_session_phase(self->session);
  if (phase == CAP_PHASE_CHOOSING) {
    cap_opener_choose(self->opener, cap_prior_best_series(
                                        cap_session_series_list(self->session),
                                        cap_session_source(self->current)));
    return;
  }
  if (phase == CAP_PHASE_LOADING || phase == CAP_PHASE_READY)
    judge(self);
  g_signal_emit(self, signals[CHANGED], 0);
}

/* The present scan's list tells the change since what is shown, only. */
static void
on_shown(CapPriorStudy *self)
{
  const CapSource *then =
      self->shown ? cap_session_source(self->session) : NULL;
  cap_session_set_beside(self->current, then != NULL ? then->series_uid : "");
}

static void
bind(CapPriorStudy *self)
{
  const struct {
    CapSession *session;
    const char *signal;
    GCallback callback;
  } handlers[] = {
      {self->current, "position-changed", G_CALLBACK(on_current_position)},
      {self->current, "volume-changed", G_CALLBACK(on_current_volume)},
      {self->current, "notify::phase", G_CALLBACK(on_current_phase)},
      {self->session, "position-changed", G_CALLBACK(on_prior_position)},
      {self->session, "volume-changed", G_CALLBACK(guess_map)},
      {self->session, "notify::phase", G_CALLBACK(on_prior_phase)},
  };
  for (guint i = 0; i < G_N_ELEMENTS(handlers); i++)
    g_signal_connect_object(handlers[i].session, handlers[i].signal,
                            handlers[i].callback, self, G_CONNECT_SWAPPED);
  g_object_bind_property(self->current, "marks-hidden", self->session,
                         "marks-hidden", G_BINDING_SYNC_CREATE);
  g_signal_connect(self, "notify::shown", G_CALLBACK(on_shown), NULL);
  g_signal_connect(self, "changed", G_CALLBACK(on_shown), NULL);
}

/* ---- object ---- */

static void
get_property(GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  const CapPriorStudy *self = CAP_PRIOR_STUDY(object);
  if (id == PROP_OVERLAY)
    g_value_set_int(value, (int)self->overlay);
  else if (id < PROP_OPEN || id >= N_PROPERTIES)
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
  else
    g_value_set_boolean(value, id == PROP_OPEN    ? self->open
                               : id == PROP_SHOWN ? self->shown
                                                  : self->in_step);
}

static void
set_property(GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_IN_STEP)
    cap_prior_study_set_in_step(CAP_PRIOR_STUDY(object),
                                g_value_get_boolean(value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
}

static void
dispose(GObject *object)
{
  CapPriorStudy *self = CAP_PRIOR_STUDY(object);
  g_clear_pointer(&self->opener, cap_opener_free);
  g_clear_pointer(&self->detection, cap_detection_free);
  g_clear_object(&self->session);
  g_clear_object(&self->current);
  g_clear_pointer(&self->alarms, g_ptr_array_unref);
  G_OBJECT_CLASS(cap_prior_study_parent_class)->dispose(object);
}

static void
cap_prior_study_class_init(CapPriorStudyClass *klass)
{
  GObjectClass *object = G_OBJECT_CLASS(klass);
  object->get_property = get_property;
  object->set_property = set_property;
  object->dispose = dispose;
  const GParamFlags read = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  const GParamFlags both =
      G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  properties[PROP_OPEN] = g_param_spec_boolean("open", NULL, NULL, FALSE, read);
  properties[PROP_SHOWN] =
      g_param_spec_boolean("shown", NULL, NULL, FALSE, read);
  properties[PROP_IN_STEP] =
      g_param_spec_boolean("in-step", NULL, NULL, TRUE, both);
  properties[PROP_OVERLAY] = g_param_spec_int(
      "overlay", NULL, NULL, 0, CAP_N_PRIOR_OVERLAYS - 1, 0, read);
  g_object_class_install_properties(object, N_PROPERTIES, properties);
  static const char *const names[N_SIGNALS] = {"alarm", "changed",
                                               "map-changed"};
  for (int i = 0; i < N_SIGNALS; i++)
    signals[i] =
        g_signal_new(names[i], G_TYPE_FROM_CLASS(klass), G_SIGNAL_RUN_LAST, 0,
                     NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
cap_prior_study_init(CapPriorStudy *self)
{
  self->in_step = TRUE;
  self->alarms = g_ptr_array_new_with_free_func(g_free);
  self->map.base = cap_transform_identity();
}

CapPriorStudy *
cap_prior_study_new(CapSession *current)
{
  CapPriorStudy *self = g_object_new(CAP_TYPE_PRIOR_STUDY, NULL);
  self->current = g_object_ref(current);
  self->session = cap_session_new();
  cap_session_share_look(self->session, current);
  self->opener = cap_opener_new(self->session);
  self->detection = cap_detection_new(self->session);
  bind(self);
  return self;
}

CapSession *
cap_prior_study_current(CapPriorStudy *self)
{
  return self->current;
}

CapSession *
cap_prior_study_session(CapPriorStudy *self)
{
  return self->session;
}

/* ---- opening and closing ---- */

/* Nothing of the one before is true of the next. */
static void
begin(CapPriorStudy *self)
{
  self->asked = self->confirmed = self->other_patient = FALSE;
  g_ptr_array_set_size(self->alarms, 0);
  set_flag(self, &self->shown, FALSE, PROP_SHOWN);
  cap_prior_study_set_in_step(self, TRUE);
  self->overlay = CAP_PRIOR_OVERLAY_OFF;
  cap_session_set_reader(self->session, cap_session_reader(self->current));
  set_flag(self, &self->open, TRUE, PROP_OPEN);
}

void
cap_prior_study_open(CapPriorStudy *self, const char *path,
                     const char *findings)
{
  begin(self);
  const char *const paths[] = {path, NULL};
  cap_opener_open(self->opener, paths, findings);
}

void
cap_prior_study_open_series(CapPriorStudy *self, int index)
{
  g_autoptr(CapShared) list = cap_session_share_series_list(self->current);
  g_autofree char *path = g_strdup(cap_session_path(self->current));
  begin(self);
  cap_opener_cancel(self->opener);
  cap_session_reset(self->session, path);
  cap_session_set_series_list(self->session, list);
  cap_opener_choose(self->opener, index);
}

void
cap_prior_study_close(CapPriorStudy *self)
{
  if (!self->open)
    return;
  set_flag(self, &self->shown, FALSE, PROP_SHOWN);
  cap_opener_cancel(self->opener);
  g_ptr_array_set_size(self->alarms, 0);
  set_flag(self, &self->open, FALSE, PROP_OPEN);
  g_signal_emit(self, signals[CHANGED], 0);
}

void
cap_prior_study_set_weights(CapPriorStudy *self, const char *path)
{
  cap_detection_set_weights(self->detection, path);
}

void
cap_prior_study_detect(CapPriorStudy *self)
{
  if (self->shown && cap_session_is_complete(self->session))
    cap_detection_start(self->detection);
}

void
cap_prior_study_stop_detection(CapPriorStudy *self)
{
  cap_detection_cancel(self->detection);
}

gboolean
cap_prior_study_is_open(CapPriorStudy *self)
{
  return self->open;
}

gboolean
cap_prior_study_is_shown(CapPriorStudy *self)
{
  return self->shown;
}

/* ---- what it is ---- */

const GPtrArray *
cap_prior_study_alarms(CapPriorStudy *self)
{
  return self->alarms;
}

gboolean
cap_prior_study_is_other_patient(CapPriorStudy *self)
{
  return self->other_patient;
}

void
cap_prior_study_confirm(CapPriorStudy *self)
{
  self->confirmed = TRUE;
  judge(self);
}

gboolean
cap_prior_study_days(CapPriorStudy *self, int *days)
{
  const CapSource *now = cap_session_source(self->current);
  const CapSource *then = cap_session_source(self->session);
  return now != NULL && then != NULL &&
         cap_date_days(then->study_date, now->study_date, days);
}

char *
cap_prior_study_when(CapPriorStudy *self)
{
  const CapSource *then = cap_session_source(self->session);
  g_autofree char *date = cap_date_text(then != NULL ? then->study_date : "");
  int days;
  if (*date == '\0')
    return g_strdup(_("date not known"));
  if (!cap_prior_study_days(self, &days))
    return g_strdup_printf(_("%s, not known how much earlier"), date);
  if (days == 0)
    return g_strdup_printf(_("%s, the same day"), date);
  return g_strdup_printf(
      days > 0 ? P_("%s, %d day earlier", "%s, %d days earlier", days)
               : P_("%s, %d day LATER", "%s, %d days LATER", -days),
      date, ABS(days));
}

/* ---- the map ---- */

const CapPriorMap *
cap_prior_study_map(CapPriorStudy *self)
{
  return &self->map;
}

void
cap_prior_study_set_map(CapPriorStudy *self, const CapPriorMap *map)
{
  self->map = *map;
  g_signal_emit(self, signals[MAP_CHANGED], 0);
  follow(self, FALSE);
}

gboolean
cap_prior_study_reaches(CapPriorStudy *self)
{
  const CapVolume *v = cap_session_volume(self->session);
  return v != NULL &&
         cap_volume_contains(
             v, cap_prior_map_to_prior(&self->map,
                                       cap_session_position(self->current)));
}

gboolean
cap_prior_study_in_step(CapPriorStudy *self)
{
  return self->in_step;
}

void
cap_prior_study_set_in_step(CapPriorStudy *self, gboolean in_step)
{
  set_flag(self, &self->in_step, in_step, PROP_IN_STEP);
  follow(self, FALSE);
  g_signal_emit(self, signals[CHANGED], 0);
}

CapPriorOverlay
cap_prior_study_overlay(CapPriorStudy *self)
{
  return self->overlay;
}

void
cap_prior_study_cycle_overlay(CapPriorStudy *self)
{
  self->overlay = (self->overlay + 1) % CAP_N_PRIOR_OVERLAYS;
  g_object_notify_by_pspec(G_OBJECT(self), properties[PROP_OVERLAY]);
  g_signal_emit(self, signals[CHANGED], 0);
}
