/* Marks of other programs: see mark.h. */
#include "io/import/mark.h"

#include <math.h>

#define FREE_TEXT "CORNERSTONEFREETEXT" /* whatever scheme its versions say */

static gboolean
has_point(const CapContentItem *item)
{
  for (guint i = 0; i < item->children->len; i++) {
    const CapContentItem *child = cap_content_child(item, i);
    if ((child->type == CAP_SR_POINTS || child->type == CAP_SR_POINTS_3D) &&
        g_str_equal(child->graphic, "POINT"))
      return TRUE;
  }
  return FALSE;
}

gboolean
cap_import_is_place(const CapContentItem *item)
{
  return item->type == CAP_SR_NUMBER && !isfinite(item->number) &&
         has_point(item);
}

gboolean
cap_import_has_mark(const CapContentItem *group)
{
  for (guint i = 0; i < group->children->len; i++)
    if (cap_import_is_place(cap_content_child(group, i)))
      return TRUE;
  return has_point(group);
}

gboolean
cap_import_is_free_text(const CapContentCode *code)
{
  return g_str_equal(code->value, FREE_TEXT) && *code->meaning != '\0';
}
