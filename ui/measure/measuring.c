/* What a reader does to measurements: see measuring.h. */
#include "ui/measure/measuring.h"

#include "core/language.h"
#include "core/told.h"
#include "io/report/words_measurements.h"
#include "io/review/review_commands.h"
#include "ui/label.h"
#include "ui/view/annotation.h"

gboolean
cap_measuring_kind(CapTool tool, CapMeasureKind *kind)
{
  if (tool < CAP_TOOL_LENGTH || tool >= CAP_TOOL_LENGTH + CAP_N_MEASURE_KINDS)
    return FALSE;
  if (kind != NULL)
    *kind = (CapMeasureKind)(tool - CAP_TOOL_LENGTH);
  return TRUE;
}

const GPtrArray *
cap_measuring_list(CapSession *session)
{
  const CapFindings *findings = cap_session_findings(session);
  return findings != NULL && findings->measurements->len > 0
             ? findings->measurements
             : NULL;
}

const CapMeasurement *
cap_measuring_selected(CapSession *session)
{
  CapReview *review = cap_session_review(session);
  return review != NULL
             ? cap_review_measurement(
                   review, cap_ruler_selected(cap_session_ruler(session)))
             : NULL;
}

/* ---- actions ---- */

gboolean
cap_measuring_add(CapSession *session, CapMeasurement *measurement)
{
  g_autoptr(GError) error = NULL;
  if (!cap_session_begin_review(session)) {
    cap_measurement_free(measurement);
    return FALSE;
  }
  const int id = cap_review_add_measurement(cap_session_review(session),
                                            measurement, &error);
  if (!cap_session_acted(session, id != 0, error))
    return FALSE;
  cap_ruler_select(cap_session_ruler(session), id);
  return TRUE;
}

gboolean
cap_measuring_move(CapSession *session, CapMeasurement *measurement)
{
  g_autoptr(GError) error = NULL;
  return cap_session_acted(
      session,
      cap_review_move_measurement(cap_session_review(session), measurement,
                                  &error),
      error);
}

void
cap_measuring_keep_moved(CapSession *session)
{
  CapRuler *ruler = cap_session_ruler(session);
  const CapMeasurement *draft = cap_ruler_draft(ruler);
  if (draft != NULL && draft->kind == CAP_MEASURE_FREEHAND &&
      !cap_measurement_is_sound(draft))
    g_signal_emit_by_name(session, "warning",
                          _("The outline would cross itself, or enclose "
                            "nothing. It stays as it was."));
  CapMeasurement *moved = cap_ruler_take(ruler);
  if (moved != NULL)
    cap_measuring_move(session, moved);
}

gboolean
cap_measuring_rename(CapSession *session, int id, const char *name)
{
  g_autoptr(GError) error = NULL;
  CapReview *review = cap_session_review(session);
  const CapMeasurement *now = cap_review_measurement(review, id);
  if (now == NULL || g_str_equal(now->name, name))
    return FALSE;
  return cap_session_acted(
      session, cap_review_name_measurement(review, id, name, &error), error);
}

gboolean
cap_measuring_delete(CapSession *session, int id)
{
  g_autoptr(GError) error = NULL;
  CapReview *review = cap_session_review(session);
  if (review == NULL || cap_review_measurement(review, id) == NULL)
    return FALSE;
  CapRuler *ruler = cap_session_ruler(session);
  if (cap_ruler_selected(ruler) == id)
    cap_ruler_select(ruler, 0);
  return cap_session_acted(
      session, cap_review_delete_measurement(review, id, &error), error);
}

/* ---- going there ---- */

void
cap_measuring_go(CapSession *session, int id)
{
  CapReview *review = cap_session_review(session);
  const CapMeasurement *m =
      review != NULL ? cap_review_measurement(review, id) : NULL;
  if (m == NULL)
    return;
  cap_session_set_position(session, cap_measurement_middle(m), TRUE);
  cap_ruler_select(cap_session_ruler(session), id);
}

void
cap_measuring_show_touched(CapSession *session)
{
  const GArray *touched =
      cap_review_touched_measurements(cap_session_review(session));
  if (touched->len == 1)
    cap_measuring_go(session, g_array_index(touched, int, 0));
}

/* ---- the grip ---- */

CapPoint
cap_measuring_grip_point(const CapMeasurement *m, int grip)
{
  int n;
  const CapPoint *points = cap_measurement_points(m, &n);
  return grip >= 0 && grip < n ? points[grip] : cap_measurement_middle(m);
}

char *
cap_measuring_grip_text(CapSession *session)
{
  CapRuler *ruler = cap_session_ruler(session);
  const int grip = cap_ruler_grip(ruler);
  const CapMeasurement *m = cap_ruler_draft(ruler);
  if (m == NULL)
    m = cap_measuring_selected(session);
  if (m == NULL || grip == CAP_GRIP_NONE)
    return NULL;
  int n;
  cap_measurement_points(m, &n);
  g_autofree char *kept = cap_words_measurement(m);
  g_autofree char *numbers = cap_label_minus(kept);
  if (grip == CAP_GRIP_WHOLE)
    return g_strdup_printf(_("M%d, the whole: %s"), m->id, numbers);
  if (m->kind == CAP_MEASURE_FREEHAND)
    return g_strdup_printf(_("M%d, corner %d of %d: %s"), m->id, grip + 1, n,
                           numbers);
  if (m->kind == CAP_MEASURE_ANGLE && grip == 1)
    return g_strdup_printf(_("M%d, vertex: %s"), m->id, numbers);
  return g_strdup_printf(_("M%d, end %d of %d: %s"), m->id, grip + 1, n,
                         numbers);
}

/* ---- words ---- */

char *
cap_measuring_place(const CapMeasurement *m, const CapVolume *volume)
{
  CapPlane plane;
  int index;
  if (!cap_measurement_plane(m, volume, &plane, &index))
    return g_strdup(_("Oblique"));
  return g_strdup_printf(
      "%s %d", _(cap_slice_plane_name(plane, volume->source->unknown)),
      index + 1);
}

char *
cap_measuring_text(CapSession *session)
{
  GString *text = g_string_new(NULL);
  const CapVolume *volume = cap_session_volume(session);
  const GPtrArray *list = cap_measuring_list(session);
  const CapMeasurement *selected = cap_measuring_selected(session);
  for (guint i = 0; list != NULL && i < list->len; i++) {
    const CapMeasurement *m = list->pdata[i];
    if (selected != NULL && m != selected)
      continue;
    g_autofree char *numbers = cap_words_measurement(m);
    g_autofree char *place = cap_measuring_place(m, volume);
    g_autofree char *name = cap_told(m->name);
    g_string_append_printf(text, "M%d\t%s\t%s\t%s\t%s\n", m->id,
                           _(cap_words_measure_kind(m->kind)), name, numbers,
                           place);
  }
  return g_string_free(text, FALSE);
}
