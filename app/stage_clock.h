/* Seconds and peak memory of every stage of a command, for timing.json.
 *
 * It sits between the work and the progress display: a stage begins when its
 * name is first reported. Peaks are of the whole process (VmHWM), reset at each
 * stage where the kernel allows that. */
#pragma once

#include "core/progress.h"

typedef struct CapStageClock CapStageClock;

/* Highest resident size of the process since it began or a clock reset it, MiB;
 * 0 where /proc says nothing. */
double cap_stage_clock_peak_mib(void);

/* Passes everything on to NEXT (borrows). Returns; caller frees. */
CapStageClock *cap_stage_clock_new(const CapProgress *next);
void cap_stage_clock_free(CapStageClock *clock);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapStageClock, cap_stage_clock_free)

/* What to hand to the work; borrowed. */
const CapProgress *cap_stage_clock_progress(CapStageClock *clock);
/* Begins STAGE by hand, for work that reports nothing. */
void cap_stage_clock_begin(CapStageClock *clock, const char *stage);

/* Ends the last stage. Returns {"stages":[{"stage","seconds","peak_mib"}],
 * "total_seconds","peak_mib","processors"} as text. */
char *cap_stage_clock_finish(CapStageClock *clock);
