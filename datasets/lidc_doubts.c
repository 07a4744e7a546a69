/* Annotations against their images: see lidc_doubts.h. */
#include "datasets/lidc_doubts.h"

#include "datasets/lidc_mask.h"

#include <math.h>

/* One kind of contradiction: how often, and the first. */
typedef struct {
  int n;
  const CapLidcContour *first;
} Doubt;

typedef struct {
  Doubt strange, displaced, nowhere;
  int n_contours;
} Doubts;

static void
note(Doubt *doubt, const CapLidcContour *contour)
{
  if (doubt->n++ == 0)
    doubt->first = contour;
}

static double
z_of_slice(const CapVolume *volume, int slice)
{
  return cap_volume_to_patient(volume, (CapPoint){0, 0, slice}).z;
}

static void
check_contour(Doubts *doubts, const CapLidcContour *c, const CapVolume *volume)
{
  const int slice = cap_lidc_mask_slice(c, volume);
  char **const uids = volume->source->sop_uids;
  doubts->n_contours++;
  if (slice < 0)
    note(&doubts->nowhere, c);
  else if (uids != NULL && *c->sop_uid != '\0' && *uids[slice] != '\0') {
    if (!g_str_equal(uids[slice], c->sop_uid))
      note(&doubts->strange, c);
    else if (fabs(z_of_slice(volume, slice) - c->z_mm) >
             volume->spacing_mm[2] / 2)
      note(&doubts->displaced, c);
  }
}

static void
say(GPtrArray *out, const char *path, const Doubts *all, const Doubt *doubt,
    const char *what)
{
  if (doubt->n > 0)
    g_ptr_array_add(
        out, g_strdup_printf("%s, line %d: an outline on image %s %s (%d "
                             "of %d outlines)",
                             path, doubt->first->line,
                             *doubt->first->sop_uid ? doubt->first->sop_uid
                                                    : "without UID",
                             what, doubt->n, all->n_contours));
}

GPtrArray *
cap_lidc_doubts_find(const CapLidcReads *reads, const char *path,
                     const CapVolume *volume)
{
  Doubts doubts = {0};
  const char *study = volume->source->study_uid;
  GPtrArray *out = g_ptr_array_new_with_free_func(g_free);
  if (*study != '\0' && *reads->study_uid != '\0' &&
      !g_str_equal(study, reads->study_uid))
    g_ptr_array_add(
        out, g_strdup_printf("%s, line %d: study %s, but its series "
                             "is of study %s; the series counts",
                             path, reads->study_line, reads->study_uid, study));
  for (guint i = 0; i < reads->marks->len; i++) {
    const CapLidcMark *mark = reads->marks->pdata[i];
    for (guint j = 0; j < mark->contours->len; j++)
      check_contour(&doubts, mark->contours->pdata[j], volume);
  }
  say(out, path, &doubts, &doubts.strange,
      "that the series does not have was placed by its z position");
  say(out, path, &doubts, &doubts.displaced,
      "has another z position than that; the image counts");
  say(out, path, &doubts, &doubts.nowhere,
      "lies on no slice of the series and was left out");
  return out;
}
