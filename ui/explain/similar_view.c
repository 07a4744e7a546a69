/* CapSimilarView: see similar_view.h. */
#include "ui/explain/similar_view.h"

#include "core/language.h"
#include "ui/drawing.h"
#include "ui/explain/capsule_words.h"
#include "ui/explain/patch_picture.h"
#include "ui/label.h"

#define THUMB 72

struct _CapSimilarView {
  GtkWidget parent;
  CapSession *session; /* borrowed, as the next */
  CapExplainer *explainer;
  GtkWidget *box, *none, *far;
  GtkWidget *rows[CAP_EXPLAINER_SIMILAR], *thumbs[CAP_EXPLAINER_SIMILAR],
      *heads[CAP_EXPLAINER_SIMILAR], *ratings[CAP_EXPLAINER_SIMILAR];
};

G_DEFINE_FINAL_TYPE(CapSimilarView, cap_similar_view, GTK_TYPE_WIDGET)

static void
draw_thumb(GtkDrawingArea *area, cairo_t *cr, int width, int height,
           gpointer data)
{
  CapSimilarView *self = data;
  const CapDrawing *d = cap_explainer_drawing(self->explainer);
  CapLook *look = cap_session_look(self->session);
  for (int i = 0; d != NULL && i < d->n_similar; i++) {
    const CapPatchPicture picture = {d->similar_rebuilt[i], NULL,
                                     cap_look_window(look),
                                     cap_look_level(look)};
    if (self->thumbs[i] == GTK_WIDGET(area))
      cap_patch_picture_draw(cr, &picture, CAP_PLANE_AXIAL, THUMB);
  }
}

/* ---- words ---- */

/* "Subtlety 4.5 · …" of the attributes that somebody rated. */
static char *
ratings_text(const float *facts)
{
  g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
  for (int a = 0; a < CAP_N_ATTRIBUTES; a++) {
    const double mean = (double)facts[CAP_REFERENCE_ATTRIBUTES + a];
    if (mean > 0)
      g_ptr_array_add(
          words, g_strdup_printf(
                     "%s %.1f",
                     cap_capsule_words_name(CAP_CAPSULE_ATTRIBUTES + a), mean));
  }
  g_ptr_array_add(words, NULL);
  return g_strjoinv(" · ", (char **)words->pdata);
}

static void
show_parts(GtkWidget *label, const char *text)
{
  g_autofree char *shown = cap_label_parts(text);
  gtk_label_set_text(GTK_LABEL(label), shown);
}

static void
fill_row(CapSimilarView *self, int i, const CapReferenceMatch *match)
{
  const CapReference *reference = cap_explainer_reference(self->explainer);
  const float *facts =
      reference->facts + (gsize)match->index * CAP_REFERENCE_N_FACTS;
  const int n_readers = (int)facts[CAP_REFERENCE_N_READERS];
  g_autofree char *head = g_strdup_printf(
      P_("Malignancy %.1f of 5 by %d reader · %.1f mm · distance %.2f",
         "Malignancy %.1f of 5 by %d readers · %.1f mm · distance %.2f",
         (gulong)n_readers),
      (double)facts[CAP_REFERENCE_MALIGNANCY], n_readers,
      (double)facts[CAP_REFERENCE_DIAMETER_MM], match->distance);
  g_autofree char *ratings = ratings_text(facts);
  show_parts(self->heads[i], head);
  show_parts(self->ratings[i], ratings);
  gtk_widget_queue_draw(self->thumbs[i]);
}

static void
update_far(CapSimilarView *self, const CapDrawing *d)
{
  const CapReference *reference = cap_explainer_reference(self->explainer);
  const double limit = d != NULL && d->n_similar > 0
                           ? (double)reference->limits[CAP_DOUBT_UNFAMILIAR]
                           : G_MAXDOUBLE;
  const gboolean far =
      d != NULL && d->n_similar > 0 && d->similar[0].distance > limit;
  if (far) {
    const CapDoubt doubt = {
        .raised = TRUE, .value = d->similar[0].distance, .limit = limit};
    g_autofree char *text = cap_doubt_text(CAP_DOUBT_UNFAMILIAR, &doubt);
    gtk_label_set_text(GTK_LABEL(self->far), text);
  }
  gtk_widget_set_visible(self->far, far);
}

static void
update(CapSimilarView *self)
{
  const CapDrawing *d = cap_explainer_drawing(self->explainer);
  const char *none =
      cap_explainer_fault(self->explainer) != NULL
          ? _("The network that judged this finding is not at hand, so there "
              "is nothing to compare it with.")
          : cap_explainer_no_reference(self->explainer);
  gtk_label_set_text(GTK_LABEL(self->none), none != NULL ? none : "");
  gtk_widget_set_visible(self->none, none != NULL);
  for (int i = 0; i < CAP_EXPLAINER_SIMILAR; i++) {
    gtk_widget_set_visible(self->rows[i], d != NULL && i < d->n_similar);
    if (d != NULL && i < d->n_similar)
      fill_row(self, i, &d->similar[i]);
  }
  update_far(self, d);
}

/* ---- construction ---- */

static void
dispose(GObject *object)
{
  CapSimilarView *self = CAP_SIMILAR_VIEW(object);
  g_clear_pointer(&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS(cap_similar_view_parent_class)->dispose(object);
}

static void
cap_similar_view_class_init(CapSimilarViewClass *klass)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);
  G_OBJECT_CLASS(klass)->dispose = dispose;
  gtk_widget_class_set_layout_manager_type(widget, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name(widget, "similarview");
  gtk_widget_class_set_accessible_role(widget, GTK_ACCESSIBLE_ROLE_GROUP);
}

static GtkWidget *
words_new(GtkWidget *box, const char *css_class)
{
  GtkWidget *label = cap_label_wrapped_new("", css_class, 34);
  gtk_box_append(GTK_BOX(box), label);
  return label;
}

static void
add_row(CapSimilarView *self, int i)
{
  GtkWidget *row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 10);
  GtkWidget *words = gtk_box_new(GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *thumb =
      cap_drawing_new(_("Rebuilt"), THUMB, THUMB, draw_thumb, self);
  gtk_widget_set_valign(thumb, GTK_ALIGN_START);
  gtk_box_append(GTK_BOX(row), thumb);
  gtk_box_append(GTK_BOX(row), words);
  self->rows[i] = row;
  self->thumbs[i] = thumb;
  self->heads[i] = words_new(words, "numeric");
  self->ratings[i] = words_new(words, "note");
  gtk_box_append(GTK_BOX(self->box), row);
}

static void
cap_similar_view_init(CapSimilarView *self)
{
  self->box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 8);
  gtk_widget_set_parent(self->box, GTK_WIDGET(self));
  self->far = words_new(self->box, "grave");
  self->none = words_new(self->box, "quiet");
  for (int i = 0; i < CAP_EXPLAINER_SIMILAR; i++)
    add_row(self, i);
}

static void
redraw_thumbs(CapSimilarView *self)
{
  for (int i = 0; i < CAP_EXPLAINER_SIMILAR; i++)
    gtk_widget_queue_draw(self->thumbs[i]);
}

GtkWidget *
cap_similar_view_new(CapSession *session, CapExplainer *explainer)
{
  CapSimilarView *self = g_object_new(CAP_TYPE_SIMILAR_VIEW, NULL);
  self->session = session;
  self->explainer = explainer;
  gtk_accessible_update_property(GTK_ACCESSIBLE(self),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _("Similar nodules of the training set"), -1);
  g_signal_connect_object(explainer, "drawn", G_CALLBACK(update), self,
                          G_CONNECT_SWAPPED);
  g_signal_connect_object(cap_session_look(session), "notify",
                          G_CALLBACK(redraw_thumbs), self, G_CONNECT_SWAPPED);
  update(self);
  return GTK_WIDGET(self);
}
