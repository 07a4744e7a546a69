/* CapSession: what the window is looking at; every widget binds to this model.
 *
 * Lives in the UI thread. Work is started by ui/opener and ui/detector, which
 * put their results in here; widgets listen to the properties and signals.
 *
 * Properties (all notify): "phase" (CapPhase), "message" (string: the sentence
 * of a failure), "stage" (string) and "fraction" (0 … 1) of running work,
 * "detecting", "explain", "marks-hidden" (booleans), "capsule" (0 … 9: whose
 * heat map), "selected" (CapFindingItem or NULL), "first-reading" (boolean:
 * what the software found is hidden until the reader has looked), "tool"
 * (CapTool; also when the brush changes its size). Window, slab and the like
 * are those of cap_session_look.
 *
 * Signals: "volume-changed" (another volume or none), "planes-arrived" (more of
 * it is filled), "position-changed" (gboolean: centre the views on it),
 * "key-image-shown" (CapKeyImage: its view shows what was seen of it),
 * "pointer-changed", "marks-changed" (findings, statuses), "findings-state"
 * (detection has run or not), "warning" (string: a sentence to show once). */
#pragma once

#include "core/image/slice.h"
#include "io/review/review.h"
#include "io/series/series.h"
#include "ui/measure/ruler.h"
#include "ui/session/finding_item.h"
#include "ui/session/finding_order.h"
#include "ui/session/key_image.h"
#include "ui/session/look.h"
#include "ui/work/shared.h"

#include <gtk/gtk.h>

typedef enum {
  CAP_PHASE_EMPTY,    /* nothing open */
  CAP_PHASE_SCANNING, /* listing the series of a path */
  CAP_PHASE_CHOOSING, /* they are of several studies; none is open */
  CAP_PHASE_LOADING,  /* reading pixels; a volume may be there already */
  CAP_PHASE_READY,
  CAP_PHASE_FAILED, /* "message" says why */
} CapPhase;

typedef enum {
  CAP_SORT_PROBABILITY,
  CAP_SORT_SIZE,
  CAP_SORT_MALIGNANCY,
  CAP_SORT_HEAD_TO_FEET,
  CAP_SORT_SITE,
  CAP_SORT_STATUS,
} CapSortKey;

/* What the left button does on a slice. */
typedef enum {
  CAP_TOOL_NONE, /* moves the cross-hair, chooses marks */
  CAP_TOOL_ADD,
  CAP_TOOL_BRUSH, /* with Shift it erases */
  CAP_TOOL_MOVE,
  CAP_TOOL_CUT,
  CAP_TOOL_MERGE,
  CAP_TOOL_LENGTH, /* from here on in the order of CapMeasureKind */
  CAP_TOOL_AXES,
  CAP_TOOL_ELLIPSE,
  CAP_TOOL_ANGLE,
  CAP_TOOL_FREEHAND,
} CapTool;

#define CAP_TYPE_SESSION (cap_session_get_type())
G_DECLARE_FINAL_TYPE(CapSession, cap_session, CAP, SESSION, GObject)

CapSession *cap_session_new(void);

/* ---- study and volume ---- */

/* Borrowed; NULL while there is none. */
const CapVolume *cap_session_volume(CapSession *session);
CapShared *cap_session_share_volume(CapSession *session); /* new reference */
/* Header facts of the chosen series, also before its pixels are there. */
const CapSource *cap_session_source(CapSession *session);
/* CapUnknown bits (core/image/unit.h) of what is shown; 0 while nothing is. */
unsigned cap_session_unknown(CapSession *session);
const CapSeriesList *cap_session_series_list(CapSession *session);
CapShared *cap_session_share_series_list(CapSession *session); /* new ref. */
int cap_session_series_index(CapSession *session);             /* -1: none */
const char *cap_session_path(CapSession *session);
/* Changes with every new volume and every plane that arrives: for caches. */
guint cap_session_serial(CapSession *session);
gboolean cap_session_is_complete(CapSession *session); /* all planes read */

/* For opener: each takes a reference of its own. */
void cap_session_reset(CapSession *session, const char *path);
void cap_session_set_phase(CapSession *session, CapPhase phase);
/* FAILED with the sentence the command line prints: MESSAGE and [CAP-nnn]. */
void cap_session_fail(CapSession *session, const GError *error);
/* A failure that leaves the volume usable: emits "warning" with the sentence.
 */
void cap_session_warn(CapSession *session, const GError *error);
void cap_session_set_progress(CapSession *session, const char *stage,
                              double fraction);
void cap_session_set_series_list(CapSession *session, CapShared *list);
void cap_session_set_series_index(CapSession *session, int index);
/* VOLUME (of CapVolume) may be NULL. Keeps the position when the grid stays, or
 * when it lies in the new volume and in the same DICOM frame of reference. */
void cap_session_set_volume(CapSession *session, CapShared *volume,
                            gboolean complete);
/* At "volume-changed": the views can stay where they are. */
gboolean cap_session_keeps_place(CapSession *session);
void cap_session_planes_arrived(CapSession *session);

/* ---- looking ---- */

CapPoint cap_session_position(CapSession *session);
/* The centre of the voxel that it lies in: where all three planes that are
 * shown cross, and what texts tell. */
CapPoint cap_session_crosshair(CapSession *session);
/* Clamped to the volume; CENTER asks the views to centre on it. */
void cap_session_set_position(CapSession *session, CapPoint at_mm,
                              gboolean center);
void cap_session_scroll(CapSession *session, CapPlane plane, int steps);
/* How images are shown; borrowed. */
CapLook *cap_session_look(CapSession *session);
/* Images of SESSION are shown as those of WITH from now on. Before any widget
 * has bound to SESSION. */
void cap_session_share_look(CapSession *session, CapSession *with);
/* The point under the mouse in a view of PLANE, NULL when it has left. */
void cap_session_set_pointer(CapSession *session, CapPlane plane,
                             const CapPoint *at_mm);
/* FALSE when the mouse is not in a view of PLANE. */
gboolean cap_session_pointer(CapSession *session, CapPlane plane,
                             CapPoint *at_mm);
/* The point to read HU at: under the mouse, else the cross-hair. */
CapPoint cap_session_reading_point(CapSession *session);
/* HU at the reading point, as the view shows it: of the slab where there is
 * one. FALSE outside the volume and on absent planes. */
gboolean cap_session_hu(CapSession *session, int *hu);

gboolean cap_session_explain(CapSession *session);
/* The selected finding, while it is to be explained and a network has judged
 * it; else NULL. Borrowed. */
CapFindingItem *cap_session_explained(CapSession *session);
gboolean cap_session_marks_hidden(CapSession *session);
gboolean cap_session_detecting(CapSession *session);
int cap_session_capsule(CapSession *session);
CapPhase cap_session_phase(CapSession *session);
const char *cap_session_message(CapSession *session);
const char *cap_session_stage(CapSession *session);
double cap_session_fraction(CapSession *session);

/* ---- key images ---- */

/* Of CapKeyImage, as the review has them. */
GListModel *cap_session_key_images(CapSession *session);
/* Whether the slice that views of PLANE show is one. */
gboolean cap_session_is_key_image(CapSession *session, CapPlane plane);
/* Marks that slice, of which FIELD is seen, or no longer, which the review
 * keeps and undo takes back; TRUE when it is one now. */
gboolean cap_session_toggle_key_image(CapSession *session, CapPlane plane,
                                      const CapImageField *field);
/* Shows it as it was looked at. */
void cap_session_go_key_image(CapSession *session, CapKeyImage *image);
/* The next (+1) or previous (-1), round and round; FALSE when there is none. */
gboolean cap_session_step_key_image(CapSession *session, int step);

/* ---- findings ---- */

/* Takes FINDINGS, which detection made: they replace what no reader has
 * touched. NULL forgets the review. */
void cap_session_set_findings(CapSession *session, CapFindings *findings);
/* Those of the review, hidden ones too. Borrowed until the next action; NULL
 * when nothing was found, imported or concluded on this series. */
const CapFindings *cap_session_findings(CapSession *session);
/* What the series comes to, hidden findings too; WHY (may be NULL) is set to
 * why it could not be evaluated, as cap_told tells it, "" where it could;
 * borrowed. */
CapResult cap_session_result(CapSession *session, const char **why);
GListModel *cap_session_all_items(CapSession *session); /* of CapFindingItem */
/* That of finding ID; NULL. Borrowed. */
CapFindingItem *cap_session_item(CapSession *session, int id);
GListModel *cap_session_visible_items(CapSession *session); /* as filtered */
void cap_session_set_sort(CapSession *session, CapSortKey key);
/* Which findings are listed, stepped through and marked. */
void cap_session_set_filter(CapSession *session,
                            const CapFindingFilter *filter);
const CapFindingFilter *cap_session_filter(CapSession *session); /* borrowed */
CapFindingItem *
cap_session_selected(CapSession *session); /* borrowed, or NULL */
/* GO also moves the cross-hair to it and centres the views. */
void cap_session_select(CapSession *session, CapFindingItem *item, gboolean go);
/* Next (+1) or previous (-1) in the visible order; FALSE at the end. */
gboolean cap_session_select_step(CapSession *session, int step);
/* Both are saved at once. The status is the selected finding's. */
void cap_session_set_status(CapSession *session, CapStatus status);
void cap_session_set_comment(CapSession *session, int id, const char *text);
void cap_session_set_detecting(CapSession *session, gboolean detecting);
/* Why what is open is not searched for nodules, as a clause ("it is US, not
 * CT"); "" when it can be. Borrowed. */
const char *cap_session_undetectable(CapSession *session);
/* Why the last detection gave nothing, "" when it did not fail; ERROR NULL
 * forgets it. */
void cap_session_set_detection_failure(CapSession *session,
                                       const GError *error);
const char *cap_session_detection_failure(CapSession *session);

/* ---- review ---- */

/* Takes REVIEW of the session's volume, or NULL, and shows its findings. */
void cap_session_set_review(CapSession *session, CapReview *review);
/* Where a review is begun when there is something to keep; NULL or "": in
 * memory. */
void cap_session_set_review_path(CapSession *session, const char *path);
/* Borrowed; NULL until there is one. For the commands of
 * io/review/review_commands.h, followed by cap_session_acted. */
CapReview *cap_session_review(CapSession *session);
/* The same, begun if need be; where it cannot be kept a warning says so, and it
 * is in memory. NULL without a volume. */
CapReview *cap_session_need_review(CapSession *session);
/* The same, with a list of findings, if only an empty one. */
gboolean cap_session_begin_review(CapSession *session);
/* What a command returned and its error (borrowed): shows the outcome, or warns
 * of the failure. Returns DONE. */
gboolean cap_session_acted(CapSession *session, gboolean done,
                           const GError *error);
/* FALSE when there is nothing, or it failed. Goes to what changed. */
gboolean cap_session_undo(CapSession *session);
gboolean cap_session_redo(CapSession *session);
/* Who acts from now on. */
void cap_session_set_reader(CapSession *session, const char *name);
const char *cap_session_reader(CapSession *session);

/* ---- first reading ---- */

void cap_session_set_first_reading(CapSession *session, gboolean on);
gboolean cap_session_first_reading(CapSession *session);
/* The findings of the software are hidden now. */
gboolean cap_session_is_blind(CapSession *session);
int cap_session_n_seen(CapSession *session); /* axial slices shown so far */
void cap_session_say_looked(CapSession *session);

/* ---- editing: see ui/edit/edit.h for what is done ---- */

CapTool cap_session_tool(CapSession *session);
void cap_session_set_tool(CapSession *session, CapTool tool);
/* The measurement in hand; borrowed. See ui/measure/measuring.h for what is
 * done. */
CapRuler *cap_session_ruler(CapSession *session);
double cap_session_brush_mm(CapSession *session); /* diameter */
void cap_session_set_brush_mm(CapSession *session, double diameter_mm);
