/* CapPane: one plane of the session's volume, as a widget.
 *
 * Shows the pixels of core/image/slice one to one on the screen's own pixels;
 * marks, heat map and annotations are render nodes on top. Zoom and pan belong
 * to the pane; position, window and everything else to the session. */
#pragma once

#include "ui/session/session.h"
#include "ui/view/viewport.h"

#define CAP_TYPE_PANE (cap_pane_get_type())
G_DECLARE_FINAL_TYPE(CapPane, cap_pane, CAP, PANE, GtkWidget)

GtkWidget *cap_pane_new(CapSession *session, CapPlane plane);
/* Also patient, study and series in the corners (at first not). */
void cap_pane_set_detailed(CapPane *pane, gboolean detailed);

CapPlane cap_pane_plane(CapPane *pane);
CapSession *cap_pane_session(CapPane *pane);
/* FALSE while there is no volume or no size. */
gboolean cap_pane_viewport(CapPane *pane, CapViewport *port);
/* Zooms by FACTOR (> 1 is closer) and keeps what lies at (X, Y) in its place.
 */
void cap_pane_zoom(CapPane *pane, double factor, double x, double y);
void cap_pane_pan(CapPane *pane, double dx, double dy); /* logical pixels */
/* The whole plane again. */
void cap_pane_fit(CapPane *pane);
gboolean cap_pane_is_fitted(CapPane *pane);
/* What is seen of the plane. A key image that the session goes to shows in its
 * pane what was seen of it. */
CapImageField cap_pane_field(CapPane *pane);
/* From a point of another pane's volume to the same one of this pane's. */
typedef CapPoint (*CapPaneMap)(CapPoint at_mm, gpointer user_data);
/* PANE shows, from now on, the place that LEADER (borrows; both of one parent)
 * shows, as large: zooming and panning one of them does it to both. */
void cap_pane_follow(CapPane *pane, CapPane *leader, CapPaneMap map,
                     gpointer user_data);
/* Draws on top of everything else of the pane, in screen coordinates. */
typedef void (*CapPaneOverlay)(GtkSnapshot *snapshot, const CapViewport *port,
                               gpointer user_data);
void cap_pane_set_overlay(CapPane *pane, CapPaneOverlay overlay,
                          gpointer user_data);
/* The same right above the image, below all marks. NULL: nothing. */
void cap_pane_set_underlay(CapPane *pane, CapPaneOverlay underlay,
                           gpointer user_data);
/* The finding whose mark holds the point; borrowed, or NULL. */
CapFindingItem *cap_pane_pick(CapPane *pane, double x, double y);
/* The measurement at the point, and which of its ends (see
 * ui/measure/measurement_marks.h); 0 when there is none. */
int cap_pane_pick_measurement(CapPane *pane, double x, double y, int *end);
