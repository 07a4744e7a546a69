/* Which of a window's actions can be used now, as all rooms say it. */
#pragma once

#include <gio/gio.h>

typedef struct {
  const char *name;
  gboolean enabled;
} CapActionState;

/* The first N_STATES of STATES hold for the actions of MAP; of one that the map
 * has not, nothing. */
void cap_action_states_set(GActionMap *map, const CapActionState *states,
                           guint n_states);
