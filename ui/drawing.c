/* Areas that a function draws: see drawing.h. */
#include "ui/drawing.h"

GtkWidget *
cap_drawing_new(const char *label, int width, int height,
                GtkDrawingAreaDrawFunc draw, gpointer data)
{
  GtkWidget *area =
      g_object_new(GTK_TYPE_DRAWING_AREA, "accessible-role",
                   label != NULL ? GTK_ACCESSIBLE_ROLE_IMG
                                 : GTK_ACCESSIBLE_ROLE_PRESENTATION,
                   "content-width", width, "content-height", height, NULL);
  gtk_drawing_area_set_draw_func(GTK_DRAWING_AREA(area), draw, data, NULL);
  if (label != NULL)
    gtk_accessible_update_property(GTK_ACCESSIBLE(area),
                                   GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  return area;
}
