/* Findings as a reading session in the XML of LIDC-IDRI: one reader, whose
 * ratings are the levels that the network expects. */
#include "io/report/formats.h"

#include "io/lidc_write.h"
#include "io/report/words.h"

#include <math.h>

#define SMALL_MM 3.0 /* below this the format knows a point and no ratings */

/* Our attributes in the order of the file's ratings. */
static const struct {
  CapLidcRating to;
  CapAttributeKind from;
} ratings[] = {
    {CAP_LIDC_SUBTLETY, CAP_SUBTLETY},
    {CAP_LIDC_INTERNAL_STRUCTURE, CAP_INTERNAL_STRUCTURE},
    {CAP_LIDC_CALCIFICATION, CAP_CALCIFICATION},
    {CAP_LIDC_SPHERICITY, CAP_SPHERICITY},
    {CAP_LIDC_MARGIN, CAP_MARGIN},
    {CAP_LIDC_LOBULATION, CAP_LOBULATION},
    {CAP_LIDC_SPICULATION, CAP_SPICULATION},
    {CAP_LIDC_TEXTURE, CAP_TEXTURE},
};

static CapLidcEntry *
entry_of(const CapReport *report, const CapFinding *finding)
{
  g_autofree char *id = g_strdup_printf("Capsight %d", finding->id);
  CapLidcEntry *entry = cap_lidc_entry_new(id);
  const CapPoint index =
      cap_volume_to_index(report->volume, finding->center_mm);
  entry->point[0] = CLAMP((int)lround(index.x), 0, report->volume->columns - 1);
  entry->point[1] = CLAMP((int)lround(index.y), 0, report->volume->rows - 1);
  entry->point[2] = CLAMP((int)lround(index.z), 0, report->volume->slices - 1);
  if (finding->mask == NULL || finding->long_axis_mm < SMALL_MM)
    return entry;
  entry->mask = cap_mask_copy(finding->mask);
  if (!cap_report_has_judged(report, finding))
    return entry;
  for (guint i = 0; i < G_N_ELEMENTS(ratings); i++)
    entry->ratings[ratings[i].to] =
        cap_words_level(&finding->attributes[ratings[i].from], ratings[i].from);
  entry->ratings[CAP_LIDC_MALIGNANCY] =
      CLAMP((int)lround(finding->malignancy.expected), 1, 5);
  return entry;
}

gboolean
cap_report_write_lidc(const CapReport *report, const char *path, GError **error)
{
  if (!cap_report_need_images(report, "lidc", error))
    return FALSE;
  CapLidcSession *session = cap_lidc_session_new("Capsight");
  for (guint i = 0; i < report->findings->items->len; i++)
    g_ptr_array_add(session->nodules,
                    entry_of(report, report->findings->items->pdata[i]));
  g_autoptr(GPtrArray) sessions =
      g_ptr_array_new_with_free_func((GDestroyNotify)cap_lidc_session_free);
  g_ptr_array_add(sessions, session);
  return cap_lidc_write(report->volume, sessions, report->stamp, path, error);
}
