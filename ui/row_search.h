/* A search over rows that stand in groups: what has not the words that are
 * typed is hidden, and with its last row its group. */
#pragma once

#include <gtk/gtk.h>

/* A GtkSearchEntry. NAME says what is searched. Whoever wants to know of
 * another search connects to its "search-changed". */
GtkWidget *cap_row_search_new(const char *name);
/* TARGET, a widget or a page of a stack, whose "visible" the search sets: it is
 * seen when WORDS (NULL: none) have each word of the search at the start of one
 * of theirs, or when something is that was added with it as PARENT (NULL: of
 * none). Borrows both, which live as long as the entry; a parent comes first.
 */
void cap_row_search_add(GtkWidget *entry, gpointer target, gpointer parent,
                        const char *words);
/* A stack of CONTENT, where the rows are, and of a page that says NOTHING while
 * none of them is seen. */
GtkWidget *cap_row_search_stack_new(GtkWidget *entry, GtkWidget *content,
                                    const char *nothing);
