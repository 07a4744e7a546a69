/* CapCine: see cine.h. */
#include "ui/view/cine.h"

#define RATE 15

struct _CapCine {
  GObject parent;
  CapSession *session;
  CapPlane plane;
  gboolean playing, backwards;
  int rate;
  CapCineMode mode;
  guint timer;
};

enum { PLAYING = 1, BACKWARDS, RATE_ID, MODE, N_PROPERTIES };

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE(CapCine, cap_cine, G_TYPE_OBJECT)

static void
set_playing(CapCine *self, gboolean playing)
{
  g_object_set(self, "playing", playing, NULL);
}

/* Forwards is from head to feet, from front to back and from right to left. */
static int
step_of(const CapCine *self)
{
  return (self->plane == CAP_PLANE_AXIAL) == self->backwards ? 1 : -1;
}

/* What happens at an end; FALSE when it stops there. */
static gboolean
turn_around(CapCine *self, int last)
{
  switch (self->mode) {
  case CAP_CINE_LOOP:
    cap_session_scroll(self->session, self->plane, -step_of(self) * last);
    return TRUE;
  case CAP_CINE_BOUNCE:
    g_object_set(self, "backwards", !self->backwards, NULL);
    cap_session_scroll(self->session, self->plane, step_of(self));
    return TRUE;
  case CAP_CINE_ONCE:
    break;
  }
  return FALSE;
}

static gboolean
on_tick(gpointer data)
{
  CapCine *self = data;
  const CapVolume *volume = cap_session_volume(self->session);
  const int last =
      volume != NULL ? cap_slice_count(volume, self->plane) - 1 : 0;
  if (last < 1) {
    set_playing(self, FALSE);
    return G_SOURCE_CONTINUE; /* the source is gone already */
  }
  const int index =
      cap_slice_index(volume, self->plane, cap_session_position(self->session));
  const int next = index + step_of(self);
  if (next >= 0 && next <= last)
    cap_session_scroll(self->session, self->plane, step_of(self));
  else if (!turn_around(self, last))
    set_playing(self, FALSE);
  return G_SOURCE_CONTINUE;
}

static void
update_timer(CapCine *self)
{
  g_clear_handle_id(&self->timer, g_source_remove);
  if (self->playing)
    self->timer = g_timeout_add(1000 / self->rate, on_tick, self);
}

static void
get_property(GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CapCine *self = CAP_CINE(object);
  switch (id) {
  case PLAYING:
    g_value_set_boolean(value, self->playing);
    break;
  case BACKWARDS:
    g_value_set_boolean(value, self->backwards);
    break;
  case RATE_ID:
    g_value_set_int(value, self->rate);
    break;
  case MODE:
    g_value_set_int(value, self->mode);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
  }
}

static void
set_property(GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  CapCine *self = CAP_CINE(object);
  switch (id) {
  case PLAYING:
    self->playing = g_value_get_boolean(value);
    break;
  case BACKWARDS:
    self->backwards = g_value_get_boolean(value);
    break;
  case RATE_ID:
    self->rate = g_value_get_int(value);
    break;
  case MODE:
    self->mode = (CapCineMode)g_value_get_int(value);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
  }
  if (id == PLAYING || id == RATE_ID)
    update_timer(self);
}

static void
cap_cine_dispose(GObject *object)
{
  CapCine *self = CAP_CINE(object);
  g_clear_handle_id(&self->timer, g_source_remove);
  g_clear_object(&self->session);
  G_OBJECT_CLASS(cap_cine_parent_class)->dispose(object);
}

static void
cap_cine_class_init(CapCineClass *klass)
{
  GObjectClass *object = G_OBJECT_CLASS(klass);
  object->get_property = get_property;
  object->set_property = set_property;
  object->dispose = cap_cine_dispose;
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;
  properties[PLAYING] =
      g_param_spec_boolean("playing", NULL, NULL, FALSE, flags);
  properties[BACKWARDS] =
      g_param_spec_boolean("backwards", NULL, NULL, FALSE, flags);
  properties[RATE_ID] =
      g_param_spec_int("rate", NULL, NULL, 1, 60, RATE, flags);
  properties[MODE] = g_param_spec_int("mode", NULL, NULL, 0, CAP_CINE_ONCE,
                                      CAP_CINE_LOOP, flags);
  g_object_class_install_properties(object, N_PROPERTIES, properties);
}

static void
cap_cine_init(CapCine *self)
{
  self->rate = RATE;
}

CapCine *
cap_cine_new(CapSession *session)
{
  CapCine *self = g_object_new(CAP_TYPE_CINE, NULL);
  self->session = g_object_ref(session);
  return self;
}

void
cap_cine_set_plane(CapCine *self, CapPlane plane)
{
  self->plane = plane;
}

gboolean
cap_cine_is_playing(CapCine *self)
{
  return self->playing;
}
