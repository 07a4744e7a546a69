/* Words in the language of the reader, through gettext.
 *
 * Where a word is written it is marked: with _() where it is shown, with N_()
 * in a table whose user calls _(), with P_() where a number decides. Only the
 * viewer sets a locale; everything else stays English. What is written into a
 * file is made between cap_language_english and cap_language_restore, so that
 * it reads the same wherever it was written. */
#pragma once

#define GETTEXT_PACKAGE "capsight"
#include <glib/gi18n-lib.h>
#include <locale.h>

/* ONE or MANY, by the rules of the language for the number N. */
#define P_(one, many, n) g_dngettext(GETTEXT_PACKAGE, one, many, n)

/* Words and numbers of the calling thread are English from here on. Returns
 * what they were. */
locale_t cap_language_english(void);
/* As it was before cap_language_english returned BEFORE. */
void cap_language_restore(locale_t before);

/* Ends with the block: CAP_LANGUAGE_ENGLISH; at its start. */
typedef locale_t CapLanguageScope;
static inline void
cap_language_scope_end(CapLanguageScope *before)
{
  cap_language_restore(*before);
}
#define CAP_LANGUAGE_ENGLISH                                                   \
  __attribute__((cleanup(cap_language_scope_end), unused))                     \
  CapLanguageScope cap_language_before = cap_language_english()
