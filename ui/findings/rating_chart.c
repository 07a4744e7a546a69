/* CapRatingChart: see rating_chart.h. */
#include "ui/findings/rating_chart.h"

#include "core/language.h"
#include "ui/view/palette.h"
#include "ui/view/text_cache.h"

#include <math.h>

#define TALL 84
#define STRIP 20
#define GAP 2.0

struct _CapRatingChart {
  GtkWidget parent;
  gboolean tall, classes; /* CLASSES: they have no mean */
  CapRating rating;
  double readers_sd; /* < 0: not known */
  CapTextCache *texts;
};

G_DEFINE_FINAL_TYPE(CapRatingChart, cap_rating_chart, GTK_TYPE_WIDGET)

static void
append_box(GtkSnapshot *snapshot, int hex, double opacity, double x, double y,
           double width, double height)
{
  const GdkRGBA color = CAP_RGB(hex, (float)opacity);
  if (width > 0 && height > 0)
    gtk_snapshot_append_color(
        snapshot, &color,
        &GRAPHENE_RECT_INIT((float)x, (float)y, (float)width, (float)height));
}

/* One column a level: the percentage over its bar, the level under it. */
static void
snapshot_bars(CapRatingChart *self, GtkSnapshot *snapshot, double width,
              double height)
{
  const CapRating *r = &self->rating;
  int line;
  cap_text_cache_size(self->texts, "0", &(int){0}, &line);
  const double step = width / r->n_levels, room = height - 2 * line - 2;
  for (int i = 0; i < r->n_levels; i++) {
    const double x = i * step + GAP, bar = step - 2 * GAP;
    const double tall = fmax(1, r->p[i] * room);
    const double base = height - line - 1;
    append_box(snapshot, 0x2a313a, 1, x, base - room, bar, room);
    append_box(snapshot, CAP_COLOR_AMBER, 1, x, base - tall, bar, tall);
    g_autofree char *level = g_strdup_printf("%d", i + 1);
    g_autofree char *percent = g_strdup_printf("%.0f %%", r->p[i] * 100);
    cap_text_cache_draw(self->texts, snapshot, level,
                        &(CapTextPlace){x + bar / 2, height, 0.5, 1, 0,
                                        CAP_RGB(CAP_COLOR_QUIET, 1)});
    cap_text_cache_draw(
        self->texts, snapshot, percent,
        &(CapTextPlace){x + bar / 2, 0, 0.5, 0, 0, CAP_RGB(CAP_COLOR_TEXT, 1)});
  }
}

/* Where LEVEL is on a strip whose cells are STEP wide. */
static double
place_of(double level, double step)
{
  return (level - 0.5) * step - GAP / 2;
}

/* The expected level, one SD to both sides, at BAND's height. */
static void
append_range(GtkSnapshot *snapshot, int hex, const CapRating *r, double sd,
             double step, const graphene_rect_t *band)
{
  const double low = place_of(fmax(0.5, r->expected - sd), step);
  const double high = place_of(fmin(r->n_levels + 0.5, r->expected + sd), step);
  append_box(snapshot, hex, 0.9, fmax(low, 0), (double)band->origin.y,
             high - fmax(low, 0), (double)band->size.height);
}

/* One cell a level, the fuller the likelier; the expected level as a tick;
 * under the cells a thin line, the network's standard deviation, and a thick
 * one, the readers'. */
static void
snapshot_strip(CapRatingChart *self, GtkSnapshot *snapshot, double width,
               double height)
{
  const CapRating *r = &self->rating;
  const double step = width / r->n_levels, cells = height - 9;
  for (int i = 0; i < r->n_levels; i++) {
    append_box(snapshot, 0x2a313a, 1, i * step, 0, step - GAP, cells);
    append_box(snapshot, CAP_COLOR_GREEN, sqrt(r->p[i]), i * step, 0,
               step - GAP, cells);
  }
  if (self->classes)
    return;
  append_range(snapshot, CAP_COLOR_QUIET, r, r->sd, step,
               &GRAPHENE_RECT_INIT(0, (float)height - 8, 0, 2));
  if (self->readers_sd >= 0)
    append_range(snapshot, CAP_COLOR_SKY, r, self->readers_sd, step,
                 &GRAPHENE_RECT_INIT(0, (float)height - 4, 0, 4));
  append_box(snapshot, CAP_COLOR_TEXT, 1, place_of(r->expected, step) - 1, 0, 2,
             height);
}

static void
cap_rating_chart_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
  CapRatingChart *self = CAP_RATING_CHART(widget);
  const double width = gtk_widget_get_width(widget);
  const double height = gtk_widget_get_height(widget);
  if (self->rating.n_levels <= 0)
    return;
  if (self->tall)
    snapshot_bars(self, snapshot, width, height);
  else
    snapshot_strip(self, snapshot, width, height);
}

static void
cap_rating_chart_measure(GtkWidget *widget, GtkOrientation orientation,
                         int for_size, int *minimum, int *natural,
                         int *minimum_baseline, int *natural_baseline)
{
  const gboolean tall = CAP_RATING_CHART(widget)->tall;
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    *minimum = *natural = tall ? 160 : 84;
  else
    *minimum = *natural = tall ? TALL : STRIP;
}

static void
cap_rating_chart_css_changed(GtkWidget *widget, GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS(cap_rating_chart_parent_class)->css_changed(widget, change);
  cap_text_cache_clear(CAP_RATING_CHART(widget)->texts);
}

static void
finalize(GObject *object)
{
  g_clear_pointer(&CAP_RATING_CHART(object)->texts, cap_text_cache_free);
  G_OBJECT_CLASS(cap_rating_chart_parent_class)->finalize(object);
}

static void
cap_rating_chart_class_init(CapRatingChartClass *klass)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);
  G_OBJECT_CLASS(klass)->finalize = finalize;
  widget->snapshot = cap_rating_chart_snapshot;
  widget->measure = cap_rating_chart_measure;
  widget->css_changed = cap_rating_chart_css_changed;
  gtk_widget_class_set_css_name(widget, "ratingchart");
  gtk_widget_class_set_accessible_role(widget, GTK_ACCESSIBLE_ROLE_METER);
}

static void
cap_rating_chart_init(CapRatingChart *self)
{
  self->texts = cap_text_cache_new(GTK_WIDGET(self));
  gtk_widget_set_hexpand(GTK_WIDGET(self), TRUE);
  gtk_widget_set_valign(GTK_WIDGET(self), GTK_ALIGN_CENTER);
}

GtkWidget *
cap_rating_chart_new(const char *name, gboolean tall)
{
  CapRatingChart *self = g_object_new(CAP_TYPE_RATING_CHART, NULL);
  self->tall = tall;
  gtk_accessible_update_property(GTK_ACCESSIBLE(self),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  return GTK_WIDGET(self);
}

/* What is shown, in numbers and WORDS. */
static void
tell(CapRatingChart *self, double level, const char *words)
{
  gtk_accessible_update_property(
      GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_VALUE_MIN, 1.0,
      GTK_ACCESSIBLE_PROPERTY_VALUE_MAX, (double)self->rating.n_levels,
      GTK_ACCESSIBLE_PROPERTY_VALUE_NOW, level,
      GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, words, -1);
  gtk_widget_set_tooltip_text(GTK_WIDGET(self), words);
  gtk_widget_queue_draw(GTK_WIDGET(self));
}

void
cap_rating_chart_set(CapRatingChart *self, const CapRating *rating)
{
  cap_rating_chart_set_beside(self, rating, -1);
}

void
cap_rating_chart_set_beside(CapRatingChart *self, const CapRating *rating,
                            double readers_sd)
{
  self->rating = *rating;
  self->readers_sd = readers_sd;
  g_autofree char *text =
      readers_sd < 0
          ? g_strdup_printf(_("%.1f of %d, standard deviation %.1f"),
                            rating->expected, rating->n_levels, rating->sd)
          : g_strdup_printf(_("%.1f of %d, standard deviation %.1f; readers "
                              "of such nodules differ by %.1f"),
                            rating->expected, rating->n_levels, rating->sd,
                            readers_sd);
  tell(self, rating->expected, text);
}

void
cap_rating_chart_set_classes(CapRatingChart *self, const CapRating *rating,
                             const char *words)
{
  self->rating = *rating;
  self->classes = TRUE;
  tell(self, cap_rating_likeliest(rating), words);
}
