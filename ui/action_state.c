/* Which actions can be used: see action_state.h. */
#include "ui/action_state.h"

void
cap_action_states_set(GActionMap *map, const CapActionState *states,
                      guint n_states)
{
  for (guint i = 0; i < n_states; i++) {
    GAction *action = g_action_map_lookup_action(map, states[i].name);
    if (G_IS_SIMPLE_ACTION(action))
      g_simple_action_set_enabled(G_SIMPLE_ACTION(action), states[i].enabled);
  }
}
