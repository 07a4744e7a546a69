/* What DCMTK knows of codes, for suites that compare ours with it. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The meaning that the context groups of DCMTK's cmr module give the code VALUE
 * of SCHEME; NULL when it is in none of them. Caller frees. */
char *cap_test_dcmtk_meaning(const char *value, const char *scheme);

G_END_DECLS
