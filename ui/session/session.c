/* CapSession: see session.h. */
#include "ui/session/session_private.h"

#include "core/error.h"
#include "core/told.h"

static GParamSpec *properties[CAP_SESSION_N_PROPERTIES];

static guint signals[CAP_SESSION_N_SIGNALS];

G_DEFINE_FINAL_TYPE(CapSession, cap_session, G_TYPE_OBJECT)

void
cap_session_notify(CapSession *self, guint property)
{
  g_object_notify_by_pspec(G_OBJECT(self), properties[property]);
}

void
cap_session_emit(CapSession *self, guint signal, gboolean value)
{
  if (signal == CAP_SESSION_POSITION_CHANGED)
    g_signal_emit(self, signals[signal], 0, value);
  else
    g_signal_emit(self, signals[signal], 0);
}

static void
get_property(GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CapSession *self = CAP_SESSION(object);
  switch (id) {
  case CAP_SESSION_PROP_PHASE:
    g_value_set_int(value, self->phase);
    break;
  case CAP_SESSION_PROP_MESSAGE:
    g_value_set_string(value, self->message);
    break;
  case CAP_SESSION_PROP_STAGE:
    g_value_set_string(value, self->stage);
    break;
  case CAP_SESSION_PROP_FRACTION:
    g_value_set_double(value, self->fraction);
    break;
  case CAP_SESSION_PROP_DETECTING:
    g_value_set_boolean(value, self->detecting);
    break;
  case CAP_SESSION_PROP_EXPLAIN:
    g_value_set_boolean(value, self->explain);
    break;
  case CAP_SESSION_PROP_MARKS_HIDDEN:
    g_value_set_boolean(value, self->marks_hidden);
    break;
  case CAP_SESSION_PROP_CAPSULE:
    g_value_set_int(value, self->capsule);
    break;
  case CAP_SESSION_PROP_SELECTED:
    g_value_set_object(value, self->selected);
    break;
  case CAP_SESSION_PROP_FIRST_READING:
    g_value_set_boolean(value, self->first_reading);
    break;
  case CAP_SESSION_PROP_TOOL:
    g_value_set_int(value, self->tool);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
  }
}

void
cap_session_set_flag(CapSession *self, gboolean *flag, gboolean value,
                     guint property)
{
  if (*flag == value)
    return;
  *flag = value;
  cap_session_notify(self, property);
}

static void
set_property(GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  CapSession *self = CAP_SESSION(object);
  switch (id) {
  case CAP_SESSION_PROP_EXPLAIN:
    cap_session_set_flag(self, &self->explain, g_value_get_boolean(value), id);
    break;
  case CAP_SESSION_PROP_MARKS_HIDDEN:
    cap_session_set_flag(self, &self->marks_hidden, g_value_get_boolean(value),
                         id);
    break;
  case CAP_SESSION_PROP_CAPSULE:
    if (self->capsule != g_value_get_int(value)) {
      self->capsule = g_value_get_int(value);
      cap_session_notify(self, id);
    }
    break;
  case CAP_SESSION_PROP_SELECTED:
    cap_session_select(self, g_value_get_object(value), TRUE);
    break;
  case CAP_SESSION_PROP_FIRST_READING:
    cap_session_set_first_reading(self, g_value_get_boolean(value));
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
  g_clear_object(&self->look);
  g_clear_object(&self->ruler);
  g_clear_object(&self->key_images);
  g_clear_pointer(&self->review, cap_review_close);
  g_free(self->review_path);
  g_free(self->reader);
  g_free(self->beside);
  g_free(self->seen);
  g_clear_pointer(&self->volume, cap_shared_unref);
  g_clear_pointer(&self->list, cap_shared_unref);
  g_free(self->message);
  g_free(self->stage);
  g_free(self->path);
  g_free(self->detection_failure);
  g_free(self->frame_uid);
  g_free(self->weights);
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
  p[CAP_SESSION_PROP_PHASE] =
      g_param_spec_int("phase", NULL, NULL, 0, CAP_PHASE_FAILED, 0, read);
  p[CAP_SESSION_PROP_MESSAGE] =
      g_param_spec_string("message", NULL, NULL, "", read);
  p[CAP_SESSION_PROP_STAGE] =
      g_param_spec_string("stage", NULL, NULL, "", read);
  p[CAP_SESSION_PROP_FRACTION] =
      g_param_spec_double("fraction", NULL, NULL, 0, 1, 0, read);
  p[CAP_SESSION_PROP_DETECTING] =
      g_param_spec_boolean("detecting", NULL, NULL, FALSE, read);
  p[CAP_SESSION_PROP_EXPLAIN] =
      g_param_spec_boolean("explain", NULL, NULL, FALSE, both);
  p[CAP_SESSION_PROP_MARKS_HIDDEN] =
      g_param_spec_boolean("marks-hidden", NULL, NULL, FALSE, both);
  p[CAP_SESSION_PROP_CAPSULE] =
      g_param_spec_int("capsule", NULL, NULL, 0, CAP_N_CAPSULES - 1, 0, both);
  p[CAP_SESSION_PROP_SELECTED] =
      g_param_spec_object("selected", NULL, NULL, CAP_TYPE_FINDING_ITEM, both);
  p[CAP_SESSION_PROP_FIRST_READING] =
      g_param_spec_boolean("first-reading", NULL, NULL, FALSE, both);
  p[CAP_SESSION_PROP_TOOL] =
      g_param_spec_int("tool", NULL, NULL, 0, CAP_TOOL_MERGE, 0, read);
  g_object_class_install_properties(object, CAP_SESSION_N_PROPERTIES,
                                    properties);

  signals[CAP_SESSION_VOLUME_CHANGED] =
      add_signal(klass, "volume-changed", G_TYPE_NONE);
  signals[CAP_SESSION_PLANES_ARRIVED] =
      add_signal(klass, "planes-arrived", G_TYPE_NONE);
  signals[CAP_SESSION_POSITION_CHANGED] =
      add_signal(klass, "position-changed", G_TYPE_BOOLEAN);
  add_signal(klass, "key-image-shown", CAP_TYPE_KEY_IMAGE);
  signals[CAP_SESSION_POINTER_CHANGED] =
      add_signal(klass, "pointer-changed", G_TYPE_NONE);
  signals[CAP_SESSION_MARKS_CHANGED] =
      add_signal(klass, "marks-changed", G_TYPE_NONE);
  signals[CAP_SESSION_FINDINGS_STATE] =
      add_signal(klass, "findings-state", G_TYPE_NONE);
  signals[CAP_SESSION_WARNING] = add_signal(klass, "warning", G_TYPE_STRING);
}

static void
cap_session_init(CapSession *self)
{
  self->message = g_strdup("");
  self->stage = g_strdup("");
  self->path = g_strdup("");
  self->detection_failure = g_strdup("");
  self->review_path = g_strdup("");
  self->reader = g_strdup("");
  self->beside = g_strdup("");
  self->series_index = -1;
  self->look = cap_look_new();
  self->ruler = cap_ruler_new();
  self->key_images = g_list_store_new(CAP_TYPE_KEY_IMAGE);
  self->brush_mm = 4;
  self->items = g_list_store_new(CAP_TYPE_FINDING_ITEM);
  self->order = cap_finding_order_new(G_LIST_MODEL(self->items));
}

CapSession *
cap_session_new(void)
{
  return g_object_new(CAP_TYPE_SESSION, NULL);
}

/* ---- what is open ---- */

void
cap_session_replace_text(char **text, const char *with)
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
  cap_session_replace_text(&self->path, path);
  cap_session_replace_text(&self->message, "");
  cap_session_notify(self, CAP_SESSION_PROP_MESSAGE);
}

void
cap_session_set_phase(CapSession *self, CapPhase phase)
{
  self->phase = phase;
  cap_session_notify(self, CAP_SESSION_PROP_PHASE);
}

void
cap_session_warn(CapSession *self, const GError *error)
{
  g_autofree char *text = cap_told_error(error);
  g_signal_emit(self, signals[CAP_SESSION_WARNING], 0, text);
}

void
cap_session_fail(CapSession *self, const GError *error)
{
  g_free(self->message);
  self->message = cap_told_error(error);
  cap_session_notify(self, CAP_SESSION_PROP_MESSAGE);
  cap_session_set_phase(self, CAP_PHASE_FAILED);
}

void
cap_session_set_progress(CapSession *self, const char *stage, double fraction)
{
  if (!g_str_equal(self->stage, stage)) {
    cap_session_replace_text(&self->stage, stage);
    cap_session_notify(self, CAP_SESSION_PROP_STAGE);
  }
  self->fraction = CLAMP(fraction, 0, 1);
  cap_session_notify(self, CAP_SESSION_PROP_FRACTION);
}

/* ---- flags and work ---- */

gboolean
cap_session_explain(CapSession *self)
{
  return self->explain;
}

CapFindingItem *
cap_session_explained(CapSession *self)
{
  return self->explain && self->selected != NULL &&
                 cap_finding_has_capsules(cap_finding_item_get(self->selected))
             ? self->selected
             : NULL;
}

gboolean
cap_session_marks_hidden(CapSession *self)
{
  return self->marks_hidden;
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
