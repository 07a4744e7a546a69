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

/* KEY, or for one of the number pad the same one beside it: arrows, Home, End,
 * Page Up and Page Down, Enter. */
guint cap_keys_off_pad(guint key);
