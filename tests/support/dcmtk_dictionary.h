/* DCMTK's data dictionary, for suites that compare our tables with it. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* VR ("LO") and keyword of the standard attribute TAG (group << 16 | element),
 * both static; FALSE when the dictionary does not have it. */
gboolean cap_test_dictionary(guint32 tag, const char **vr,
                             const char **keyword);

G_END_DECLS
