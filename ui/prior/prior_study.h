/* CapPriorStudy: an earlier scan of the patient, beside the session's.
 *
 * It has a session of its own (with opener and review), which shows its images
 * as the present ones are shown; closing gives its memory back. Where a point
 * of the one lies in the other is a CapPriorMap, by which both are scrolled in
 * step. Everything lives in the UI thread.
 *
 * Properties (all notify): "open" (boolean, read), "shown" (boolean, read: it
 * is open, its series is known, and nothing speaks against it or the reader
 * goes on all the same), "in-step" (boolean), "overlay" (CapPriorOverlay).
 *
 * Signals: "alarm" (something speaks against it: ask the reader), "changed"
 * (its dates, alarms or place), "map-changed". */
#pragma once

#include "ui/prior/prior_map.h"
#include "ui/session/session.h"

/* The earlier scan over the present one's views. */
typedef enum {
  CAP_PRIOR_OVERLAY_OFF,
  CAP_PRIOR_OVERLAY_FADE,    /* half transparent */
  CAP_PRIOR_OVERLAY_CHECKER, /* in squares */
  CAP_N_PRIOR_OVERLAYS
} CapPriorOverlay;

#define CAP_TYPE_PRIOR_STUDY (cap_prior_study_get_type())
G_DECLARE_FINAL_TYPE(CapPriorStudy, cap_prior_study, CAP, PRIOR_STUDY, GObject)

CapPriorStudy *cap_prior_study_new(CapSession *current);

CapSession *cap_prior_study_current(CapPriorStudy *prior); /* borrowed */
/* The earlier scan's own; empty while none is open. Borrowed. */
CapSession *cap_prior_study_session(CapPriorStudy *prior);

/* PATH and FINDINGS as for cap_opener_open. */
void cap_prior_study_open(CapPriorStudy *prior, const char *path,
                          const char *findings);
/* Another series of what is open, by its index. */
void cap_prior_study_open_series(CapPriorStudy *prior, int index);
void cap_prior_study_close(CapPriorStudy *prior);
/* For detection, as of cap_detection_set_weights. */
void cap_prior_study_set_weights(CapPriorStudy *prior, const char *path);
/* Looks for nodules in it, in the background; and no longer. */
void cap_prior_study_detect(CapPriorStudy *prior);
void cap_prior_study_stop_detection(CapPriorStudy *prior);
gboolean cap_prior_study_is_open(CapPriorStudy *prior);
gboolean cap_prior_study_is_shown(CapPriorStudy *prior);

/* What speaks against comparing the two (of char *), a sentence each: another
 * patient, not earlier, not a CT that can be compared. Borrowed until
 * "changed". */
const GPtrArray *cap_prior_study_alarms(CapPriorStudy *prior);
/* It may be another patient's. */
gboolean cap_prior_study_is_other_patient(CapPriorStudy *prior);
/* The reader goes on in spite of the alarms. */
void cap_prior_study_confirm(CapPriorStudy *prior);
/* From the earlier to the present scan, negative when it is later. FALSE unless
 * both dates are known. */
gboolean cap_prior_study_days(CapPriorStudy *prior, int *days);
/* "2024-03-01, 92 days earlier". Caller frees. */
char *cap_prior_study_when(CapPriorStudy *prior);

const CapPriorMap *cap_prior_study_map(CapPriorStudy *prior); /* borrowed */
void cap_prior_study_set_map(CapPriorStudy *prior, const CapPriorMap *map);
/* The earlier scan has an image of the place that the present one is at. */
gboolean cap_prior_study_reaches(CapPriorStudy *prior);
CapPriorOverlay cap_prior_study_overlay(CapPriorStudy *prior);
/* Off, half transparent, in squares, and off again. */
void cap_prior_study_cycle_overlay(CapPriorStudy *prior);
gboolean cap_prior_study_in_step(CapPriorStudy *prior);
void cap_prior_study_set_in_step(CapPriorStudy *prior, gboolean in_step);
