/* Changes to findings by hand: see edit.h. */
#include "ui/edit/edit.h"

#include "core/error.h"
#include "core/language.h"
#include "core/measure/measure.h"
#include "io/review/review_commands.h"

/* Measures FINDING from its mask. The lungs are not at hand here: the side
 * stays what it was until ui/judging has looked. */
static void
measure(CapSession *session, CapFinding *finding)
{
  const CapVolume *volume = cap_session_volume(session);
  const CapSide side = finding->side;
  const CapLobe lobe = finding->lobe;
  finding->center_mm = cap_mask_center(volume, finding->mask);
  cap_measure_finding(volume, NULL, finding);
  finding->side = side;
  finding->lobe = lobe;
  finding->unjudged = TRUE;
}

/* A copy of the selected finding; NULL without one that has a mask. */
static CapFinding *
copy_selected(CapSession *session)
{
  CapFindingItem *item = cap_session_selected(session);
  const CapFinding *finding = item != NULL ? cap_finding_item_get(item) : NULL;
  return finding != NULL && finding->mask != NULL ? cap_finding_copy(finding)
                                                  : NULL;
}

static gboolean
is_outlined(CapFindingItem *item)
{
  return cap_finding_item_get(item)->mask != NULL;
}

const char *
cap_edit_obstacle(CapSession *session, CapTool tool)
{
  CapFindingItem *item = cap_session_selected(session);
  if (tool != CAP_TOOL_MOVE && tool != CAP_TOOL_CUT && tool != CAP_TOOL_MERGE)
    return NULL;
  if (item == NULL)
    return _("No finding is selected.");
  if (!is_outlined(item))
    return _("The selected finding has no outline.");
  GListModel *items = cap_session_all_items(session);
  int n = 0;
  for (guint i = 0; i < g_list_model_get_n_items(items); i++) {
    g_autoptr(CapFindingItem) other = g_list_model_get_item(items, i);
    n += is_outlined(other);
  }
  return tool == CAP_TOOL_MERGE && n < 2
             ? _("There is no other finding with an outline.")
             : NULL;
}

static gboolean
refuse(CapSession *session, const GError *error, const char *why)
{
  g_autoptr(GError) own = NULL;
  if (error == NULL)
    g_set_error_literal(&own, CAP_ERROR, CAP_ERROR_USAGE, why);
  cap_session_warn(session, error != NULL ? error : own);
  return FALSE;
}

/* MASK (takes; NULL: refused) becomes that of FINDING (takes), and ACT is what
 * was done. */
static gboolean
replace_mask(CapSession *session, CapFinding *finding, CapMask *mask,
             CapAct act)
{
  g_autoptr(GError) error = NULL;
  if (mask == NULL) {
    cap_finding_free(finding);
    return refuse(session, NULL,
                  _("Nothing of the finding would be left; Delete removes it"));
  }
  cap_mask_free(finding->mask);
  finding->mask = mask;
  measure(session, finding);
  return cap_session_acted(
      session,
      cap_review_change(cap_session_review(session), act, finding, &error),
      error);
}

static void
select_id(CapSession *session, int id)
{
  CapFindingItem *item = cap_session_item(session, id);
  if (item != NULL)
    cap_session_select(session, item, FALSE);
}

CapFinding *
cap_edit_finding_new(CapMask *mask)
{
  CapFinding *finding = cap_finding_new();
  finding->mask = mask;
  finding->unjudged = TRUE;
  finding->malignancy.n_levels = 5;
  cap_rating_finish(&finding->malignancy);
  for (int i = 0; i < CAP_N_ATTRIBUTES; i++) {
    finding->attributes[i].n_levels = cap_attribute_levels((CapAttributeKind)i);
    cap_rating_finish(&finding->attributes[i]);
  }
  return finding;
}

gboolean
cap_edit_add(CapSession *session, CapFinding *finding)
{
  g_autoptr(GError) error = NULL;
  if (!cap_session_begin_review(session)) {
    cap_finding_free(finding);
    return FALSE;
  }
  finding->by_reader = TRUE;
  finding->status = CAP_STATUS_ACCEPTED; /* or he would not have marked it */
  const int id = cap_review_add(cap_session_review(session), finding, &error);
  if (!cap_session_acted(session, id != 0, error))
    return FALSE;
  select_id(session, id);
  return TRUE;
}

/* ---- the outline on a slice ---- */

/* All strokes on MASK (borrowed, or NULL). */
static CapMask *
paint(const CapVolume *volume, const CapMask *mask, const GArray *strokes)
{
  CapMask *now = mask != NULL ? cap_mask_copy(mask) : NULL;
  for (guint i = 0; i < strokes->len; i++) {
    const CapMaskStroke *stroke = &g_array_index(strokes, CapMaskStroke, i);
    if (now == NULL && stroke->erase)
      return NULL;
    CapMask *next = cap_mask_edit_brush(volume, now, stroke, NULL);
    cap_mask_free(now);
    now = next;
  }
  return now;
}

static gboolean
begin_finding(CapSession *session, const GArray *strokes)
{
  CapMask *mask = paint(cap_session_volume(session), NULL, strokes);
  if (mask == NULL)
    return refuse(session, NULL, _("There is no finding here to erase from"));
  CapFinding *finding = cap_edit_finding_new(mask);
  measure(session, finding);
  return cap_edit_add(session, finding);
}

/* Strokes that add do so to FINDING, not somewhere else: an island would change
 * its size unseen. Two findings are made one by joining them. */
static gboolean
is_away(const CapVolume *volume, const CapFinding *finding,
        const GArray *strokes)
{
  if (finding->mask == NULL || g_array_index(strokes, CapMaskStroke, 0).erase)
    return FALSE;
  g_autoptr(CapMask) drawn = paint(volume, NULL, strokes);
  return drawn != NULL && !cap_mask_touch(finding->mask, drawn);
}

static gboolean
refuse_away(CapSession *session, int id)
{
  g_autofree char *text = g_strdup_printf(
      _("The stroke does not touch finding %d. N adds a new one; to draw one, "
        "press Esc twice, then B."),
      id);
  g_signal_emit_by_name(session, "warning", text);
  return FALSE;
}

gboolean
cap_edit_brush(CapSession *session, const GArray *strokes)
{
  const CapVolume *volume = cap_session_volume(session);
  if (volume == NULL || strokes->len == 0)
    return FALSE;
  CapFindingItem *item = cap_session_selected(session);
  if (item == NULL)
    return begin_finding(session, strokes);
  const CapFinding *now = cap_finding_item_get(item);
  if (is_away(volume, now, strokes))
    return refuse_away(session, now->id);
  CapFinding *finding = cap_finding_copy(now);
  return replace_mask(session, finding, paint(volume, finding->mask, strokes),
                      CAP_ACT_REDRAWN);
}

gboolean
cap_edit_copy_slice(CapSession *session, CapPlane plane, int step)
{
  const CapVolume *volume = cap_session_volume(session);
  CapFinding *finding = copy_selected(session);
  if (finding == NULL)
    return FALSE;
  const CapPoint at = cap_session_position(session);
  const int from = cap_slice_index(volume, plane, at);
  const int to = from + step;
  if (to < 0 || to >= cap_slice_count(volume, plane)) {
    cap_finding_free(finding);
    return refuse(session, NULL, _("There is no slice further on"));
  }
  CapMask *mask = cap_mask_edit_copy_slice(volume, finding->mask, plane,
                                           (const int[]){from, to}, NULL);
  if (!replace_mask(session, finding, mask, CAP_ACT_REDRAWN))
    return FALSE;
  cap_session_scroll(session, plane, step);
  return TRUE;
}

/* ---- place and size ---- */

gboolean
cap_edit_move(CapSession *session, CapPoint by_mm)
{
  const CapVolume *volume = cap_session_volume(session);
  CapFinding *finding = copy_selected(session);
  if (finding == NULL)
    return FALSE;
  CapMask *mask = cap_mask_edit_move(volume, finding->mask, by_mm, NULL, NULL);
  return replace_mask(session, finding, mask, CAP_ACT_MOVED);
}

gboolean
cap_edit_scale(CapSession *session, double factor)
{
  CapFinding *finding = copy_selected(session);
  if (finding == NULL)
    return FALSE;
  CapMask *mask = cap_mask_edit_scale(cap_session_volume(session),
                                      finding->mask, factor, NULL);
  return replace_mask(session, finding, mask, CAP_ACT_RESIZED);
}

/* ---- one into two, two into one ---- */

/* Masks (taken out) as findings that take after FINDING (takes). */
static gboolean
split(CapSession *session, CapFinding *finding, GPtrArray *masks)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) parts =
      g_ptr_array_new_with_free_func((GDestroyNotify)cap_finding_free);
  for (guint i = 0; i < masks->len; i++) {
    CapFinding *part = cap_finding_copy(finding);
    cap_mask_free(part->mask);
    part->mask = g_steal_pointer(&masks->pdata[i]);
    measure(session, part);
    g_ptr_array_add(parts, part);
  }
  const int id = finding->id;
  cap_finding_free(finding);
  return cap_session_acted(
      session, cap_review_split(cap_session_review(session), id, parts, &error),
      error);
}

gboolean
cap_edit_cut(CapSession *session, CapPlane plane, const CapPoint line_mm[2])
{
  g_autoptr(GError) error = NULL;
  CapFinding *finding = copy_selected(session);
  if (finding == NULL)
    return FALSE;
  g_autoptr(GPtrArray) halves = cap_mask_edit_cut(
      cap_session_volume(session), finding->mask, plane, line_mm, &error);
  if (halves != NULL)
    return split(session, finding, halves);
  cap_finding_free(finding);
  return refuse(session, error,
                _("The line does not part the finding: draw it "
                  "across"));
}

gboolean
cap_edit_split_parts(CapSession *session)
{
  g_autoptr(GError) error = NULL;
  CapFinding *finding = copy_selected(session);
  if (finding == NULL)
    return FALSE;
  g_autoptr(GPtrArray) parts = cap_mask_edit_parts(finding->mask, &error);
  if (parts != NULL && parts->len > 1)
    return split(session, finding, parts);
  cap_finding_free(finding);
  return refuse(session, error,
                _("The finding hangs together: a line can part "
                  "it (L)"));
}

gboolean
cap_edit_merge(CapSession *session, CapFindingItem *other)
{
  g_autoptr(GError) error = NULL;
  const CapFinding *second = cap_finding_item_get(other);
  CapFinding *finding =
      other != cap_session_selected(session) ? copy_selected(session) : NULL;
  if (finding == NULL || second->mask == NULL) {
    cap_finding_free(finding);
    return refuse(session, NULL,
                  _("Two findings with outlines are needed to make "
                    "one of them"));
  }
  CapMask *both = cap_mask_edit_join(finding->mask, second->mask, &error);
  if (both == NULL) {
    cap_finding_free(finding);
    return refuse(session, error, _("They cannot be joined"));
  }
  cap_mask_free(finding->mask);
  finding->mask = both;
  measure(session, finding);
  return cap_session_acted(session,
                           cap_review_merge(cap_session_review(session),
                                            finding, second->id, &error),
                           error);
}

gboolean
cap_edit_delete(CapSession *session)
{
  g_autoptr(GError) error = NULL;
  CapFindingItem *item = cap_session_selected(session);
  if (item == NULL)
    return FALSE;
  return cap_session_acted(session,
                           cap_review_delete(cap_session_review(session),
                                             cap_finding_item_get(item)->id,
                                             &error),
                           error);
}
