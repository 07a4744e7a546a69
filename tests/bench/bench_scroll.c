/* Cost of a frame of the viewer: three views of 800 x 800 pixels with the marks
 * of 30 findings, drawn by GSK's cairo path as without a GPU. Prints
 * percentiles, and memory; asserts nothing. Arguments: number of frames
 * (default 300), and which of them (letters of "acwhst"). */
#include "tests/support/ui.h"
#include "ui/view/views.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define EDGE 800
#define FINDINGS 30
#define SLICES 500
#define TURN 32 /* frames in one direction */

/* Noise, so that neither the window nor the interpolation has it easy. */
static CapVolume *
noisy_volume(void)
{
  CapVolume *v = cap_volume_new(512, 512, SLICES, NULL);
  if (v == NULL)
    return NULL;
  v->spacing_mm[0] = v->spacing_mm[1] = 0.7;
  guint32 seed = 1;
  const gsize n = cap_volume_n_voxels(v);
  for (gsize i = 0; i < n; i++) {
    seed = seed * 1664525u + 1013904223u;
    v->voxels_hu[i] = (int16_t)(-1000 + (int)(seed >> 22));
  }
  return v;
}

/* Time that this thread has spent on a core: other work on the machine does not
 * count. */
static double
cpu_ms(void)
{
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static double
draw_ms(GtkWidget **panes, cairo_t *cr)
{
  const double start = cpu_ms();
  for (int i = 0; i < 3; i++) {
    GtkSnapshot *snapshot = gtk_snapshot_new();
    GTK_WIDGET_GET_CLASS(panes[i])->snapshot(panes[i], snapshot);
    GskRenderNode *node = gtk_snapshot_free_to_node(snapshot);
    if (node != NULL) {
      gsk_render_node_draw(node, cr);
      gsk_render_node_unref(node);
    }
  }
  return cpu_ms() - start;
}

static int
compare(const void *a, const void *b)
{
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void
print_times(const char *what, double *ms, int n)
{
  qsort(ms, n, sizeof *ms, compare);
  printf("%-40s fastest tenth %6.2f  median %6.2f  p99 %6.2f ms\n", what,
         ms[n / 10], ms[n / 2], ms[(int)ceil(n * 0.99) - 1]);
}

/* Each frame moves a step along the planes that AXES names (a, c, s), to and
 * fro around the first finding; w changes the window. */
static void
run(const char *what, const char *axes, CapSession *session, GtkWidget **panes,
    int n)
{
  cairo_surface_t *surface =
      cairo_image_surface_create(CAIRO_FORMAT_RGB24, EDGE, EDGE);
  cairo_t *cr = cairo_create(surface);
  g_autofree double *ms = g_new(double, n);
  cap_session_select(session, NULL, FALSE);
  cap_session_select_step(session, 1);
  for (int i = 0; i < n; i++) {
    const int direction = (i + TURN / 2) / TURN % 2 ? -1 : 1;
    if (strchr(axes, 'a'))
      cap_session_scroll(session, CAP_PLANE_AXIAL, direction);
    if (strchr(axes, 'c'))
      cap_session_scroll(session, CAP_PLANE_CORONAL, direction);
    if (strchr(axes, 's'))
      cap_session_scroll(session, CAP_PLANE_SAGITTAL, direction);
    if (strchr(axes, 'w'))
      cap_look_set_window(cap_session_look(session), 1500 + i, -600);
    ms[i] = draw_ms(panes, cr);
  }
  cairo_destroy(cr);
  cairo_surface_destroy(surface);
  print_times(what, ms, n);
}

int
main(int argc, char **argv)
{
  const int n = argc > 1 ? MAX(atoi(argv[1]), 10) : 300;
  cap_ui_setup();
  CapVolume *volume = noisy_volume();
  if (volume == NULL)
    return 70;
  g_autoptr(CapSession) session = cap_session_new();
  g_autoptr(CapShared) shared =
      cap_shared_new(volume, (GDestroyNotify)cap_volume_free);
  cap_session_set_volume(session, shared, TRUE);
  cap_session_set_phase(session, CAP_PHASE_READY);
  cap_session_set_findings(session, cap_ui_findings(volume, FINDINGS));

  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *panes[3];
  for (int plane = 0; plane < 3; plane++) {
    panes[plane] = cap_pane_new(session, (CapPlane)plane);
    cap_pane_set_detailed(CAP_PANE(panes[plane]), plane == 0);
    gtk_widget_set_size_request(panes[plane], EDGE, EDGE);
    gtk_widget_set_hexpand(panes[plane], FALSE);
    gtk_widget_set_vexpand(panes[plane], FALSE);
    gtk_box_append(GTK_BOX(box), panes[plane]);
  }
  cap_ui_show(box, 3 * EDGE, EDGE);
  const double raw_mb = cap_volume_n_voxels(volume) * sizeof(int16_t) / 0x1p20;
  printf("three views of %d x %d, %d findings, volume 512 x 512 x %d\n",
         gtk_widget_get_width(panes[0]), gtk_widget_get_height(panes[0]),
         FINDINGS, SLICES);
  const char *only = argc > 2 ? argv[2] : "acwhst";
  if (strchr(only, 'a'))
    run("scrolling axial slices", "a", session, panes, n);
  if (strchr(only, 'c'))
    run("moving the cross-hair: three new slices", "acs", session, panes, n);
  if (strchr(only, 'w'))
    run("dragging the window: three images", "w", session, panes, n);
  CapLook *look = cap_session_look(session);
  g_object_set(look, "slab", CAP_SLAB_MAX, NULL); /* of 10 mm */
  if (strchr(only, 's')) {
    run("axial MIP of 10 mm", "a", session, panes, n);
    run("the cross-hair with MIPs of 10 mm", "acs", session, panes, n);
  }
  g_object_set(look, "slab-thickness", 50.0, NULL);
  if (strchr(only, 't')) {
    run("axial MIP of 50 mm", "a", session, panes, n);
    run("the cross-hair with MIPs of 50 mm", "acs", session, panes, n);
  }
  g_object_set(look, "slab", CAP_SLAB_OFF, NULL);
  g_object_set(session, "explain", TRUE, NULL);
  if (strchr(only, 'h'))
    run("the cross-hair with the heat map", "acs", session, panes, n);
  const double most_mb = cap_ui_resident_mb(FALSE);
  printf("resident at most: %.0f MiB, %.2f times the raw volume\n", most_mb,
         most_mb / raw_mb);
  return 0;
}
