/* Synthetic nodules: see nodules.h. */
#include "tests/support/nodules.h"

#include "tests/support/suite.h"

#include <math.h>
#include <string.h>

CapExample *
cap_test_example(int number, double radius_mm)
{
  const int size[3] = {88, 88, 7};
  const double mm[3] = {0.7, 0.7, 2.0};
  CapExample *e = g_new0(CapExample, 1);
  g_autofree char *patient = g_strdup_printf("P%03d", number / 2);
  g_autofree char *key = g_strdup_printf("P%03d_%02d", number / 2, number % 2);
  e->nodule = cap_nodule_new(key, patient);
  e->nodule->n_readers = 4;
  e->nodule->diameter_mm = 2 * radius_mm;
  cap_nodule_set_ratings(e->nodule, CAP_N_ATTRIBUTES,
                         radius_mm > 4 ? "4 5 5 4" : "1 2 2 1");
  for (int a = 0; a < CAP_N_ATTRIBUTES; a++)
    cap_nodule_set_ratings(e->nodule, a, radius_mm > 4 ? "4 4 3 4" : "1 2 1 1");
  e->center = (CapPoint){44, 43, 3};
  e->block = cap_block_new(size, mm, NULL);
  e->block->readers = g_malloc0(cap_block_n_voxels(e->block));
  CapRandom random = cap_random_start(5, number, 0);
  gsize i = 0;
  for (int s = 0; s < size[2]; s++)
    for (int r = 0; r < size[1]; r++)
      for (int c = 0; c < size[0]; c++, i++) {
        const double x = (c - 44) * mm[0], y = (r - 43) * mm[1],
                     z = (s - 3) * mm[2];
        const gboolean in = x * x + y * y + z * z < radius_mm * radius_mm;
        e->block->hu[i] = cap_transplant_quantise(
            (in ? 30 : -850) + 20 * cap_random_noise(&random));
        e->block->readers[i] = in ? 255 : 0;
      }
  if (!cap_block_make_cut(e->block, NULL)) /* also used outside suites */
    g_error("no memory");
  cap_example_measure(e);
  return e;
}

void
cap_test_add_vessels(CapExample *example)
{
  CapBlock *b = example->block;
  gsize v = 0;
  for (int s = 0; s < b->size[2]; s++)
    for (int r = 0; r < b->size[1]; r++)
      for (int c = 0; c < b->size[0]; c++, v++)
        for (int k = 0; k < 4; k++) {
          const double angle = k * G_PI / 2;
          const double x = (c - 44) * b->spacing_mm[0] - 15.4 * cos(angle);
          const double y = (r - 43) * b->spacing_mm[1] - 15.4 * sin(angle);
          if (x * x + y * y < 16)
            b->hu[v] = 96;
        }
}

CapHost *
cap_test_host(void)
{
  CapVolume *v = cap_volume_new(128, 128, 60, NULL);
  CapMask *lungs = cap_mask_new(128, 128, 60, NULL);
  v->spacing_mm[0] = v->spacing_mm[1] = 0.8;
  v->spacing_mm[2] = 2;
  CapRandom random = cap_random_start(6, 0, 0);
  for (gsize i = 0; i < cap_volume_n_voxels(v); i++) {
    const int c = i % 128, r = i / 128 % 128;
    const gboolean vessel = c % 24 < 4 && r % 24 < 4;
    v->voxels_hu[i] =
        (int16_t)((vessel ? 0 : -860) + 25 * cap_random_noise(&random));
    lungs->voxels[i] = 1;
  }
  return cap_host_new("HOST", v, lungs, NULL);
}

CapPool *
cap_test_pool(int n, gboolean with_host, GError **error)
{
  GPtrArray *crops =
      g_ptr_array_new_with_free_func((GDestroyNotify)cap_example_free);
  GPtrArray *cubes =
      g_ptr_array_new_with_free_func((GDestroyNotify)cap_example_free);
  GPtrArray *hosts =
      g_ptr_array_new_with_free_func((GDestroyNotify)cap_host_free);
  for (int i = 0; i < n; i++)
    g_ptr_array_add(crops, cap_test_example(i, 2 + i % 5));
  if (with_host) {
    CapHost *host = cap_test_host();
    ck_assert(cap_host_add_points(host, 200, 1, NULL));
    cap_host_split(host, 0.1);
    g_ptr_array_add(hosts, host);
  }
  CapPoolOptions options = cap_pool_options_default();
  options.validation = 0.3;
  options.transplants = 10;
  return cap_pool_new(crops, cubes, hosts, &options, error);
}
