/* Points that readers marked in other programs, with what they wrote to them:
 * the arrows and labelled probes of OHIF. Its adapters write a group whose
 * finding is a code for free text, with the text as its meaning, and a number
 * “Center” without a value, whose point is the arrow's head; the point after
 * that, where there is one, is its other end. */
#pragma once

#include "io/import/content.h"

/* ITEM is a number that only says where something is: it has no value, and a
 * point. */
gboolean cap_import_is_place(const CapContentItem *item);
/* GROUP shows a point, itself or by such a number. */
gboolean cap_import_has_mark(const CapContentItem *group);
/* CODE holds what a reader wrote, in place of a code. */
gboolean cap_import_is_free_text(const CapContentCode *code);
