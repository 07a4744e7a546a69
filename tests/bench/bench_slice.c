/* Milliseconds to render three 800 x 800 views of a 300-slice volume. */
#include "core/image/slice.h"

#include <stdio.h>

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

int
main(void)
{
  static const char *const names[] = {"axial", "coronal", "sagittal"};
  g_autoptr(CapVolume) volume = make_scan();
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
      const gint64 start = g_get_monotonic_time();
      for (int i = 0; i < ROUNDS; i++) {
        view.center_mm = cap_slice_at_index(volume, plane, 100 + i, middle);
        cap_slice_render(volume, &view, EDGE, EDGE, pixels);
      }
      const double ms = (g_get_monotonic_time() - start) / 1e3 / ROUNDS;
      printf("%-8s %-8s %.3f ms\n", names[plane],
             interpolate ? "linear" : "nearest", ms);
    }
  return 0;
}
