/* What the files of CapSession share: session.c has the object and the work on
 * it, session_study.c the study and its volume, session_look.c what the views
 * show, session_review.c the review and its findings, session_reading.c the
 * first reading, session_edit.c the tool, session_findings.c the order. Nobody
 * else includes this. */
#pragma once

#include "ui/session/session.h"

struct _CapSession {
  GObject parent;
  CapPhase phase;
  char *message, *stage, *path, *detection_failure;
  char *weights; /* or NULL */
  double fraction;
  CapShared *list;   /* of CapSeriesList */
  int series_index;  /* into it, -1 none */
  CapShared *volume; /* of CapVolume */
  gboolean complete;
  guint serial;

  CapPoint position_mm, pointer_mm;
  char *frame_uid;      /* the frame of reference that POSITION_MM is of */
  gboolean keeps_place; /* the volume lies in the frame of the one before */
  gboolean has_pointer;
  CapPlane pointer_plane;
  CapLook *look;
  gboolean follows_look; /* it is another session's */
  double own_window[2];  /* what the reader had before FITTED; width, level */
  double fitted[2];      /* to images without HU; width 0: none were */
  gboolean explain, marks_hidden, detecting;
  int capsule;

  GListStore *key_images; /* of CapKeyImage */
  int key_image;          /* id of the one gone to last; 0: none */

  CapReview *review; /* NULL until there is something to review */
  char *review_path, *reader;
  char *beside; /* series UID of the earlier scan that is shown; "": none is */
  gboolean first_reading, looked;
  uint8_t *seen; /* axial slices so far; NULL while nothing is counted */
  int n_seen;
  CapTool tool;
  CapRuler *ruler;
  double brush_mm;
  GListStore *items;
  CapFindingOrder *order;
  CapFindingItem *selected;
  CapPatientContext usual_context; /* where nobody says otherwise */
};

enum {
  CAP_SESSION_PROP_PHASE = 1,
  CAP_SESSION_PROP_MESSAGE,
  CAP_SESSION_PROP_STAGE,
  CAP_SESSION_PROP_FRACTION,
  CAP_SESSION_PROP_DETECTING,
  CAP_SESSION_PROP_EXPLAIN,
  CAP_SESSION_PROP_MARKS_HIDDEN,
  CAP_SESSION_PROP_CAPSULE,
  CAP_SESSION_PROP_SELECTED,
  CAP_SESSION_PROP_FIRST_READING,
  CAP_SESSION_PROP_TOOL,
  CAP_SESSION_N_PROPERTIES
};
enum {
  CAP_SESSION_VOLUME_CHANGED,
  CAP_SESSION_PLANES_ARRIVED,
  CAP_SESSION_POSITION_CHANGED,
  CAP_SESSION_POINTER_CHANGED,
  CAP_SESSION_MARKS_CHANGED,
  CAP_SESSION_FINDINGS_STATE,
  CAP_SESSION_WARNING,
  CAP_SESSION_N_SIGNALS
};

/* Shows images without HU whole, for which no preset was made, and HU by the
 * preset that was in use before. A window that a reader made stays. */
void cap_session_fit_window(CapSession *session);
/* Emits notify for one of CAP_SESSION_PROP_…. */
void cap_session_notify(CapSession *session, guint property);
/* Sets *FLAG, of that property, and notifies when it is another. */
void cap_session_set_flag(CapSession *session, gboolean *flag, gboolean value,
                          guint property);
/* SIGNAL is one of CAP_SESSION_VOLUME_CHANGED …; VALUE for those that carry a
 * boolean. */
void cap_session_emit(CapSession *session, guint signal, gboolean value);
/* Replaces *TEXT by a copy of WITH, NULL by "". */
void cap_session_replace_text(char **text, const char *with);
/* Brings the items up to date with the review and what may be shown of it. */
void cap_session_show_review(CapSession *session);
/* Brings what lists say of the items up to date. */
void cap_session_note_items(CapSession *session);
/* Brings the key images up to date with the review. */
void cap_session_show_key_images(CapSession *session);
/* Another review, or another volume: counts the slices that are shown anew. */
void cap_session_reading_began(CapSession *session);
void cap_session_reading_went_on(CapSession *session); /* to the position now */
