/* What a reader does to a review, one function a command: each is one action
 * (see cap_review_do for the errors), saved when it returns TRUE. */
#pragma once

#include "io/review/review.h"

/* Findings read from a file (borrows), ids, measurements and all, into a review
 * that has none yet. */
gboolean cap_review_import(CapReview *review, const CapFindings *findings,
                           GError **error);
/* The outcome of detection (borrows). What a reader has touched — given a
 * status or a comment, or marked — stays, and what detection found in its place
 * is left out. The rest is replaced: what is found again in its place keeps its
 * number and tracking UID, what is not goes. Measurements, which come with a
 * report that was read, are added unless they are there. */
gboolean cap_review_detected(CapReview *review, const CapFindings *findings,
                             GError **error);

gboolean cap_review_set_status(CapReview *review, int id, CapStatus status,
                               GError **error);
/* TEXT "" takes the comment away. */
gboolean cap_review_set_comment(CapReview *review, int id, const char *text,
                                GError **error);
/* Adds FINDING (takes) under a new id, which is returned; 0 on failure. */
int cap_review_add(CapReview *review, CapFinding *finding, GError **error);
gboolean cap_review_delete(CapReview *review, int id, GError **error);
/* FINDING (takes) in the place of the one with its id: ACT says what was done
 * to it (moved, resized, redrawn, judged). What changes its mask leaves it the
 * tracking UID that reports knew it by. */
gboolean cap_review_change(CapReview *review, CapAct act, CapFinding *finding,
                           GError **error);
/* Finding ID becomes PARTS (of CapFinding, taken out): the first keeps the id,
 * the others get new ones. */
gboolean cap_review_split(CapReview *review, int id, GPtrArray *parts,
                          GError **error);
/* WHOLE (takes) in the place of the finding with its id, which has swallowed
 * the finding OTHER. */
gboolean cap_review_merge(CapReview *review, CapFinding *whole, int other,
                          GError **error);
/* What the reader says of the whole scan, and why. NONE takes it back. */
gboolean cap_review_conclude(CapReview *review, CapConclusion conclusion,
                             const char *reason, GError **error);
/* What guidelines ask about the patient. */
gboolean cap_review_set_context(CapReview *review,
                                const CapPatientContext *context,
                                GError **error);
/* MEASUREMENT (takes) under a new id, which is returned; 0 on failure. */
int cap_review_add_measurement(CapReview *review, CapMeasurement *measurement,
                               GError **error);
/* MEASUREMENT (takes) in the place of the one with its id: it lies elsewhere.
 */
gboolean cap_review_move_measurement(CapReview *review,
                                     CapMeasurement *measurement,
                                     GError **error);
/* NAME "" takes the name away. */
gboolean cap_review_name_measurement(CapReview *review, int id,
                                     const char *name, GError **error);
gboolean cap_review_delete_measurement(CapReview *review, int id,
                                       GError **error);
/* What cap_prior_compare made of a copy of the review's findings, COMPARED
 * (borrows): their priors, and what the head says of the earlier scan. ACT says
 * who paired them, NOTE how. Pairs that stay as they were are no change. */
gboolean cap_review_set_priors(CapReview *review, CapAct act, const char *note,
                               const CapFindings *compared, GError **error);
/* IMAGE (takes) under a new id, which is returned; 0 on failure. */
int cap_review_add_key_image(CapReview *review, CapReviewImage *image,
                             GError **error);
gboolean cap_review_remove_key_image(CapReview *review, int id, GError **error);
/* An entry of the log that changes nothing. */
gboolean cap_review_log(CapReview *review, CapAct act, const char *note,
                        GError **error);
