/* Descriptions without what might identify (PS3.15 E.3.5). */
#pragma once

#include <glib.h>

/* What of VALUE (texts joined by backslashes) is made of words that we know to
 * be about bodies, scanners and pictures, and of measures with a unit; all else
 * is left out, since no list of names is complete. Returns, perhaps ""; caller
 * frees. */
char *cap_descriptor_clean(const char *value);
