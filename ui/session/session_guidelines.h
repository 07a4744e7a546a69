/* CapSession: the patient context and readers' own categories, and the findings
 * as guidelines see them now. Changes emit "marks-changed". */
#pragma once

#include "core/guidelines/judge.h"
#include "ui/session/session.h"

/* All findings with what the reader has done to them. The list is the caller's
 * (cap_session_now_free), the findings in it are borrowed until the next
 * change. NULL before anything was detected or read. */
CapFindings *cap_session_now(CapSession *session);
void cap_session_now_free(CapFindings *now);

/* SERIES_UID is that of the earlier scan that is shown beside the session's (""
 * where none is): lists tell no change since another one. */
void cap_session_set_beside(CapSession *session, const char *series_uid);

/* What is known of the patient: what was said before what the images say. */
CapPatientContext cap_session_context(CapSession *session);
/* The setting (a word of core/guidelines/context.h) where nobody says it. */
void cap_session_set_usual_setting(CapSession *session, const char *word);
void cap_session_set_context(CapSession *session,
                             const CapPatientContext *context);
/* The reader's category (a word of GUIDELINE's) for the selected finding, with
 * a REASON that is not empty; CATEGORY NULL goes back to the rule's. */
void cap_session_set_override(CapSession *session, CapGuideline guideline,
                              const char *category, const char *reason);
