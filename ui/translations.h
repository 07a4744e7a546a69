/* Where the words of other languages are. */
#pragma once

/* Takes the language of the desktop and finds the translations of the installed
 * program or of the build tree. Once, before the first word is shown. */
void cap_translations_bind(void);
