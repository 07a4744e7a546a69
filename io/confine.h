/* What a worker process gives up before it reads what nobody vouches for.
 * Nothing here fails: a kernel that knows no filters leaves the rest. */
#pragma once

#include <glib.h>

/* Both limits of RESOURCE (setrlimit). */
void cap_confine_limit(int resource, guint64 value);
/* The N system CALLS (SCMP_SYS of libseccomp) fail with EPERM from now on. */
void cap_confine_forbid(const int *calls, gsize n);
/* So does opening a file for writing. */
void cap_confine_forbid_writing(void);
