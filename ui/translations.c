/* Where the words of other languages are: see translations.h. */
#include "ui/translations.h"

#include "core/language.h"
#include "core/program.h"

#include <libintl.h>

void
cap_translations_bind(void)
{
  /* The build tree, the prefix that the program lies in, the one it was
   * configured for. */
  static const char *const places[] = {"../ui/po", "../share/locale"};
  g_autofree char *folder = NULL;
  for (gsize i = 0; folder == NULL && i < G_N_ELEMENTS(places); i++)
    folder = cap_program_find(places[i]);
  setlocale(LC_ALL, "");
  bindtextdomain(GETTEXT_PACKAGE, folder != NULL ? folder : CAP_LOCALE_DIR);
  bind_textdomain_codeset(GETTEXT_PACKAGE, "UTF-8");
}
