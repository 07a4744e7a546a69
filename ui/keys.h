/* Keys of the window: one table for what they do, the window that lists them
 * and the man page. */
#pragma once

#include <gtk/gtk.h>

typedef struct {
  const char *accelerator; /* as gtk_accelerator_parse reads it */
  const char *action;      /* detailed action name; NULL: handled elsewhere and
                              only listed */
  const char *title;       /* for people; NULL: another key of the same line */
  const char *group;
} CapKey;

/* Ends with a row whose accelerator is NULL. */
extern const CapKey cap_keys[];

/* The action of a key press, or NULL. */
const char *cap_keys_lookup(guint key, GdkModifierType state);

/* What GTK calls a key, as people read it: without "_" (GTK has no English
 * words for "Page_Up" and the like), and Backspace by a name of its own, which
 * in German is that of Delete. Caller frees. */
char *cap_keys_name(const char *of_gtk);
/* "Ctrl+S". Caller frees. */
char *cap_keys_label(const CapKey *key);

/* Shows in MENU and its sections the keys of what they do. */
void cap_keys_into_menu(GMenu *menu);

/* KEY, or for one of the number pad the same one beside it: arrows, Home, End,
 * Page Up and Page Down, Enter. */
guint cap_keys_off_pad(guint key);
