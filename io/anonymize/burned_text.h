/* Text drawn into the pixels of an image, where a program can see it. */
#pragma once

#include <glib.h>
#include <stdint.h>

/* TRUE when HU (COLUMNS × ROWS, borrows) shows strokes as a computer draws
 * them: many short rows of exactly one value, brighter than what lies on both
 * sides by more than half of the way to air within one pixel, which no scanner
 * resolves. About five characters are enough. What is drawn dark, with soft
 * edges, in several greys, or was compressed with loss is not seen. */
gboolean cap_burned_text_is_in(const int16_t *hu, int columns, int rows);
