/* What findings.json and report.json say about guidelines: the patient context,
 * what each rule makes of a finding and of the examination, and a reader's own
 * category.
 *
 * Advice is written for whoever reads the file and never read back: it follows
 * from context, sizes and prior. */
#pragma once

#include "core/guidelines/judge.h"
#include "io/json.h"

/* Members "context" and "guidelines" (of the examination) of the object that
 * JSON is in. NOT_EVALUABLE as of cap_guideline_judge_exam. */
void cap_findings_guidelines_put_exam(CapJson *json,
                                      const CapFindings *findings,
                                      const char *not_evaluable);
/* Member "guidelines". FINDINGS NULL: only the reader's own categories, no
 * advice. */
void cap_findings_guidelines_put(CapJson *json, const CapFindings *findings,
                                 const CapFinding *finding);

/* The reverse, from ROOT ("context") and from a finding's OBJECT (overrides).
 * What is absent stays as it is. FALSE with CAP_ERROR_DATA that names
 * the key and not the file. */
gboolean cap_findings_guidelines_get_context(JsonObject *root,
                                             CapPatientContext *context,
                                             GError **error);
gboolean cap_findings_guidelines_get(JsonObject *object, CapFinding *finding,
                                     GError **error);
