/* How long a reader waits: from choosing a series to its middle slice drawn,
 * and to the whole volume. Argument: the folder of a series. Best and worst of
 * five choices of the same series, as the viewer does it. */
#include "tests/support/ui.h"
#include "ui/study/opener.h"
#include "ui/view/pane.h"

#include <stdio.h>

#define ROUNDS 5

static gboolean
is_ready(CapSession *session)
{
  const CapPhase phase = cap_session_phase(session);
  return phase == CAP_PHASE_READY || phase == CAP_PHASE_FAILED;
}

static gboolean
has_middle(CapSession *session)
{
  const CapVolume *v = cap_session_volume(session);
  return v != NULL && v->valid[(v->slices - 1) / 2];
}

/* Runs the main loop until CONDITION holds; milliseconds since START. */
static double
wait_for(gboolean (*condition)(CapSession *), CapSession *session, gint64 start)
{
  while (!condition(session))
    g_main_context_iteration(NULL, TRUE);
  return (g_get_monotonic_time() - start) / 1e3;
}

static void
draw(GtkWidget *pane)
{
  cairo_surface_t *surface =
      cairo_image_surface_create(CAIRO_FORMAT_RGB24, 800, 800);
  cairo_t *cr = cairo_create(surface);
  GtkSnapshot *snapshot = gtk_snapshot_new();
  GTK_WIDGET_GET_CLASS(pane)->snapshot(pane, snapshot);
  GskRenderNode *node = gtk_snapshot_free_to_node(snapshot);
  if (node != NULL) {
    gsk_render_node_draw(node, cr);
    gsk_render_node_unref(node);
  }
  cairo_destroy(cr);
  cairo_surface_destroy(surface);
}

int
main(int argc, char **argv)
{
  if (argc != 2) {
    fprintf(stderr, "usage: bench_open FOLDER\n");
    return 2;
  }
  cap_ui_setup();
  g_autoptr(CapSession) session = cap_session_new();
  CapOpener *opener = cap_opener_new(session);
  GtkWidget *pane = cap_pane_new(session, CAP_PLANE_AXIAL);
  cap_ui_show(pane, 800, 800);
  cap_opener_open(opener, (const char *const[]){argv[1], NULL}, NULL);
  wait_for(is_ready, session, 0);
  if (cap_session_volume(session) == NULL) {
    fprintf(stderr, "bench_open: %s\n", cap_session_message(session));
    return 1;
  }
  const double once_mb = cap_ui_resident_mb(FALSE);
  double first[2] = {G_MAXDOUBLE, 0}, whole[2] = {G_MAXDOUBLE, 0};
  for (int round = 0; round < ROUNDS; round++) {
    const gint64 start = g_get_monotonic_time();
    cap_opener_choose(opener, cap_session_series_index(session));
    wait_for(has_middle, session, start);
    draw(pane);
    const double seen = (g_get_monotonic_time() - start) / 1e3;
    const double all = wait_for(is_ready, session, start);
    first[0] = MIN(first[0], seen), first[1] = MAX(first[1], seen);
    whole[0] = MIN(whole[0], all), whole[1] = MAX(whole[1], all);
  }
  const CapVolume *v = cap_session_volume(session);
  printf("%d slices of %d x %d: middle slice drawn after %.0f to %.0f ms, all "
         "read after %.0f to %.0f ms\n",
         v->slices, v->columns, v->rows, first[0], first[1], whole[0],
         whole[1]);
  const double raw_mb = cap_volume_n_voxels(v) * sizeof(int16_t) / 0x1p20;
  const double most_mb = cap_ui_resident_mb(FALSE);
  printf("resident at most, with GTK: opened once %.0f MiB, %.2f times the raw "
         "volume; chosen again %.0f MiB, %.2f times\n",
         once_mb, once_mb / raw_mb, most_mb, most_mb / raw_mb);
  cap_opener_free(opener);
  return 0;
}
