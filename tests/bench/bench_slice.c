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

int
main(void)
{
  double ms[ROUNDS];
  static const char *const names[] = {"axial", "coronal", "sagittal"};
  g_autoptr(CapVolume) volume = make_scan();
  g_autoptr(CapBrick) brick = cap_brick_new();
  g_autofree uint8_t *pixels = g_malloc(4 * EDGE * EDGE);
  const CapPoint middle =
      cap_volume_to_patient(volume, (CapPoint){255.5, 255.5, 149.5});
  for (int interpolate = 1; interpolate >= 0; interpolate--)
    for (int plane = 0; plane < 3; plane++) {
      CapSliceView view = {.plane = plane,
                           .center_mm = middle,
                           .mm_per_pixel = 0.45,
                           .window_hu = 1500,
                           .level_hu = -600,
                           .interpolate = interpolate};
      for (int i = 0; i < ROUNDS; i++) {
        view.center_mm = cap_slice_at_index(volume, plane, 100 + i, middle);
        const double start = cpu_ms();
        cap_slice_render_from(brick, volume, &view, EDGE, EDGE, pixels);
        ms[i] = cpu_ms() - start;
      }
      qsort(ms, ROUNDS, sizeof *ms, compare);
      printf("%-8s %-8s median %.3f ms, fastest %.3f ms\n", names[plane],
             interpolate ? "linear" : "nearest", ms[ROUNDS / 2], ms[0]);
    }
  return 0;
}
