/* Window presets: see preset.h. */
#include "ui/view/preset.h"

#include "core/language.h"

#include <stddef.h>

const CapPreset cap_presets[CAP_N_PRESETS] = {
    {N_("Lung"), 1500, -600},        {N_("Mediastinum"), 400, 40},
    {N_("Bone"), 1800, 400},         {N_("Vessels"), 600, 200},
    {N_("Ground glass"), 800, -700}, {N_("Whole range"), 4000, 0},
};

const CapPreset *
cap_preset_find(double window_hu, double level_hu)
{
  for (int i = 0; i < CAP_N_PRESETS; i++)
    if (cap_presets[i].window_hu == window_hu &&
        cap_presets[i].level_hu == level_hu)
      return &cap_presets[i];
  return NULL;
}
