/* CapGuidelineSection: what guidelines say about the selected finding and about
 * the examination: category, rule, numbers, what was assumed; the patient
 * context, the reader's own category, and paragraphs for the clipboard. */
#pragma once

#include "core/guidelines/override.h"
#include "ui/session/session.h"

#define CAP_TYPE_GUIDELINE_SECTION (cap_guideline_section_get_type())
G_DECLARE_FINAL_TYPE(CapGuidelineSection, cap_guideline_section, CAP,
                     GUIDELINE_SECTION, GtkWidget)

GtkWidget *cap_guideline_section_new(CapSession *session);

/* The texts that it shows, for tests: of GUIDELINE, of the examination.
 * Borrowed. */
const char *cap_guideline_section_verdict(CapGuidelineSection *section,
                                          CapGuideline guideline);
const char *cap_guideline_section_exam(CapGuidelineSection *section);
