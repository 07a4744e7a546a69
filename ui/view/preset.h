/* Window presets: keys 1 … 6. */
#pragma once

#define CAP_N_PRESETS 6

typedef struct {
  const char *name;
  double window_hu, level_hu;
} CapPreset;

extern const CapPreset cap_presets[CAP_N_PRESETS];

/* The preset with exactly these values, or NULL. */
const CapPreset *cap_preset_find(double window_hu, double level_hu);
