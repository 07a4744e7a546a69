/* CapField: a dense float image on an isotropic grid, for filters. */
#pragma once

#include <glib.h>

typedef struct {
  int size[3];   /* columns, rows, slices; column fastest */
  float *values; /* owned */
} CapField;

/* A field of zeros. Returns; NULL with CAP_ERROR_MEMORY. */
CapField *cap_field_new(const int size[3], GError **error);
void cap_field_free(CapField *field);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapField, cap_field_free)

gsize cap_field_n(const CapField *field);
float cap_field_at(const CapField *field, int column, int row, int slice);

/* Convolves FIELD in place with a Gaussian of SIGMA voxels (separable, sampled,
 * cut at 3.5 sigma, edges replicated). The result does not depend on the number
 * of threads. FALSE with CAP_ERROR_MEMORY. */
gboolean cap_field_smooth(CapField *field, double sigma, GError **error);

/* Every other voxel of FIELD along each axis, starting with the first: smooth
 * before. Returns; NULL with CAP_ERROR_MEMORY. */
CapField *cap_field_halve(const CapField *field, GError **error);
