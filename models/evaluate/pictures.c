/* Pictures of misses and false marks: see pictures.h. */
#include "models/evaluate/pictures.h"

#include "core/stats/froc.h"
#include "io/findings/picture_view.h"
#include "io/findings/slice_picture.h"

#include <math.h>

#define SIZE 200
#define FIELD_MM 60
#define MOST_MISSES 4
#define MOST_FALSE 2
#define CONFIDENT 0.5

/* The plane through FINDING in base64; NULL when it cannot be drawn. */
static char *
draw(const CapVolume *volume, const CapFinding *finding)
{
  cairo_surface_t *surface =
      cairo_image_surface_create(CAIRO_FORMAT_RGB24, SIZE, SIZE);
  cairo_t *cr = cairo_create(surface);
  const CapPictureView view = {.volume = volume,
                               .finding = finding,
                               .plane = CAP_PLANE_AXIAL,
                               .field_mm = FIELD_MM,
                               .size = SIZE};
  cap_picture_view_draw(cr, 0, 0, &view);
  cairo_destroy(cr);
  char *base64 = cap_picture_base64(surface);
  cairo_surface_destroy(surface);
  return base64;
}

/* The truth as if it had been found, so that the same code draws it. */
static char *
draw_truth(const CapVolume *volume, const CapEvalTruth *truth,
           const CapMask *mask)
{
  g_autoptr(CapFinding) as_found = cap_finding_new();
  as_found->center_mm = truth->center_mm;
  as_found->mask = mask ? cap_mask_copy(mask) : NULL;
  return draw(volume, as_found);
}

static void
add_misses(CapEvalCase *eval, const CapVolume *volume, const GPtrArray *masks)
{
  for (int n = 0; n < MOST_MISSES; n++) {
    int largest = -1;
    for (guint i = 0; i < eval->truths->len; i++) {
      const CapEvalTruth *t = eval->truths->pdata[i];
      if (t->excluded || t->hit_by >= 0 || t->picture != NULL)
        continue;
      if (largest < 0 ||
          t->diameter_mm >
              ((CapEvalTruth *)eval->truths->pdata[largest])->diameter_mm)
        largest = (int)i;
    }
    if (largest < 0)
      return;
    CapEvalTruth *truth = eval->truths->pdata[largest];
    truth->picture = draw_truth(volume, truth, masks->pdata[largest]);
    if (truth->picture == NULL)
      return;
  }
}

void
cap_eval_pictures_add(CapEvalCase *eval, const CapVolume *volume,
                      const GPtrArray *masks, const CapFindings *found)
{
  add_misses(eval, volume, masks);
  g_autofree guint8 *fate = cap_eval_case_fates(eval);
  int n = 0;
  for (guint i = 0; i < eval->marks->len && n < MOST_FALSE; i++) {
    CapEvalMark *mark = eval->marks->pdata[i];
    if (mark->probability < CONFIDENT || fate[i] != CAP_FROC_FALSE)
      continue;
    mark->picture = draw(volume, found->items->pdata[i]);
    n++;
  }
}
