/* make-crops FOLDER N [vessels]: N synthetic nodules laid out as lidc-crops in
 * FOLDER/lidc-crops, two a patient, with or without vessels beside them, for
 * tests that train without real data. */
#include "io/metaimage.h"
#include "tests/support/nodules.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static CapVolume *
volume_of(const CapBlock *block)
{
  CapVolume *v =
      cap_volume_new(block->size[0], block->size[1], block->size[2], NULL);
  for (int a = 0; a < 3; a++)
    v->spacing_mm[a] = block->spacing_mm[a];
  memcpy(v->voxels_hu, block->hu,
         cap_block_n_voxels(block) * sizeof *block->hu);
  return v;
}

/* Both files of EXAMPLE; readers' counts are of four. */
static gboolean
write_crop(const CapExample *example, const char *folder, GError **error)
{
  const CapBlock *block = example->block;
  g_autoptr(CapVolume) volume = volume_of(block);
  g_autoptr(CapMask) readers =
      cap_mask_new(block->size[0], block->size[1], block->size[2], NULL);
  for (gsize i = 0; i < cap_block_n_voxels(block); i++)
    readers->voxels[i] = block->readers[i] / 63;
  g_autofree char *path =
      g_strdup_printf("%s/%s.mha", folder, example->nodule->key);
  g_autofree char *readers_path =
      g_strdup_printf("%s/%s_readers.mha", folder, example->nodule->key);
  return cap_metaimage_write_volume(volume, path, error) &&
         cap_metaimage_write_mask(readers, volume, readers_path, error);
}

/* Rating LEVEL of four readers, one of whom differs by chance of NUMBER. */
static void
add_rating(GString *index, int level, int number, int most)
{
  g_string_append_printf(index, ",%d %d %d %d", level, level,
                         CLAMP(level + number % 3 - 1, 1, most), level);
}

static void
add_row(GString *index, const CapExample *example, int number)
{
  const CapNodule *n = example->nodule;
  const int large = n->diameter_mm > 8;
  g_string_append_printf(index, "%s.mha,%s_readers.mha,%s,%g,%g,%g,4,%g",
                         n->key, n->key, n->patient, example->center.x,
                         example->center.y, example->center.z, n->diameter_mm);
  for (int a = 0; a < CAP_N_ATTRIBUTES; a++)
    add_rating(index,
               a == CAP_CALCIFICATION ? 6 - 3 * (number % 4 == 0)
                                      : (large ? 4 : 2),
               number + a, cap_attribute_levels((CapAttributeKind)a));
  add_rating(index, large ? 4 : 2, number, 5);
  g_string_append_c(index, '\n');
}

int
main(int argc, char **argv)
{
  if (argc != 3 && argc != 4) {
    fprintf(stderr, "make-crops: FOLDER N [vessels]?\n");
    return 1;
  }
  g_autofree char *folder = g_build_filename(argv[1], "lidc-crops", NULL);
  g_mkdir_with_parents(folder, 0777);
  g_autoptr(GString) index =
      g_string_new("file,readers_file,patient,cx_px,cy_px,cz_slice,n_readers,"
                   "eq_diameter_mm");
  for (int a = 0; a < CAP_N_ATTRIBUTES; a++)
    g_string_append_printf(index, ",%s",
                           cap_attribute_name((CapAttributeKind)a));
  g_string_append(index, ",malignancy\n");
  g_autoptr(GError) error = NULL;
  for (int i = 0; i < atoi(argv[2]); i++) {
    g_autoptr(CapExample) example =
        cap_test_example(i, 2 + (i * 7 + i / 5) % 5);
    if (argc == 4)
      cap_test_add_vessels(example);
    if (!write_crop(example, folder, &error))
      break;
    add_row(index, example, i);
  }
  g_autofree char *path = g_build_filename(folder, "index.csv", NULL);
  if (error == NULL &&
      g_file_set_contents(path, index->str, (gssize)index->len, &error))
    return 0;
  fprintf(stderr, "make-crops: %s\n", error->message);
  return 1;
}
