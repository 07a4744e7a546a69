/* CapFoot: see foot.h. */
#include "ui/foot.h"

#include "ui/measure/measure_bar.h"
#include "ui/work/work_bar.h"

struct _CapFoot {
  GtkBox parent;
};

G_DEFINE_FINAL_TYPE(CapFoot, cap_foot, GTK_TYPE_BOX)

static gboolean
contains(GtkWidget *widget, double x, double y)
{
  return FALSE; /* only its bars do */
}

static void
cap_foot_class_init(CapFootClass *klass)
{
  GTK_WIDGET_CLASS(klass)->contains = contains;
  gtk_widget_class_set_css_name(GTK_WIDGET_CLASS(klass), "foot");
}

static void
cap_foot_init(CapFoot *self)
{
}

GtkWidget *
cap_foot_new(CapSession *session, GtkWidget **measure_bar)
{
  GtkWidget *foot =
      g_object_new(CAP_TYPE_FOOT, "orientation", GTK_ORIENTATION_VERTICAL,
                   "halign", GTK_ALIGN_CENTER, "valign", GTK_ALIGN_END, NULL);
  *measure_bar = cap_measure_bar_new(session);
  gtk_box_append(GTK_BOX(foot), *measure_bar);
  gtk_box_append(GTK_BOX(foot), cap_work_bar_new(session));
  return foot;
}
