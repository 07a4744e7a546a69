/* Text in pixels: see burned_text.h. */
#include "io/anonymize/burned_text.h"

#include "core/image/volume.h"

#define RUN_MAX 6    /* pixels: strokes are thin */
#define RUNS_MIN 40  /* a character has ten or so */
#define DROP_MIN 300 /* HU */

/* How far both sides must be below a row of VALUE. */
static int
drop_of(int value)
{
  return MAX(DROP_MIN, (value - CAP_HU_AIR) / 2);
}

gboolean
cap_burned_text_is_in(const int16_t *hu, int columns, int rows)
{
  g_autofree int *runs = g_new0(int, 1 << 16); /* by value */
  for (int r = 0; r < rows; r++) {
    const int16_t *row = hu + (gsize)r * columns;
    for (int c = 1; c < columns;) {
      int end = c;
      while (end < columns && row[end] == row[c])
        end++;
      const int value = row[c], drop = drop_of(value);
      if (end < columns && end - c <= RUN_MAX && row[c - 1] < value - drop &&
          row[end] < value - drop && ++runs[value - G_MININT16] >= RUNS_MIN)
        return TRUE;
      c = end;
    }
  }
  return FALSE;
}
