/* CapReview: the findings of one scan under review, and every action on them.
 *
 * An action puts changed copies of findings in the place of what was there; it
 * is saved, with who did it and when, before it counts, and can be undone and
 * redone without limit, also after the review was closed. The state is what the
 * log of actions adds up to: opening a review replays it. Numbers are kept as
 * findings.json prints them, so a report says the same whichever it is made
 * from. One thread at a time. */
#pragma once

#include "core/measure/finding.h"
#include "io/review/review_image.h"

typedef struct CapReview CapReview;

typedef enum {
  CAP_ACT_IMPORTED, /* findings from a file */
  CAP_ACT_DETECTED,
  CAP_ACT_STATUS,
  CAP_ACT_COMMENTED,
  CAP_ACT_ADDED,
  CAP_ACT_DELETED,
  CAP_ACT_MOVED,
  CAP_ACT_RESIZED,
  CAP_ACT_REDRAWN, /* its contour on a slice */
  CAP_ACT_SPLIT,
  CAP_ACT_MERGED,
  CAP_ACT_JUDGED, /* by the network, after it was changed; comes and goes with
                     the change, so it is never undone by itself */
  CAP_ACT_CONCLUDED,
  CAP_ACT_KEY_IMAGE,
  CAP_ACT_CONTEXT,    /* what guidelines ask about the patient */
  CAP_ACT_OVERRIDDEN, /* a guideline's category, by the reader's own */
  CAP_ACT_MEASURED,
  CAP_ACT_MEASUREMENT_MOVED, /* whole or by an end */
  CAP_ACT_MEASUREMENT_NAMED,
  CAP_ACT_MEASUREMENT_DELETED,
  CAP_ACT_COMPARED, /* with an earlier scan: pairs of nodules */
  CAP_ACT_PAIRED,   /* the reader's own pair, or that there is none */
  /* Nothing changes, but the log has it. */
  CAP_ACT_OPENED,
  CAP_ACT_FIRST_READING, /* marks are hidden until the reader has looked */
  CAP_ACT_LOOKED,        /* … and now they are shown */
  CAP_ACT_UNDONE,
  CAP_ACT_REDONE,
  CAP_N_ACTS
} CapAct;

/* What an action can change. */
typedef enum {
  CAP_REVIEW_SCAN, /* item 0: what findings.json says beside its findings */
  CAP_REVIEW_FINDING,
  CAP_REVIEW_KEY_IMAGE,
  CAP_REVIEW_MEASUREMENT,
  CAP_REVIEW_N_ENTITIES
} CapReviewEntity;

/* The word in the log; static. */
const char *cap_act_name(CapAct act);
gboolean cap_act_parse(const char *word, CapAct *act);

/* Opens the review at PATH of VOLUME (borrows), a new one where there is none.
 * Without a PATH it is kept in memory and ends with the program. Returns; NULL
 * with CAP_ERROR_OUTPUT, CAP_ERROR_WRITE, CAP_ERROR_DATA (no review, damaged,
 * or of other images), CAP_ERROR_UNSUPPORTED (of a later version). */
CapReview *cap_review_open(const char *path, const CapVolume *volume,
                           GError **error);
/* The one at PATH is about VOLUME, to the voxel. FALSE with the errors of
 * cap_review_read. */
gboolean cap_review_check(const char *path, const CapVolume *volume,
                          GError **error);
/* An existing one, to read; VOLUME may be NULL. Also CAP_ERROR_NO_INPUT. */
CapReview *cap_review_read(const char *path, const CapVolume *volume,
                           GError **error);
void cap_review_close(CapReview *review);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapReview, cap_review_close)

/* PATH begins as a SQLite database does. */
gboolean cap_review_is_review(const char *path);

/* Who acts from now on; "" until it is said. Copied. */
void cap_review_set_reader(CapReview *review, const char *name);
/* The last one who acted and gave a name; "". Borrowed. */
const char *cap_review_last_reader(const CapReview *review);
const char *cap_review_file_name(const CapReview *review); /* borrowed */

/* ---- the state; borrowed until the next action ---- */

/* Items and measurements ascending by id; NULL before anything was imported or
 * detected. */
const CapFindings *cap_review_findings(const CapReview *review);
const CapFinding *cap_review_finding(const CapReview *review, int id);
const CapMeasurement *cap_review_measurement(const CapReview *review, int id);
const GPtrArray *cap_review_key_images(const CapReview *review);
/* An id that no finding, measurement or key image of this review has ever had.
 */
int cap_review_next_finding(const CapReview *review);
int cap_review_next_measurement(const CapReview *review);
int cap_review_next_key_image(const CapReview *review);
/* Changes with every version of finding ID; 0 when it is not there. */
gint64 cap_review_version(const CapReview *review, int id);
/* Ids (of int) of the findings that the last action, undo or redo touched. */
const GArray *cap_review_touched(const CapReview *review);
/* The same of measurements. */
const GArray *cap_review_touched_measurements(const CapReview *review);
/* How many entries the log has of ACT. */
int cap_review_count(const CapReview *review, CapAct act);
/* Their notes (of char *), oldest first, those that were undone too. Empty
 * where they cannot be read. Caller unrefs. */
GPtrArray *cap_review_notes(const CapReview *review, CapAct act);

/* ---- actions ---- */

typedef struct CapReviewAction CapReviewAction;

/* NOTE is free text for the log, or NULL. */
CapReviewAction *cap_review_action_new(CapAct act, const char *note);
void cap_review_action_free(CapReviewAction *action);
/* What will be there: each takes, and goes to the place its id says. */
void cap_review_action_put(CapReviewAction *action, CapFinding *finding);
void cap_review_action_remove(CapReviewAction *action, int id);
void cap_review_action_put_head(CapReviewAction *action, CapFindings *findings);
void cap_review_action_put_measurement(CapReviewAction *action,
                                       CapMeasurement *measurement);
void cap_review_action_remove_measurement(CapReviewAction *action, int id);
void cap_review_action_put_key_image(CapReviewAction *action,
                                     CapReviewImage *image);
void cap_review_action_remove_key_image(CapReviewAction *action, int id);

/* Saves ACTION (takes) and applies it. FALSE with CAP_ERROR_WRITE,
 * CAP_ERROR_DATA (another program has written to the file meanwhile) or
 * CAP_ERROR_MEMORY: then nothing has changed, neither here nor in the file. */
gboolean cap_review_do(CapReview *review, CapReviewAction *action,
                       GError **error);
/* What undo would take back, or redo bring again; FALSE when there is none. */
gboolean cap_review_can_undo(const CapReview *review, CapAct *act);
gboolean cap_review_can_redo(const CapReview *review, CapAct *act);
/* Errors as cap_review_do; FALSE without an error when there is none. */
gboolean cap_review_undo(CapReview *review, GError **error);
gboolean cap_review_redo(CapReview *review, GError **error);
