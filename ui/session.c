/* CapSession: see session.h. */
#include "ui/session.h"

#include "core/error.h"
#include "core/image/slice.h"
#include "ui/finding_order.h"

#include <math.h>

#define WINDOW_LUNG_HU 1500.0
#define LEVEL_LUNG_HU -600.0
#define WINDOW_MIN_HU 1.0
#define WINDOW_MAX_HU 8000.0

struct _CapSession {
  GObject parent;
  CapPhase phase;
  char *message, *stage, *path, *detection_failure;
  double fraction;
  CapShared *list;   /* of CapSeriesList */
  int series_index;  /* into it, -1 none */
  CapShared *volume; /* of CapVolume */
  gboolean complete;
  guint serial;

  CapPoint position_mm, pointer_mm;
  gboolean has_pointer;
  double zoom, window_hu, level_hu;
  gboolean explain, marks_hidden, invert, detecting;
  int capsule;

  CapFindings *findings;
  GListStore *items;
  CapFindingOrder *order;
  CapFindingItem *selected;
};

enum {
  PROP_PHASE = 1,
  PROP_MESSAGE,
  PROP_STAGE,
  PROP_FRACTION,
  PROP_DETECTING,
  PROP_EXPLAIN,
  PROP_MARKS_HIDDEN,
  PROP_INVERT,
  PROP_WINDOW,
  PROP_LEVEL,
  PROP_CAPSULE,
  PROP_SELECTED,
  N_PROPERTIES
};
static GParamSpec *properties[N_PROPERTIES];

enum {
  VOLUME_CHANGED,
  PLANES_ARRIVED,
  POSITION_CHANGED,
  POINTER_CHANGED,
  MARKS_CHANGED,
  FINDINGS_STATE,
  WARNING,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE(CapSession, cap_session, G_TYPE_OBJECT)

static void
notify(CapSession *self, guint property)
{
  g_object_notify_by_pspec(G_OBJECT(self), properties[property]);
}

static void
get_property(GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CapSession *self = CAP_SESSION(object);
  switch (id) {
  case PROP_PHASE:
    g_value_set_int(value, self->phase);
    break;
  case PROP_MESSAGE:
    g_value_set_string(value, self->message);
    break;
  case PROP_STAGE:
    g_value_set_string(value, self->stage);
    break;
  case PROP_FRACTION:
    g_value_set_double(value, self->fraction);
    break;
  case PROP_DETECTING:
    g_value_set_boolean(value, self->detecting);
    break;
  case PROP_EXPLAIN:
    g_value_set_boolean(value, self->explain);
    break;
  case PROP_MARKS_HIDDEN:
    g_value_set_boolean(value, self->marks_hidden);
    break;
  case PROP_INVERT:
    g_value_set_boolean(value, self->invert);
    break;
  case PROP_WINDOW:
    g_value_set_double(value, self->window_hu);
    break;
  case PROP_LEVEL:
    g_value_set_double(value, self->level_hu);
    break;
  case PROP_CAPSULE:
    g_value_set_int(value, self->capsule);
    break;
  case PROP_SELECTED:
    g_value_set_object(value, self->selected);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
  }
}

static void
set_flag(CapSession *self, gboolean *flag, gboolean value, guint property)
{
  if (*flag == value)
    return;
  *flag = value;
  notify(self, property);
}

static void
set_property(GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  CapSession *self = CAP_SESSION(object);
  switch (id) {
  case PROP_EXPLAIN:
    set_flag(self, &self->explain, g_value_get_boolean(value), id);
    break;
  case PROP_MARKS_HIDDEN:
    set_flag(self, &self->marks_hidden, g_value_get_boolean(value), id);
    break;
  case PROP_INVERT:
    set_flag(self, &self->invert, g_value_get_boolean(value), id);
    break;
  case PROP_CAPSULE:
    if (self->capsule != g_value_get_int(value)) {
      self->capsule = g_value_get_int(value);
      notify(self, id);
    }
    break;
  case PROP_SELECTED:
    cap_session_select(self, g_value_get_object(value), TRUE);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
  }
}

static void
finalize(GObject *object)
{
  CapSession *self = CAP_SESSION(object);
  g_clear_object(&self->selected);
  g_clear_pointer(&self->order, cap_finding_order_free);
  g_clear_object(&self->items);
  cap_findings_free(self->findings);
  g_clear_pointer(&self->volume, cap_shared_unref);
  g_clear_pointer(&self->list, cap_shared_unref);
  g_free(self->message);
  g_free(self->stage);
  g_free(self->path);
  g_free(self->detection_failure);
  G_OBJECT_CLASS(cap_session_parent_class)->finalize(object);
}

static guint
add_signal(CapSessionClass *klass, const char *name, GType argument)
{
  return g_signal_new(name, G_TYPE_FROM_CLASS(klass), G_SIGNAL_RUN_LAST, 0,
                      NULL, NULL, NULL, G_TYPE_NONE,
                      argument == G_TYPE_NONE ? 0 : 1, argument);
}

static void
cap_session_class_init(CapSessionClass *klass)
{
  GObjectClass *object = G_OBJECT_CLASS(klass);
  object->get_property = get_property;
  object->set_property = set_property;
  object->finalize = finalize;
  const GParamFlags read = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  const GParamFlags both =
      G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  GParamSpec **p = properties;
  p[PROP_PHASE] =
      g_param_spec_int("phase", NULL, NULL, 0, CAP_PHASE_FAILED, 0, read);
  p[PROP_MESSAGE] = g_param_spec_string("message", NULL, NULL, "", read);
  p[PROP_STAGE] = g_param_spec_string("stage", NULL, NULL, "", read);
  p[PROP_FRACTION] = g_param_spec_double("fraction", NULL, NULL, 0, 1, 0, read);
  p[PROP_DETECTING] =
      g_param_spec_boolean("detecting", NULL, NULL, FALSE, read);
  p[PROP_EXPLAIN] = g_param_spec_boolean("explain", NULL, NULL, FALSE, both);
  p[PROP_MARKS_HIDDEN] =
      g_param_spec_boolean("marks-hidden", NULL, NULL, FALSE, both);
  p[PROP_INVERT] = g_param_spec_boolean("invert", NULL, NULL, FALSE, both);
  p[PROP_WINDOW] = g_param_spec_double("window", NULL, NULL, 0, WINDOW_MAX_HU,
                                       WINDOW_LUNG_HU, read);
  p[PROP_LEVEL] = g_param_spec_double("level", NULL, NULL, -32768, 32767,
                                      LEVEL_LUNG_HU, read);
  p[PROP_CAPSULE] =
      g_param_spec_int("capsule", NULL, NULL, 0, CAP_N_CAPSULES - 1, 0, both);
  p[PROP_SELECTED] =
      g_param_spec_object("selected", NULL, NULL, CAP_TYPE_FINDING_ITEM, both);
  g_object_class_install_properties(object, N_PROPERTIES, properties);

  signals[VOLUME_CHANGED] = add_signal(klass, "volume-changed", G_TYPE_NONE);
  signals[PLANES_ARRIVED] = add_signal(klass, "planes-arrived", G_TYPE_NONE);
  signals[POSITION_CHANGED] =
      add_signal(klass, "position-changed", G_TYPE_BOOLEAN);
  signals[POINTER_CHANGED] = add_signal(klass, "pointer-changed", G_TYPE_NONE);
  signals[MARKS_CHANGED] = add_signal(klass, "marks-changed", G_TYPE_NONE);
  signals[FINDINGS_STATE] = add_signal(klass, "findings-state", G_TYPE_NONE);
  signals[WARNING] = add_signal(klass, "warning", G_TYPE_STRING);
}

static void
cap_session_init(CapSession *self)
{
  self->message = g_strdup("");
  self->stage = g_strdup("");
  self->path = g_strdup("");
  self->detection_failure = g_strdup("");
  self->series_index = -1;
  self->window_hu = WINDOW_LUNG_HU;
  self->level_hu = LEVEL_LUNG_HU;
  self->zoom = 1;
  self->items = g_list_store_new(CAP_TYPE_FINDING_ITEM);
  self->order = cap_finding_order_new(G_LIST_MODEL(self->items));
}

CapSession *
cap_session_new(void)
{
  return g_object_new(CAP_TYPE_SESSION, NULL);
}

/* ---- study and volume ---- */

const CapVolume *
cap_session_volume(CapSession *self)
{
  return cap_shared_get(self->volume);
}

CapShared *
cap_session_share_volume(CapSession *self)
{
  return self->volume ? cap_shared_ref(self->volume) : NULL;
}

const CapSource *
cap_session_source(CapSession *self)
{
  const CapVolume *volume = cap_session_volume(self);
  const CapSeriesList *list = cap_session_series_list(self);
  /* The source of a complete volume also knows what reading turned up. */
  if (volume != NULL && self->complete)
    return volume->source;
  if (list != NULL && self->series_index >= 0) {
    const CapSeries *series = list->series->pdata[self->series_index];
    return series->source;
  }
  return volume != NULL ? volume->source : NULL;
}

const CapSeriesList *
cap_session_series_list(CapSession *self)
{
  return cap_shared_get(self->list);
}

CapShared *
cap_session_share_series_list(CapSession *self)
{
  return self->list ? cap_shared_ref(self->list) : NULL;
}

int
cap_session_series_index(CapSession *self)
{
  return self->series_index;
}

const char *
cap_session_path(CapSession *self)
{
  return self->path;
}

guint
cap_session_serial(CapSession *self)
{
  return self->serial;
}

gboolean
cap_session_is_complete(CapSession *self)
{
  return self->complete;
}

static void
replace_text(char **text, const char *with)
{
  char *copy = g_strdup(with ? with : "");
  g_free(*text);
  *text = copy;
}

void
cap_session_reset(CapSession *self, const char *path)
{
  cap_session_set_findings(self, NULL);
  cap_session_set_volume(self, NULL, FALSE);
  g_clear_pointer(&self->list, cap_shared_unref);
  self->series_index = -1;
  replace_text(&self->path, path);
  replace_text(&self->message, "");
  notify(self, PROP_MESSAGE);
}

void
cap_session_set_phase(CapSession *self, CapPhase phase)
{
  self->phase = phase;
  notify(self, PROP_PHASE);
}

/* The sentence that the command line prints. */
static char *
sentence(const GError *error)
{
  const int code =
      error->domain == CAP_ERROR ? error->code : CAP_ERROR_INTERNAL;
  return g_strdup_printf("%s [%s]", error->message, cap_error_name(code));
}

void
cap_session_warn(CapSession *self, const GError *error)
{
  g_autofree char *text = sentence(error);
  g_signal_emit(self, signals[WARNING], 0, text);
}

void
cap_session_fail(CapSession *self, const GError *error)
{
  g_free(self->message);
  self->message = sentence(error);
  notify(self, PROP_MESSAGE);
  cap_session_set_phase(self, CAP_PHASE_FAILED);
}

void
cap_session_set_progress(CapSession *self, const char *stage, double fraction)
{
  if (!g_str_equal(self->stage, stage)) {
    replace_text(&self->stage, stage);
    notify(self, PROP_STAGE);
  }
  self->fraction = CLAMP(fraction, 0, 1);
  notify(self, PROP_FRACTION);
}

void
cap_session_set_series_list(CapSession *self, CapShared *list)
{
  if (list != NULL)
    cap_shared_ref(list);
  g_clear_pointer(&self->list, cap_shared_unref);
  self->list = list;
  self->series_index = -1;
}

void
cap_session_set_series_index(CapSession *self, int index)
{
  self->series_index = index;
}

static CapPoint
middle(const CapVolume *v)
{
  return cap_volume_to_patient(v, (CapPoint){(v->columns - 1) / 2.0,
                                             (v->rows - 1) / 2.0,
                                             floor((v->slices - 1) / 2.0)});
}

static gboolean
same_grid(const CapVolume *a, const CapVolume *b)
{
  return a != NULL && b != NULL && a->columns == b->columns &&
         a->rows == b->rows && a->slices == b->slices;
}

void
cap_session_set_volume(CapSession *self, CapShared *volume, gboolean complete)
{
  const CapVolume *now = cap_shared_get(volume);
  const gboolean keep = same_grid(now, cap_session_volume(self));
  if (volume == NULL && self->volume == NULL)
    return;
  if (volume != NULL)
    cap_shared_ref(volume);
  g_clear_pointer(&self->volume, cap_shared_unref);
  self->volume = volume;
  self->complete = complete && volume != NULL;
  self->serial++;
  self->has_pointer = self->has_pointer && volume != NULL;
  if (now != NULL && !keep)
    self->position_mm = middle(now);
  g_signal_emit(self, signals[keep ? PLANES_ARRIVED : VOLUME_CHANGED], 0);
}

void
cap_session_planes_arrived(CapSession *self)
{
  self->serial++;
  g_signal_emit(self, signals[PLANES_ARRIVED], 0);
}

/* ---- looking ---- */

CapPoint
cap_session_position(CapSession *self)
{
  return self->position_mm;
}

void
cap_session_set_position(CapSession *self, CapPoint at_mm, gboolean center)
{
  const CapVolume *v = cap_session_volume(self);
  if (v == NULL)
    return;
  CapPoint at = cap_volume_to_index(v, at_mm);
  at.x = CLAMP(at.x, 0, v->columns - 1);
  at.y = CLAMP(at.y, 0, v->rows - 1);
  at.z = CLAMP(at.z, 0, v->slices - 1);
  self->position_mm = cap_volume_to_patient(v, at);
  g_signal_emit(self, signals[POSITION_CHANGED], 0, center);
}

void
cap_session_scroll(CapSession *self, CapPlane plane, int steps)
{
  const CapVolume *v = cap_session_volume(self);
  if (v == NULL || steps == 0)
    return;
  const int last = cap_slice_count(v, plane) - 1;
  const int index = cap_slice_index(v, plane, self->position_mm);
  cap_session_set_position(self,
                           cap_slice_at_index(v, plane,
                                              CLAMP(index + steps, 0, last),
                                              self->position_mm),
                           FALSE);
}

double
cap_session_window(CapSession *self)
{
  return self->window_hu;
}

double
cap_session_level(CapSession *self)
{
  return self->level_hu;
}

void
cap_session_set_window(CapSession *self, double window_hu, double level_hu)
{
  self->window_hu = CLAMP(window_hu, WINDOW_MIN_HU, WINDOW_MAX_HU);
  self->level_hu = CLAMP(level_hu, -2000.0, 4000.0);
  g_object_freeze_notify(G_OBJECT(self));
  notify(self, PROP_WINDOW);
  notify(self, PROP_LEVEL);
  g_object_thaw_notify(G_OBJECT(self));
}

void
cap_session_set_pointer(CapSession *self, const CapPoint *at_mm, double zoom)
{
  self->has_pointer = at_mm != NULL;
  if (at_mm != NULL)
    self->pointer_mm = *at_mm;
  self->zoom = zoom;
  g_signal_emit(self, signals[POINTER_CHANGED], 0);
}

CapPoint
cap_session_reading_point(CapSession *self)
{
  return self->has_pointer ? self->pointer_mm : self->position_mm;
}

double
cap_session_zoom(CapSession *self)
{
  return self->zoom;
}

gboolean
cap_session_hu(CapSession *self, CapPoint at_mm, int *hu)
{
  const CapVolume *v = cap_session_volume(self);
  if (v == NULL)
    return FALSE;
  const CapPoint at = cap_volume_to_index(v, at_mm);
  const int c = (int)floor(at.x + 0.5), r = (int)floor(at.y + 0.5),
            s = (int)floor(at.z + 0.5);
  if (c < 0 || r < 0 || s < 0 || c >= v->columns || r >= v->rows ||
      s >= v->slices || !v->valid[s])
    return FALSE;
  *hu = cap_volume_at(v, c, r, s);
  return TRUE;
}

gboolean
cap_session_explain(CapSession *self)
{
  return self->explain;
}

gboolean
cap_session_marks_hidden(CapSession *self)
{
  return self->marks_hidden;
}

gboolean
cap_session_invert(CapSession *self)
{
  return self->invert;
}

gboolean
cap_session_detecting(CapSession *self)
{
  return self->detecting;
}

int
cap_session_capsule(CapSession *self)
{
  return self->capsule;
}

CapPhase
cap_session_phase(CapSession *self)
{
  return self->phase;
}

const char *
cap_session_message(CapSession *self)
{
  return self->message;
}

const char *
cap_session_stage(CapSession *self)
{
  return self->stage;
}

double
cap_session_fraction(CapSession *self)
{
  return self->fraction;
}

/* ---- findings ---- */

void
cap_session_set_findings(CapSession *self, CapFindings *findings)
{
  cap_session_select(self, NULL, FALSE);
  replace_text(&self->detection_failure, "");
  g_list_store_remove_all(self->items);
  cap_findings_free(self->findings);
  self->findings = findings;
  for (guint i = 0; findings != NULL && i < findings->items->len; i++) {
    g_autoptr(CapFindingItem) item =
        cap_finding_item_new(cap_finding_copy(findings->items->pdata[i]));
    g_list_store_append(self->items, item);
  }
  g_signal_emit(self, signals[MARKS_CHANGED], 0);
  g_signal_emit(self, signals[FINDINGS_STATE], 0);
}

const CapFindings *
cap_session_findings(CapSession *self)
{
  return self->findings;
}

GListModel *
cap_session_all_items(CapSession *self)
{
  return G_LIST_MODEL(self->items);
}

GListModel *
cap_session_visible_items(CapSession *self)
{
  return cap_finding_order_model(self->order);
}

void
cap_session_set_sort(CapSession *self, CapSortKey key)
{
  cap_finding_order_set_sort(self->order, key);
}

void
cap_session_set_status_filter(CapSession *self, int status)
{
  cap_finding_order_set_status(self->order, status);
}

CapFindingItem *
cap_session_selected(CapSession *self)
{
  return self->selected;
}

void
cap_session_select(CapSession *self, CapFindingItem *item, gboolean go)
{
  if (g_set_object(&self->selected, item))
    notify(self, PROP_SELECTED);
  if (item != NULL && go)
    cap_session_set_position(self, cap_finding_item_get(item)->center_mm, TRUE);
}

gboolean
cap_session_select_step(CapSession *self, int step)
{
  GListModel *model = cap_session_visible_items(self);
  const int n = (int)g_list_model_get_n_items(model);
  int at = step > 0 ? -1 : n;
  for (int i = 0; i < n && self->selected != NULL; i++) {
    g_autoptr(CapFindingItem) item = g_list_model_get_item(model, i);
    if (item == self->selected)
      at = i;
  }
  if (at + step < 0 || at + step >= n)
    return FALSE;
  g_autoptr(CapFindingItem) next = g_list_model_get_item(model, at + step);
  cap_session_select(self, next, TRUE);
  return TRUE;
}

void
cap_session_set_status(CapSession *self, CapStatus status)
{
  if (self->selected == NULL)
    return;
  cap_finding_item_set_status(self->selected, status);
  cap_finding_order_refresh(self->order);
  g_signal_emit(self, signals[MARKS_CHANGED], 0);
}

void
cap_session_set_detecting(CapSession *self, gboolean detecting)
{
  set_flag(self, &self->detecting, detecting, PROP_DETECTING);
}

void
cap_session_set_detection_failure(CapSession *self, const GError *error)
{
  g_autofree char *text = error != NULL ? sentence(error) : NULL;
  replace_text(&self->detection_failure, text);
  g_signal_emit(self, signals[FINDINGS_STATE], 0);
}

const char *
cap_session_detection_failure(CapSession *self)
{
  return self->detection_failure;
}
