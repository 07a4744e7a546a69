/* CapAttributeStrip: the eight attributes as readers would rate them, each with
 * its distribution and how far readers differ. */
#pragma once

#include "core/measure/finding.h"

#include <gtk/gtk.h>

#define CAP_TYPE_ATTRIBUTE_STRIP (cap_attribute_strip_get_type())
G_DECLARE_FINAL_TYPE(CapAttributeStrip, cap_attribute_strip, CAP,
                     ATTRIBUTE_STRIP, GtkWidget)

GtkWidget *cap_attribute_strip_new(void);
/* What the network says of FINDING (borrows). */
void cap_attribute_strip_set(CapAttributeStrip *strip,
                             const CapFinding *finding);
/* Shows MOVED in the place of RATING, which it was: "2.1 → 3.0  slight". */
void cap_attribute_strip_move(CapAttributeStrip *strip, CapAttributeKind kind,
                              const CapRating *rating, const CapRating *moved);
/* What is shown of KIND; borrowed, for tests. */
const char *cap_attribute_strip_words(CapAttributeStrip *strip,
                                      CapAttributeKind kind);
