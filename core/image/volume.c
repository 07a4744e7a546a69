/* CapVolume: see volume.h. */
#include "core/image/volume.h"

#include "core/error.h"
#include "core/irregularity.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MAX_IN_PLANE 4096
#define MAX_SLICES 5000
#define MAX_BYTES (G_GUINT64_CONSTANT(4) << 30)

/* Where a source's strings are. */
static const gsize string_offsets[] = {
    G_STRUCT_OFFSET(CapSource, patient_id),
    G_STRUCT_OFFSET(CapSource, patient_name),
    G_STRUCT_OFFSET(CapSource, patient_sex),
    G_STRUCT_OFFSET(CapSource, patient_birth_date),
    G_STRUCT_OFFSET(CapSource, study_uid),
    G_STRUCT_OFFSET(CapSource, study_date),
    G_STRUCT_OFFSET(CapSource, study_description),
    G_STRUCT_OFFSET(CapSource, series_uid),
    G_STRUCT_OFFSET(CapSource, series_description),
    G_STRUCT_OFFSET(CapSource, series_number),
    G_STRUCT_OFFSET(CapSource, modality),
    G_STRUCT_OFFSET(CapSource, frame_of_reference_uid),
    G_STRUCT_OFFSET(CapSource, manufacturer),
    G_STRUCT_OFFSET(CapSource, kernel),
    G_STRUCT_OFFSET(CapSource, unusable_text),
};

static char **
string_of(CapSource *source, gsize i)
{
  return &G_STRUCT_MEMBER(char *, source, string_offsets[i]);
}

CapSource *
cap_source_new(void)
{
  CapSource *source = g_new0(CapSource, 1);
  for (gsize i = 0; i < G_N_ELEMENTS(string_offsets); i++)
    *string_of(source, i) = g_strdup("");
  source->irregularities =
      g_ptr_array_new_with_free_func((GDestroyNotify)cap_irregularity_free);
  return source;
}

CapSource *
cap_source_copy(const CapSource *from, int n_slices)
{
  CapSource *copy = g_new(CapSource, 1);
  *copy = *from;
  for (gsize i = 0; i < G_N_ELEMENTS(string_offsets); i++)
    *string_of(copy, i) = g_strdup(*string_of(copy, i));
  copy->sop_uids = g_strdupv(from->sop_uids);
  copy->source_frames =
      g_memdup2(from->source_frames, n_slices * sizeof *from->source_frames);
  copy->image_numbers =
      g_memdup2(from->image_numbers, n_slices * sizeof *from->image_numbers);
  copy->irregularities =
      g_ptr_array_new_with_free_func((GDestroyNotify)cap_irregularity_free);
  for (guint i = 0; i < from->irregularities->len; i++)
    g_ptr_array_add(copy->irregularities,
                    cap_irregularity_copy(from->irregularities->pdata[i]));
  return copy;
}

void
cap_source_free(CapSource *source)
{
  if (source == NULL)
    return;
  for (gsize i = 0; i < G_N_ELEMENTS(string_offsets); i++)
    g_free(*string_of(source, i));
  g_strfreev(source->sop_uids);
  g_free(source->source_frames);
  g_free(source->image_numbers);
  g_ptr_array_unref(source->irregularities);
  g_free(source);
}

/* Large pages: a volume is touched from end to end, and faulting it in by 4 KiB
 * takes longer than filling it. A hint; it may fail. */
static void
prefer_large_pages(void *memory, gsize n_bytes)
{
  const gsize page = (gsize)sysconf(_SC_PAGESIZE);
  const guintptr start = ((guintptr)memory + page - 1) / page * page;
  const guintptr end = ((guintptr)memory + n_bytes) / page * page;
  if (n_bytes >= (gsize)16 << 20 && end > start)
    madvise((void *)start, end - start, MADV_HUGEPAGE);
}

static gboolean
check_limits(int columns, int rows, int slices, GError **error)
{
  if (columns >= 1 && rows >= 1 && slices >= 1 && columns <= MAX_IN_PLANE &&
      rows <= MAX_IN_PLANE && slices <= MAX_SLICES &&
      (guint64)columns * rows * slices * sizeof(int16_t) <= MAX_BYTES)
    return TRUE;
  g_set_error(error, CAP_ERROR, CAP_ERROR_LIMIT,
              "a volume of %d x %d x %d is outside the limits "
              "(1 to %d in plane, %d slices, 4 GiB)",
              columns, rows, slices, MAX_IN_PLANE, MAX_SLICES);
  return FALSE;
}

/* A volume around VOXELS, which it takes. */
static CapVolume *
volume_around(int columns, int rows, int slices, int16_t *voxels)
{
  CapVolume *volume = g_new0(CapVolume, 1);
  volume->columns = columns;
  volume->rows = rows;
  volume->slices = slices;
  volume->spacing_mm[0] = volume->spacing_mm[1] = volume->spacing_mm[2] = 1.0;
  volume->axis[0] = (CapPoint){1, 0, 0};
  volume->axis[1] = (CapPoint){0, 1, 0};
  volume->axis[2] = (CapPoint){0, 0, 1};
  volume->voxels_hu = voxels;
  volume->valid = g_malloc(slices);
  memset(volume->valid, 1, slices);
  volume->usable = CAP_USABLE_VIEW | CAP_USABLE_MEASURE | CAP_USABLE_DETECT;
  volume->source = cap_source_new();
  return volume;
}

CapVolume *
cap_volume_new_undefined(int columns, int rows, int slices, GError **error)
{
  if (!check_limits(columns, rows, slices, error))
    return NULL;
  gsize n = (gsize)columns * rows * slices;
  int16_t *voxels = g_try_new(int16_t, n);
  if (voxels == NULL) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_MEMORY,
                "not enough memory for a volume of %d x %d x %d", columns, rows,
                slices);
    return NULL;
  }
  prefer_large_pages(voxels, n * sizeof *voxels);
  return volume_around(columns, rows, slices, voxels);
}

CapVolume *
cap_volume_new_mapped(const int size[3], int fd, goffset offset, GError **error)
{
  g_return_val_if_fail(offset >= 0 && offset % (goffset)sizeof(int16_t) == 0,
                       NULL);
  if (!check_limits(size[0], size[1], size[2], error))
    return NULL;
  const goffset page = sysconf(_SC_PAGESIZE);
  const goffset before = offset % page; /* a mapping starts on a page */
  const gsize n_bytes =
      (gsize)size[0] * size[1] * size[2] * sizeof(int16_t) + (gsize)before;
  char *mapping = mmap(NULL, n_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd,
                       offset - before);
  if (mapping == MAP_FAILED) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_NO_INPUT,
                "a file of voxels cannot be mapped into memory: %s",
                g_strerror(errno));
    return NULL;
  }
  madvise(mapping, n_bytes, MADV_WILLNEED);
  CapVolume *volume = volume_around(size[0], size[1], size[2],
                                    (int16_t *)(void *)(mapping + before));
  volume->mapping = mapping;
  volume->mapping_bytes = n_bytes;
  return volume;
}

CapVolume *
cap_volume_new(int columns, int rows, int slices, GError **error)
{
  CapVolume *volume = cap_volume_new_undefined(columns, rows, slices, error);
  const gsize n = volume ? cap_volume_n_voxels(volume) : 0;
  for (gsize i = 0; i < n; i++)
    volume->voxels_hu[i] = CAP_HU_AIR;
  return volume;
}

CapVolume *
cap_volume_new_sharing(CapVolume *volume)
{
  CapVolume *other = volume_around(volume->columns, volume->rows,
                                   volume->slices, volume->voxels_hu);
  memcpy(other->spacing_mm, volume->spacing_mm, sizeof volume->spacing_mm);
  memcpy(other->axis, volume->axis, sizeof volume->axis);
  other->origin_mm = volume->origin_mm;
  memset(other->valid, 0, volume->slices);
  other->mapping = volume->mapping;
  other->mapping_bytes = volume->mapping_bytes;
  other->source->unknown = volume->source->unknown;
  if (volume->n_owners == NULL) {
    volume->n_owners = g_new(int, 1);
    *volume->n_owners = 1;
  }
  g_atomic_int_inc(volume->n_owners);
  other->n_owners = volume->n_owners;
  return other;
}

static void
free_voxels(CapVolume *volume)
{
  if (volume->n_owners != NULL) {
    if (!g_atomic_int_dec_and_test(volume->n_owners))
      return;
    g_free(volume->n_owners);
  }
  if (volume->mapping != NULL)
    munmap(volume->mapping, volume->mapping_bytes);
  else
    g_free(volume->voxels_hu);
}

void
cap_volume_free(CapVolume *volume)
{
  if (volume == NULL)
    return;
  free_voxels(volume);
  g_free(volume->valid);
  cap_source_free(volume->source);
  g_free(volume);
}

CapPoint
cap_volume_to_patient(const CapVolume *v, CapPoint i)
{
  const double a = i.x * v->spacing_mm[0], b = i.y * v->spacing_mm[1],
               c = i.z * v->spacing_mm[2];
  const CapPoint *e = v->axis;
  return (CapPoint){
      v->origin_mm.x + a * e[0].x + b * e[1].x + c * e[2].x,
      v->origin_mm.y + a * e[0].y + b * e[1].y + c * e[2].y,
      v->origin_mm.z + a * e[0].z + b * e[1].z + c * e[2].z,
  };
}

static double
along(CapPoint axis, CapPoint d)
{
  return axis.x * d.x + axis.y * d.y + axis.z * d.z;
}

CapPoint
cap_volume_to_index(const CapVolume *v, CapPoint p)
{
  const CapPoint d = {p.x - v->origin_mm.x, p.y - v->origin_mm.y,
                      p.z - v->origin_mm.z};
  return (CapPoint){
      along(v->axis[0], d) / v->spacing_mm[0],
      along(v->axis[1], d) / v->spacing_mm[1],
      along(v->axis[2], d) / v->spacing_mm[2],
  };
}

gboolean
cap_volume_contains(const CapVolume *v, CapPoint p)
{
  const CapPoint at = cap_volume_to_index(v, p);
  return at.x >= -0.5 && at.y >= -0.5 && at.z >= -0.5 &&
         at.x <= v->columns - 0.5 && at.y <= v->rows - 0.5 &&
         at.z <= v->slices - 0.5;
}

int16_t
cap_volume_at(const CapVolume *v, int column, int row, int slice)
{
  if (column < 0 || row < 0 || slice < 0 || column >= v->columns ||
      row >= v->rows || slice >= v->slices)
    return CAP_HU_AIR;
  return cap_volume_slice(v, slice)[(gsize)row * v->columns + column];
}

int16_t *
cap_volume_slice(const CapVolume *v, int slice)
{
  return v->voxels_hu + (gsize)slice * v->rows * v->columns;
}

int
cap_volume_image_number(const CapVolume *volume, int slice)
{
  const int *numbers = volume->source->image_numbers;
  return numbers != NULL && slice >= 0 && slice < volume->slices
             ? numbers[slice]
             : G_MININT;
}

gsize
cap_volume_n_voxels(const CapVolume *v)
{
  return (gsize)v->columns * v->rows * v->slices;
}

void
cap_volume_range(const CapVolume *v, int *low, int *high)
{
  const gsize n = (gsize)v->columns * v->rows;
  *low = G_MAXINT16;
  *high = G_MININT16;
  for (int s = 0; s < v->slices; s++) {
    const int16_t *voxels = cap_volume_slice((CapVolume *)v, s);
    for (gsize i = 0; v->valid[s] && i < n; i++) {
      *low = MIN(*low, voxels[i]);
      *high = MAX(*high, voxels[i]);
    }
  }
}
