/* Words of tables, as widgets take them. */
#pragma once

#include "core/language.h"

#include <gtk/gtk.h>

/* WORDS (marked with N_(), ended by NULL) in the reader's language, for lists
 * to choose from. Returns; caller owns. */
GtkStringList *cap_phrase_list_new(const char *const *words);
/* A drop-down with WORDS. */
GtkWidget *cap_phrase_drop_down_new(const char *const *words);
/* WORDS (marked with N_()) in the reader's language, with a capital in front,
 * as what stands alone has it. "" stays "". Returns; caller frees. */
char *cap_phrase_capital(const char *words);
