/* CapWindow: the reading room: header bar, series, views, findings, status. */
#pragma once

#include "ui/prior/prior_pairs.h"
#include "ui/report/report_loader.h"
#include "ui/session/session.h"
#include "ui/study/opener.h"
#include "ui/view/views.h"
#include "ui/work/detection.h"
#include "ui/work/judging.h"

#include <adwaita.h>

#define CAP_TYPE_WINDOW (cap_window_get_type())
G_DECLARE_FINAL_TYPE(CapWindow, cap_window, CAP, WINDOW, AdwApplicationWindow)

CapWindow *cap_window_new(AdwApplication *application);
/* FINDINGS as for cap_opener_open; may be NULL. */
void cap_window_open(CapWindow *window, const char *const *paths,
                     const char *findings);
void cap_window_open_path(CapWindow *window, const char *path,
                          const char *findings);
/* The list of all studies that were found, in place of the open one, or back.
 */
void cap_window_show_studies(CapWindow *window, gboolean shown);
/* What is irregular about the open series, in detail. */
void cap_window_show_cases(CapWindow *window);
/* Shows a sentence for some seconds. */
void cap_window_toast(CapWindow *window, const char *text);

/* Borrowed parts, for commands and tests. */
CapSession *cap_window_session(CapWindow *window);
CapOpener *cap_window_opener(CapWindow *window);
CapDetection *cap_window_detection(CapWindow *window);
CapReportLoader *cap_window_report_loader(CapWindow *window);
/* The keys go to the comment of the selected finding. */
void cap_window_focus_comment(CapWindow *window);
CapJudging *cap_window_judging(CapWindow *window); /* borrowed */
/* The earlier scan, its alignment and its pairs. */
CapPriorPairs *cap_window_prior_pairs(CapWindow *window);
CapViews *cap_window_views(CapWindow *window);
/* Slices of the active view run, or stop. */
void cap_window_toggle_cine(CapWindow *window);
/* Name of the page in view: "empty", "scanning", "studies", "failed" or
 * "reading". */
const char *cap_window_page(CapWindow *window);
/* Both bars and the status line away, or back as they were. */
void cap_window_set_image_only(CapWindow *window, gboolean image_only);
