/* CapBrick: see brick.h. */
#include "core/image/brick.h"

#include <string.h>

#define SIDE CAP_BRICK_PLANES
#define AHEAD 24 /* rows that are asked for before they are needed */

/* Planes of neighbouring columns, FIRST a multiple of SIDE. */
typedef struct {
  int first;
  guint64 used;    /* when, by the brick's count */
  int16_t *voxels; /* plane after plane */
} Course;

struct CapBrick {
  const CapVolume *volume; /* compared only */
  gsize size;              /* voxels of a plane that there is room for */
  guint64 count;           /* planes that have been asked for */
  GArray *courses;         /* of Course */
  guint keep;              /* of them */
};

static void
clear_course(gpointer course)
{
  g_free(((Course *)course)->voxels);
}

CapBrick *
cap_brick_new(void)
{
  CapBrick *brick = g_new0(CapBrick, 1);
  brick->courses = g_array_new(FALSE, FALSE, sizeof(Course));
  g_array_set_clear_func(brick->courses, clear_course);
  brick->keep = 1;
  return brick;
}

void
cap_brick_free(CapBrick *brick)
{
  if (brick == NULL)
    return;
  g_array_unref(brick->courses);
  g_free(brick);
}

void
cap_brick_forget(CapBrick *brick)
{
  brick->volume = NULL;
}

void
cap_brick_keep(CapBrick *brick, int n_planes)
{
  /* Planes that begin anywhere lie in one course more, and the next one that
   * scrolling comes to should not drive out one of theirs. */
  const guint keep = n_planes > 1 ? (n_planes - 1) / SIDE + 3 : 1;
  if (keep < brick->keep)
    g_array_set_size(brick->courses, 0);
  brick->keep = keep;
}

/* ---- turning lines into columns ---- */

typedef int16_t Line __attribute__((vector_size(2 * SIDE)));

/* SIDE lines of SIDE voxels. Interleaving the two halves of a square three
 * times transposes it. */
static void
turn_square(const int16_t *from, gsize stride, int16_t *to, gsize to_stride)
{
  Line a[SIDE], b[SIDE];
  for (int i = 0; i < SIDE; i++)
    memcpy(&a[i], from + i * stride, sizeof a[i]);
  for (int round = 0; round < 3; round++) {
    for (int i = 0; i < SIDE / 2; i++) {
      b[2 * i] = __builtin_shufflevector(a[i], a[i + SIDE / 2], 0, 8, 1, 9, 2,
                                         10, 3, 11);
      b[2 * i + 1] = __builtin_shufflevector(a[i], a[i + SIDE / 2], 4, 12, 5,
                                             13, 6, 14, 7, 15);
    }
    memcpy(a, b, sizeof a);
  }
  for (int i = 0; i < SIDE; i++)
    memcpy(to + i * to_stride, &a[i], sizeof a[i]);
}

/* N lines of STRIDE voxels at FROM, the first voxels of each, to planes of N
 * voxels at TO. */
static void
take_apart(const int16_t *from, gsize stride, gsize n, int16_t *to)
{
  gsize i = 0;
  for (; i + SIDE <= n; i += SIDE) {
    for (int k = 0; k < SIDE; k++)
      __builtin_prefetch(from + (i + AHEAD + k) * stride, 0, 0);
    turn_square(from + i * stride, stride, to + i, n);
  }
  for (; i < n; i++)
    for (int k = 0; k < SIDE; k++)
      to[k * n + i] = from[i * stride + k];
}

static void
fill(Course *course, const CapVolume *volume)
{
  const gsize columns = volume->columns;
  const gsize size = (gsize)volume->rows * volume->slices;
  const int16_t *from = volume->voxels_hu + course->first;
  if (course->first + SIDE <= volume->columns) {
    take_apart(from, columns, size, course->voxels);
    return;
  }
  const int n = volume->columns - course->first;
  for (gsize i = 0; i < size; i++)
    for (int k = 0; k < n; k++)
      course->voxels[k * size + i] = from[i * columns + k];
}

/* ---- what is kept ---- */

static Course *
find_course(CapBrick *brick, int first)
{
  for (guint i = 0; i < brick->courses->len; i++) {
    Course *course = &g_array_index(brick->courses, Course, i);
    if (course->first == first)
      return course;
  }
  return NULL;
}

/* A new one while there may be more, else that which was used longest ago. NULL
 * when memory is short. */
static Course *
spare_course(CapBrick *brick)
{
  GArray *courses = brick->courses;
  if (courses->len < brick->keep) {
    Course fresh = {.voxels = g_try_new(int16_t, SIDE * brick->size)};
    if (fresh.voxels == NULL)
      return NULL;
    g_array_append_val(courses, fresh);
    return &g_array_index(courses, Course, courses->len - 1);
  }
  Course *oldest = &g_array_index(courses, Course, 0);
  for (guint i = 1; i < courses->len; i++) {
    Course *course = &g_array_index(courses, Course, i);
    if (course->used < oldest->used)
      oldest = course;
  }
  return oldest;
}

static void
adopt_volume(CapBrick *brick, const CapVolume *volume)
{
  const gsize size = (gsize)volume->rows * volume->slices;
  if (size != brick->size)
    g_array_set_size(brick->courses, 0);
  for (guint i = 0; i < brick->courses->len; i++)
    g_array_index(brick->courses, Course, i).first = -1;
  brick->size = size;
  brick->volume = volume;
}

const int16_t *
cap_brick_plane(CapBrick *brick, const CapVolume *volume, int column)
{
  g_return_val_if_fail(column >= 0 && column < volume->columns, NULL);
  const int first = column / SIDE * SIDE;
  if (brick->volume != volume)
    adopt_volume(brick, volume);
  Course *course = find_course(brick, first);
  if (course == NULL) {
    course = spare_course(brick);
    if (course == NULL)
      return NULL;
    course->first = first;
    fill(course, volume);
  }
  course->used = ++brick->count;
  return course->voxels + (column - first) * brick->size;
}
