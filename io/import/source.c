/* Imported objects: see source.h. */
#include "io/import/source.h"

gboolean
cap_import_is_report(CapDcmtkItem *root)
{
  return cap_dcmtk_has(root, CAP_TAG(0x0040, 0xa730));
}

/* Adds the series UIDs that the sequence of referenced series in ITEM has. */
static void
note_series(CapDcmtkItem *item, GPtrArray *uids)
{
  CapDcmtkItem *series = NULL;
  while ((series = cap_dcmtk_next_item(item, CAP_TAG(0x0008, 0x1115),
                                       series)) != NULL)
    g_ptr_array_add(uids, cap_dcmtk_get(series, CAP_TAG(0x0020, 0x000e)));
}

void
cap_import_note_series(CapDcmtkItem *root, GPtrArray *uids)
{
  static const guint32 evidence[] = {CAP_TAG(0x0040, 0xa375),
                                     CAP_TAG(0x0040, 0xa385)};
  note_series(root, uids);
  for (guint i = 0; i < G_N_ELEMENTS(evidence); i++) {
    CapDcmtkItem *study = NULL;
    while ((study = cap_dcmtk_next_item(root, evidence[i], study)) != NULL)
      note_series(study, uids);
  }
}
