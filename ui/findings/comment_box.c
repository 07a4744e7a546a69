/* CapCommentBox: see comment_box.h. */
#include "ui/findings/comment_box.h"

#include "core/language.h"

#define PAUSE_MS 1500
#define MAX_HEIGHT 120
#define MAX_CHARS 4000

struct _CapCommentBox {
  GtkWidget parent;
  CapSession *session;
  GtkWidget *overlay, *view, *hint;
  GtkTextBuffer *buffer;
  int id;                   /* of the finding whose comment is here; 0: none */
  gboolean filling, edited; /* edited: not saved yet */
  guint timer;
};

G_DEFINE_FINAL_TYPE(CapCommentBox, cap_comment_box, GTK_TYPE_WIDGET)

static char *
text_of(CapCommentBox *self)
{
  GtkTextIter start, end;
  gtk_text_buffer_get_bounds(self->buffer, &start, &end);
  return gtk_text_buffer_get_text(self->buffer, &start, &end, FALSE);
}

static void
save(CapCommentBox *self)
{
  g_clear_handle_id(&self->timer, g_source_remove);
  if (self->id == 0 || !self->edited)
    return;
  g_autofree char *text = text_of(self);
  self->edited = FALSE;
  cap_session_set_comment(self->session, self->id, g_strstrip(text));
}

static gboolean
on_pause(gpointer data)
{
  CapCommentBox *self = data;
  self->timer = 0;
  save(self);
  return G_SOURCE_REMOVE;
}

static void
update_hint(CapCommentBox *self)
{
  gtk_widget_set_visible(self->hint,
                         gtk_text_buffer_get_char_count(self->buffer) == 0);
}

static void
on_changed(CapCommentBox *self)
{
  update_hint(self);
  if (self->filling)
    return;
  self->edited = TRUE;
  g_clear_handle_id(&self->timer, g_source_remove);
  self->timer = g_timeout_add(PAUSE_MS, on_pause, self);
}

/* A comment is no place for what is pasted by mistake, again and again. What a
 * file brought is kept whole. */
static void
on_insert(CapCommentBox *self, GtkTextIter *at, const char *text, int n_bytes)
{
  const glong wish = gtk_text_buffer_get_char_count(self->buffer) +
                     g_utf8_strlen(text, n_bytes);
  if (self->filling || wish <= MAX_CHARS)
    return;
  g_signal_stop_emission_by_name(self->buffer, "insert-text");
  gtk_widget_error_bell(self->view);
}

/* Shows the comment of the selected finding, unless it is being written. */
static void
fill(CapCommentBox *self)
{
  CapFindingItem *item = cap_session_selected(self->session);
  const CapFinding *f = item != NULL ? cap_finding_item_get(item) : NULL;
  const int id = f != NULL ? f->id : 0;
  if (id == self->id && self->edited)
    return;
  self->id = id;
  g_autofree char *now = text_of(self);
  const char *text = f != NULL ? f->comment : "";
  self->filling = TRUE;
  if (!g_str_equal(g_strstrip(now), text))
    gtk_text_buffer_set_text(self->buffer, text, -1);
  self->filling = FALSE;
  gtk_widget_set_sensitive(self->view, f != NULL);
}

static void
on_selected(CapCommentBox *self)
{
  CapFindingItem *item = cap_session_selected(self->session);
  if (item == NULL || cap_finding_item_get(item)->id != self->id)
    save(self);
  fill(self);
}

static gboolean
on_key(GtkEventControllerKey *controller, guint key, guint code,
       GdkModifierType state, gpointer data)
{
  CapCommentBox *self = data;
  const gboolean control = (state & GDK_CONTROL_MASK) != 0;
  if (key != GDK_KEY_Escape && !(control && key == GDK_KEY_Return))
    return GDK_EVENT_PROPAGATE;
  save(self);
  GtkRoot *root = gtk_widget_get_root(GTK_WIDGET(self));
  gtk_root_set_focus(root, NULL);
  return GDK_EVENT_STOP;
}

/* ---- the wheel ---- */

/* Nothing to scroll is no reason to keep the wheel from what is around it. */
static void
on_height(GtkAdjustment *height, gpointer data)
{
  const gboolean scrolls =
      gtk_adjustment_get_upper(height) > gtk_adjustment_get_page_size(height);
  g_autoptr(GListModel) controllers = gtk_widget_observe_controllers(data);
  for (guint i = 0; i < g_list_model_get_n_items(controllers); i++) {
    g_autoptr(GtkEventController) wheel = g_list_model_get_item(controllers, i);
    if (GTK_IS_EVENT_CONTROLLER_SCROLL(wheel))
      gtk_event_controller_set_propagation_phase(
          wheel, scrolls ? GTK_PHASE_BUBBLE : GTK_PHASE_NONE);
  }
}

/* ---- construction ---- */

static void
cap_comment_box_dispose(GObject *object)
{
  CapCommentBox *self = CAP_COMMENT_BOX(object);
  if (self->session != NULL)
    save(self);
  g_clear_pointer(&self->overlay, gtk_widget_unparent);
  g_clear_object(&self->session);
  G_OBJECT_CLASS(cap_comment_box_parent_class)->dispose(object);
}

static void
cap_comment_box_class_init(CapCommentBoxClass *klass)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);
  G_OBJECT_CLASS(klass)->dispose = cap_comment_box_dispose;
  gtk_widget_class_set_layout_manager_type(widget, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name(widget, "commentbox");
  gtk_widget_class_set_accessible_role(widget, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
add_controllers(CapCommentBox *self)
{
  GtkEventController *focus = gtk_event_controller_focus_new();
  g_signal_connect_swapped(focus, "leave", G_CALLBACK(save), self);
  gtk_widget_add_controller(self->view, focus);
  GtkEventController *keys = gtk_event_controller_key_new();
  gtk_event_controller_set_propagation_phase(keys, GTK_PHASE_CAPTURE);
  g_signal_connect(keys, "key-pressed", G_CALLBACK(on_key), self);
  gtk_widget_add_controller(self->view, keys);
}

static void
cap_comment_box_init(CapCommentBox *self)
{
  self->view = gtk_text_view_new();
  self->buffer = gtk_text_view_get_buffer(GTK_TEXT_VIEW(self->view));
  gtk_text_buffer_set_enable_undo(self->buffer, TRUE);
  gtk_text_view_set_wrap_mode(GTK_TEXT_VIEW(self->view), GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_accepts_tab(GTK_TEXT_VIEW(self->view), FALSE);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self->view),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _("Comment on the finding"), -1);
  self->hint = gtk_label_new(_("What should be known about it"));
  gtk_widget_add_css_class(self->hint, "quiet");
  gtk_widget_set_halign(self->hint, GTK_ALIGN_START);
  gtk_widget_set_valign(self->hint, GTK_ALIGN_START);
  gtk_widget_set_can_target(self->hint, FALSE);
  GtkWidget *overlay = gtk_overlay_new();
  self->overlay = overlay;
  GtkWidget *scroller = gtk_scrolled_window_new();
  gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scroller),
                                 GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height(
      GTK_SCROLLED_WINDOW(scroller), TRUE);
  gtk_scrolled_window_set_max_content_height(GTK_SCROLLED_WINDOW(scroller),
                                             MAX_HEIGHT);
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroller), self->view);
  g_signal_connect(
      gtk_scrolled_window_get_vadjustment(GTK_SCROLLED_WINDOW(scroller)),
      "changed", G_CALLBACK(on_height), scroller);
  gtk_overlay_set_child(GTK_OVERLAY(overlay), scroller);
  gtk_overlay_add_overlay(GTK_OVERLAY(overlay), self->hint);
  gtk_widget_set_parent(overlay, GTK_WIDGET(self));
  add_controllers(self);
}

GtkWidget *
cap_comment_box_new(CapSession *session)
{
  CapCommentBox *self = g_object_new(CAP_TYPE_COMMENT_BOX, NULL);
  self->session = g_object_ref(session);
  g_signal_connect_swapped(self->buffer, "changed", G_CALLBACK(on_changed),
                           self);
  g_signal_connect_swapped(self->buffer, "insert-text", G_CALLBACK(on_insert),
                           self);
  g_signal_connect_object(session, "notify::selected", G_CALLBACK(on_selected),
                          self, G_CONNECT_SWAPPED);
  g_signal_connect_object(session, "marks-changed", G_CALLBACK(fill), self,
                          G_CONNECT_SWAPPED);
  fill(self);
  return GTK_WIDGET(self);
}
