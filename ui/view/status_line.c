/* CapStatusLine: see status_line.h. */
#include "ui/view/status_line.h"

#include "core/image/slice.h"
#include "core/image/unit.h"
#include "core/irregularity.h"
#include "core/language.h"
#include "core/told.h"
#include "ui/label.h"
#include "ui/study/case_words.h"
#include "ui/view/annotation.h"

#define GAP 14 /* pixels */

enum { PLACE, VALUE, SLICE, IMAGE, SLAB, WINDOW, ZOOM, NOTE, N_LABELS };

struct _CapStatusLine {
  GtkWidget parent;
  CapSession *session;
  CapViews *views; /* or NULL */
  GtkWidget *labels[N_LABELS], *cases, *cases_list;
};

G_DEFINE_FINAL_TYPE(CapStatusLine, cap_status_line, GTK_TYPE_WIDGET)

static void
set_text(CapStatusLine *self, int which, const char *text)
{
  if (g_strcmp0(gtk_label_get_text(GTK_LABEL(self->labels[which])), text) != 0)
    gtk_label_set_text(GTK_LABEL(self->labels[which]), text);
  gtk_widget_set_visible(self->labels[which], *text != '\0');
}

static void G_GNUC_PRINTF(3, 4)
    set_textf(CapStatusLine *self, int which, const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  g_autofree char *text = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  g_autofree char *shown = cap_label_minus(text);
  set_text(self, which, shown);
}

/* The view that is read: under the mouse, else the active one. */
static CapPane *
pane_read(CapStatusLine *self)
{
  CapPoint at;
  for (int plane = 0; plane <= CAP_PLANE_SAGITTAL; plane++)
    if (cap_session_pointer(self->session, (CapPlane)plane, &at))
      return cap_views_pane(self->views, (CapPlane)plane);
  return cap_views_active(self->views);
}

static void
update_zoom(CapStatusLine *self)
{
  CapViewport port;
  if (self->views == NULL || !cap_pane_viewport(pane_read(self), &port)) {
    set_text(self, ZOOM, "");
    return;
  }
  g_autofree char *zoom = cap_annotation_zoom(&port);
  set_textf(self, ZOOM, _("Zoom %s"), zoom);
}

static void
update_pointer(CapStatusLine *self)
{
  if (cap_session_volume(self->session) == NULL)
    return;
  const unsigned unknown = cap_session_unknown(self->session);
  const char *unit = cap_unit_after_value(unknown);
  g_autofree char *place =
      cap_annotation_place(cap_session_volume(self->session),
                           cap_session_reading_point(self->session));
  set_text(self, PLACE, place);
  int hu;
  if (cap_session_hu(self->session, &hu))
    set_textf(self, VALUE, "%d%s", hu, unit);
  else
    set_textf(self, VALUE, "–%s", unit);
  update_zoom(self);
}

static void
update_position(CapStatusLine *self)
{
  const CapVolume *v = cap_session_volume(self->session);
  if (v == NULL)
    return;
  const int index =
      cap_slice_index(v, CAP_PLANE_AXIAL, cap_session_position(self->session));
  set_textf(self, SLICE, _("Slice %d/%d"), index + 1,
            cap_slice_count(v, CAP_PLANE_AXIAL));
  g_autofree char *image = cap_slice_is_stored(v, CAP_PLANE_AXIAL)
                               ? cap_annotation_image(v, index)
                               : NULL;
  set_text(self, IMAGE, image != NULL ? image : "");
  update_pointer(self);
}

static void
update_window(CapStatusLine *self)
{
  CapLook *look = cap_session_look(self->session);
  if (cap_session_volume(self->session) != NULL)
    set_textf(self, WINDOW, "W %.0f  L %.0f", cap_look_window(look),
              cap_look_level(look));
}

static void
update_slab(CapStatusLine *self)
{
  if (cap_session_volume(self->session) == NULL)
    return;
  const CapSlab slab = cap_look_slab(cap_session_look(self->session));
  g_autofree char *text =
      cap_look_slab_text(slab, cap_session_unknown(self->session));
  set_text(self, SLAB, text);
  if (slab.kind != CAP_SLAB_OFF)
    gtk_widget_add_css_class(self->labels[SLAB], "grave");
  else
    gtk_widget_remove_css_class(self->labels[SLAB], "grave");
  update_pointer(self); /* HU are those of the slab */
}

static GtkWidget *
case_row(const CapIrregularity *irregularity)
{
  g_autofree char *file =
      *irregularity->file != '\0'
          ? g_markup_printf_escaped(" <span alpha='75%%'>(%s)</span>",
                                    irregularity->file)
          : g_strdup("");
  g_autofree char *text_told = cap_told(irregularity->text);
  g_autofree char *effect_told = cap_told(irregularity->effect);
  g_autofree char *effect =
      *irregularity->effect != '\0'
          ? g_markup_printf_escaped("\n<span alpha='75%%'>%s</span>",
                                    effect_told)
          : g_strdup("");
  g_autofree char *head = g_markup_printf_escaped(
      "<b>%s  %s</b>\n%s", cap_irregularity_code(irregularity->number),
      _(cap_irregularity_title(irregularity->number)), text_told);
  g_autofree char *markup = g_strconcat(head, file, effect, NULL);
  g_autofree char *shown = cap_label_minus(markup);
  GtkWidget *label = cap_label_wrapped_new(NULL, "case", 60);
  gtk_label_set_markup(GTK_LABEL(label), shown);
  gtk_label_set_width_chars(GTK_LABEL(label), 44); /* popovers ask the least */
  gtk_label_set_selectable(GTK_LABEL(label), TRUE);
  return label;
}

static void
update_cases(CapStatusLine *self)
{
  const CapSource *source = cap_session_source(self->session);
  for (GtkWidget *child;
       (child = gtk_widget_get_first_child(self->cases_list)) != NULL;)
    gtk_box_remove(GTK_BOX(self->cases_list), child);
  const guint n = source != NULL ? source->irregularities->len : 0;
  gtk_widget_set_visible(self->cases, n > 0);
  if (n == 0)
    return;
  for (guint i = 0; i < n; i++)
    gtk_box_append(GTK_BOX(self->cases_list),
                   case_row(source->irregularities->pdata[i]));
  gboolean grave;
  g_autofree char *text =
      cap_case_words_summary(source->irregularities, &grave);
  gtk_menu_button_set_label(GTK_MENU_BUTTON(self->cases), text);
  if (grave)
    gtk_widget_add_css_class(self->cases, "grave");
  else
    gtk_widget_remove_css_class(self->cases, "grave");
}

static void
update_all(CapStatusLine *self)
{
  if (cap_session_volume(self->session) == NULL)
    for (int i = 0; i < N_LABELS; i++)
      set_text(self, i, "");
  update_position(self);
  update_slab(self);
  update_window(self);
  update_cases(self);
  const CapVolume *v = cap_session_volume(self->session);
  int absent = 0;
  for (int s = 0; v != NULL && s < v->slices; s++)
    absent += !v->valid[s];
  if (absent > 0 && cap_session_is_complete(self->session))
    set_textf(self, NOTE, _("%d of %d slices missing"), absent, v->slices);
  else
    set_text(self, NOTE, "");
}

/* ---- layout ---- */

static int
wish(GtkWidget *child, GtkOrientation orientation)
{
  int natural = 0;
  if (gtk_widget_get_visible(child))
    gtk_widget_measure(child, orientation, -1, NULL, &natural, NULL, NULL);
  return natural;
}

/* The width of CHILD and the gap after it; 0 when it is not shown. */
static int
step(GtkWidget *child)
{
  const int width = wish(child, GTK_ORIENTATION_HORIZONTAL);
  return width > 0 ? width + GAP : 0;
}

/* The place and its value are never left out. */
static void
cap_status_line_measure(GtkWidget *widget, GtkOrientation orientation,
                        int for_size G_GNUC_UNUSED, int *minimum, int *natural,
                        int *minimum_baseline G_GNUC_UNUSED,
                        int *natural_baseline G_GNUC_UNUSED)
{
  const CapStatusLine *self = CAP_STATUS_LINE(widget);
  if (orientation == GTK_ORIENTATION_HORIZONTAL) {
    *minimum = step(self->labels[PLACE]) + step(self->labels[VALUE]) +
               wish(self->cases, orientation);
    *natural = wish(self->cases, orientation);
    for (int i = 0; i < N_LABELS; i++)
      *natural += step(self->labels[i]);
    return;
  }
  *natural = wish(self->cases, orientation);
  for (int i = 0; i < N_LABELS; i++)
    *natural = MAX(*natural, wish(self->labels[i], orientation));
  *minimum = *natural;
}

static void
put(CapStatusLine *self, GtkWidget *child, int x, int width, int height)
{
  const gboolean mirrored =
      gtk_widget_get_direction(GTK_WIDGET(self)) == GTK_TEXT_DIR_RTL;
  const int left =
      mirrored ? gtk_widget_get_width(GTK_WIDGET(self)) - x - width : x;
  if (gtk_widget_get_visible(child))
    gtk_widget_size_allocate(child, &(GtkAllocation){left, 0, width, height},
                             -1);
}

/* Where there is no room, what the corners of the images say as well is left
 * out first. */
static void
cap_status_line_size_allocate(GtkWidget *widget, int width, int height,
                              int baseline G_GNUC_UNUSED)
{
  static const int dispensable[] = {ZOOM, WINDOW, IMAGE, SLAB, NOTE, SLICE};
  CapStatusLine *self = CAP_STATUS_LINE(widget);
  const int cases = wish(self->cases, GTK_ORIENTATION_HORIZONTAL);
  int steps[N_LABELS], needed = cases, x = 0;
  for (int i = 0; i < N_LABELS; i++)
    needed += steps[i] = step(self->labels[i]);
  for (guint i = 0; i < G_N_ELEMENTS(dispensable) && needed > width; i++) {
    needed -= steps[dispensable[i]];
    steps[dispensable[i]] = 0;
  }
  for (int i = 0; i < N_LABELS; i++) {
    gtk_widget_set_child_visible(self->labels[i], steps[i] > 0);
    if (steps[i] > 0)
      put(self, self->labels[i], x, steps[i] - GAP, height);
    x += steps[i];
  }
  put(self, self->cases, width - cases, cases, height);
}

/* Whatever changes a view ends in a picture of it. */
static void
cap_status_line_realize(GtkWidget *widget)
{
  GTK_WIDGET_CLASS(cap_status_line_parent_class)->realize(widget);
  g_signal_connect_swapped(gtk_widget_get_frame_clock(widget), "after-paint",
                           G_CALLBACK(update_zoom), widget);
}

static void
cap_status_line_unrealize(GtkWidget *widget)
{
  g_signal_handlers_disconnect_by_func(gtk_widget_get_frame_clock(widget),
                                       update_zoom, widget);
  GTK_WIDGET_CLASS(cap_status_line_parent_class)->unrealize(widget);
}

static void
cap_status_line_dispose(GObject *object)
{
  CapStatusLine *self = CAP_STATUS_LINE(object);
  for (int i = 0; i < N_LABELS; i++)
    g_clear_pointer(&self->labels[i], gtk_widget_unparent);
  g_clear_pointer(&self->cases, gtk_widget_unparent);
  g_clear_object(&self->views);
  g_clear_object(&self->session);
  G_OBJECT_CLASS(cap_status_line_parent_class)->dispose(object);
}

static void
cap_status_line_class_init(CapStatusLineClass *klass)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);
  G_OBJECT_CLASS(klass)->dispose = cap_status_line_dispose;
  gtk_widget_class_set_css_name(widget, "statusline");
  widget->realize = cap_status_line_realize;
  widget->unrealize = cap_status_line_unrealize;
  widget->measure = cap_status_line_measure;
  widget->size_allocate = cap_status_line_size_allocate;
  gtk_widget_class_set_accessible_role(widget, GTK_ACCESSIBLE_ROLE_STATUS);
}

/* A popover gives the keys to the first sentence, which can be copied and is
 * selected by that. */
static void
unselect_first(CapStatusLine *self)
{
  GtkWidget *first = gtk_widget_get_first_child(self->cases_list);
  if (first != NULL)
    gtk_label_select_region(GTK_LABEL(first), 0, 0);
}

static GtkWidget *
cases_button_new(CapStatusLine *self)
{
  GtkWidget *button = gtk_menu_button_new();
  GtkWidget *popover = gtk_popover_new();
  GtkWidget *scroller = gtk_scrolled_window_new();
  self->cases_list = gtk_box_new(GTK_ORIENTATION_VERTICAL, 10);
  gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scroller),
                                 GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height(
      GTK_SCROLLED_WINDOW(scroller), TRUE);
  gtk_scrolled_window_set_max_content_height(GTK_SCROLLED_WINDOW(scroller),
                                             420);
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroller),
                                self->cases_list);
  gtk_popover_set_child(GTK_POPOVER(popover), scroller);
  g_signal_connect_swapped(popover, "show", G_CALLBACK(unselect_first), self);
  gtk_menu_button_set_popover(GTK_MENU_BUTTON(button), popover);
  gtk_menu_button_set_direction(GTK_MENU_BUTTON(button), GTK_ARROW_UP);
  gtk_menu_button_set_has_frame(GTK_MENU_BUTTON(button), FALSE);
  gtk_widget_set_visible(button, FALSE);
  return button;
}

static void
cap_status_line_init(CapStatusLine *self)
{
  static const int width_chars[N_LABELS] = {30, 9, 15, 10, 15, 16, 16, -1};
  for (int i = 0; i < N_LABELS; i++) {
    self->labels[i] = cap_label_ellipsized_new("", NULL);
    gtk_label_set_width_chars(GTK_LABEL(self->labels[i]), width_chars[i]);
    gtk_widget_set_parent(self->labels[i], GTK_WIDGET(self));
  }
  gtk_widget_add_css_class(self->labels[NOTE], "grave");
  self->cases = cases_button_new(self);
  gtk_widget_set_parent(self->cases, GTK_WIDGET(self));
}

GtkWidget *
cap_status_line_new(CapSession *session, CapViews *views)
{
  CapStatusLine *self = g_object_new(CAP_TYPE_STATUS_LINE, NULL);
  self->session = g_object_ref(session);
  g_set_object(&self->views, views);
  const struct {
    const char *signal;
    GCallback callback;
  } handlers[] = {
      {"volume-changed", G_CALLBACK(update_all)},
      {"notify::phase", G_CALLBACK(update_all)},
      {"position-changed", G_CALLBACK(update_position)},
      {"pointer-changed", G_CALLBACK(update_pointer)},
  };
  for (guint i = 0; i < G_N_ELEMENTS(handlers); i++)
    g_signal_connect_object(session, handlers[i].signal, handlers[i].callback,
                            self, G_CONNECT_SWAPPED);
  CapLook *look = cap_session_look(session);
  g_signal_connect_object(look, "notify", G_CALLBACK(update_window), self,
                          G_CONNECT_SWAPPED);
  g_signal_connect_object(look, "notify", G_CALLBACK(update_slab), self,
                          G_CONNECT_SWAPPED);
  update_all(self);
  return GTK_WIDGET(self);
}

char *
cap_status_line_text(CapStatusLine *self)
{
  g_autoptr(GString) text = g_string_new(NULL);
  for (int i = 0; i < N_LABELS; i++)
    if (gtk_widget_get_visible(self->labels[i]))
      g_string_append_printf(text, "%s%s", text->len > 0 ? " · " : "",
                             gtk_label_get_text(GTK_LABEL(self->labels[i])));
  return g_strdup(text->str);
}

void
cap_status_line_show_cases(CapStatusLine *self)
{
  gtk_menu_button_popup(GTK_MENU_BUTTON(self->cases));
}
