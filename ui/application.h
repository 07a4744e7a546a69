/* CapApplication: one process, one window per study. */
#pragma once

#include <adwaita.h>

#define CAP_APPLICATION_ID "org.capsight.Viewer"

/* Options: PATH, --findings, --weights, --help, --version. Run it with
 * g_application_run. */
AdwApplication *cap_application_new(void);
/* Makes the style sheet, templates and icons known; cap_application_new calls
 * it, tests of single widgets too. Idempotent. */
void cap_application_init_resources(void);
