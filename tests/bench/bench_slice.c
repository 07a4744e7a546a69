/* Milliseconds to render three 800 x 800 views of a 300-slice volume. */
#include "core/image/slice.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define EDGE 800
#define ROUNDS 100

static CapVolume *
make_scan(void)
{
  CapVolume *volume = cap_volume_new(512, 512, 300, NULL);
  volume->spacing_mm[0] = volume->spacing_mm[1] = 0.7;
  guint32 state = 1;
  for (gsize i = 0; i < cap_volume_n_voxels(volume); i++) {
    state = state * 1664525u + 1013904223u;
    volume->voxels_hu[i] = (int16_t)(state >> 21) - 1024;
  }
  return volume;
}

/* Time of this thread: other work on the machine does not count. */
static double
cpu_ms(void)
{
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static int
compare(const void *a, const void *b)
{
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Every plane of VIEW's orientation from the hundredth on, once each. */
static void
run(const char *what, const CapSliceKept *kept, const CapVolume *volume,
    CapSliceView view)
{
  static const char *const names[] = {"axial", "coronal", "sagittal"};
  double ms[ROUNDS];
  g_autofree uint8_t *pixels = g_malloc(4 * EDGE * EDGE);
  const CapPoint middle =
      cap_volume_to_patient(volume, (CapPoint){255.5, 255.5, 149.5});
  for (int plane = 0; plane < 3; plane++) {
    view.plane = plane;
    for (int i = 0; i < ROUNDS; i++) {
      view.center_mm = cap_slice_at_index(volume, plane, 100 + i, middle);
      const double start = cpu_ms();
      cap_slice_render_from(kept, volume, &view, EDGE, EDGE, pixels);
      ms[i] = cpu_ms() - start;
    }
    qsort(ms, ROUNDS, sizeof *ms, compare);
    printf("%-8s %-16s median %6.3f ms, fastest %6.3f ms\n", names[plane], what,
           ms[ROUNDS / 2], ms[0]);
  }
}

int
main(void)
{
  static const char *const slabs[] = {NULL, "MIP", "average", "MinIP"};
  g_autoptr(CapVolume) volume = make_scan();
  g_autoptr(CapBrick) brick = cap_brick_new();
  g_autoptr(CapSlabCache) slab = cap_slab_cache_new();
  const CapSliceKept kept = {brick, slab};
  CapSliceView view = {.mm_per_pixel = 0.45,
                       .window_hu = 1500,
                       .level_hu = -600,
                       .interpolate = TRUE};
  run("linear", &kept, volume, view);
  view.interpolate = FALSE;
  run("nearest", &kept, volume, view);
  view.interpolate = TRUE;
  static const int thickness_mm[] = {5, 10, 50};
  for (int kind = CAP_SLAB_MAX; kind < CAP_N_SLAB_KINDS; kind++)
    for (guint i = 0; i < G_N_ELEMENTS(thickness_mm); i++) {
      view.slab = (CapSlab){kind, thickness_mm[i]};
      g_autofree char *what =
          g_strdup_printf("%s %d mm", slabs[kind], thickness_mm[i]);
      run(what, &kept, volume, view);
    }
  return 0;
}
