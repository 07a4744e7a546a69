/* Time and memory by stage: see stage_clock.h. */
#include "app/stage_clock.h"

#include "io/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  char *name;
  double seconds, peak_mib;
} Stage;

struct CapStageClock {
  CapProgress progress; /* what the work sees */
  const CapProgress *next;
  GArray *stages; /* of Stage; a name that comes back adds to its first entry */
  int current;    /* index, or -1 */
  gint64 start_us, stage_us;
};

static void
clear_stage(gpointer stage)
{
  g_free(((Stage *)stage)->name);
}

/* proc(5): writing 5 to clear_refs resets VmHWM. */
static void
reset_peak(void)
{
  FILE *file = fopen("/proc/self/clear_refs", "we");
  if (file == NULL)
    return;
  fputs("5", file);
  fclose(file);
}

static void
end_stage(CapStageClock *clock, gint64 now)
{
  if (clock->current < 0)
    return;
  Stage *stage = &g_array_index(clock->stages, Stage, clock->current);
  stage->seconds += (double)(now - clock->stage_us) / 1e6;
  stage->peak_mib = MAX(stage->peak_mib, cap_stage_clock_peak_mib());
}

double
cap_stage_clock_peak_mib(void)
{
  g_autofree char *status = NULL;
  if (!g_file_get_contents("/proc/self/status", &status, NULL, NULL))
    return 0;
  const char *line = strstr(status, "VmHWM:");
  return line ? g_ascii_strtod(line + strlen("VmHWM:"), NULL) / 1024 : 0;
}

void
cap_stage_clock_begin(CapStageClock *clock, const char *name)
{
  if (clock->current >= 0 &&
      g_str_equal(g_array_index(clock->stages, Stage, clock->current).name,
                  name))
    return;
  const gint64 now = g_get_monotonic_time();
  end_stage(clock, now);
  clock->current = -1;
  for (guint i = 0; i < clock->stages->len; i++)
    if (g_str_equal(g_array_index(clock->stages, Stage, i).name, name))
      clock->current = (int)i;
  if (clock->current < 0) {
    const Stage stage = {.name = g_strdup(name)};
    g_array_append_val(clock->stages, stage);
    clock->current = (int)clock->stages->len - 1;
  }
  clock->stage_us = now;
  reset_peak();
}

static void
on_progress(const char *stage, double fraction, gpointer user_data)
{
  CapStageClock *clock = user_data;
  cap_stage_clock_begin(clock, stage);
  if (clock->next->func != NULL)
    clock->next->func(stage, fraction, clock->next->user_data);
}

CapStageClock *
cap_stage_clock_new(const CapProgress *next)
{
  CapStageClock *clock = g_new0(CapStageClock, 1);
  clock->next = next;
  clock->progress = (CapProgress){.func = on_progress,
                                  .user_data = clock,
                                  .cancellable = next->cancellable};
  clock->stages = g_array_new(FALSE, FALSE, sizeof(Stage));
  g_array_set_clear_func(clock->stages, clear_stage);
  clock->current = -1;
  clock->start_us = g_get_monotonic_time();
  return clock;
}

void
cap_stage_clock_free(CapStageClock *clock)
{
  if (clock == NULL)
    return;
  g_array_unref(clock->stages);
  g_free(clock);
}

const CapProgress *
cap_stage_clock_progress(CapStageClock *clock)
{
  return &clock->progress;
}

char *
cap_stage_clock_finish(CapStageClock *clock)
{
  const gint64 now = g_get_monotonic_time();
  end_stage(clock, now);
  clock->current = -1;
  double peak = 0;
  CapJson *json = cap_json_new();
  cap_json_begin_object(json, NULL, FALSE);
  cap_json_begin_array(json, "stages", FALSE);
  for (guint i = 0; i < clock->stages->len; i++) {
    const Stage *stage = &g_array_index(clock->stages, Stage, i);
    cap_json_begin_object(json, NULL, TRUE);
    cap_json_string(json, "stage", stage->name);
    cap_json_number(json, "seconds", stage->seconds, 3);
    cap_json_number(json, "peak_mib", stage->peak_mib, 1);
    cap_json_end_object(json);
    peak = MAX(peak, stage->peak_mib);
  }
  cap_json_end_array(json);
  cap_json_number(json, "total_seconds", (double)(now - clock->start_us) / 1e6,
                  3);
  cap_json_number(json, "peak_mib", peak, 1);
  cap_json_int(json, "processors", g_get_num_processors());
  cap_json_end_object(json);
  return cap_json_finish(json);
}
