/* Words in the language of the reader: see language.h. */
#include "core/language.h"

/* One for the whole program, never freed: threads may be using it. */
static locale_t
english(void)
{
  static gsize kept;
  if (g_once_init_enter(&kept))
    g_once_init_leave(&kept, (gsize)newlocale(LC_ALL_MASK, "C", NULL));
  return (locale_t)kept;
}

locale_t
cap_language_english(void)
{
  return uselocale(english());
}

void
cap_language_restore(locale_t before)
{
  uselocale(before);
}
