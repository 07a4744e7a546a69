/* What was measured to be fastest on this machine, kept for the next start.
 *
 * A key file, capsight/choices.ini in the user's cache folder: a group for each
 * machine (processor, instruction set, threads, oneDNN), a key for each layer's
 * shape, pass and batch. A file that cannot be read or written costs only the
 * measurement. */
#pragma once

#include "core/nn/precision.h"

/* MACHINE and KEY without brackets and "=". FALSE when nothing is kept. */
gboolean cap_choices_find(const char *machine, const char *key, CapWay *way);
void cap_choices_keep(const char *machine, const char *key, CapWay way);

/* Names this machine as above; caller frees. */
char *cap_choices_machine(void);

/* N random numbers to time on, -1 to 1; for free(), NULL without memory. */
float *cap_choices_numbers(gsize n, GRand *random);

/* Runs WAY once on operands of DATA. FALSE where it cannot. */
typedef gboolean (*CapWayRun)(CapWay way, gpointer data);

/* What is kept for KEY on this machine, else the quickest of N WAYS by the
 * shortest of some runs, kept for the next time. A single way needs no clock;
 * the first one where none can run. */
CapWay cap_choices_fastest(const char *key, const CapWay *ways, int n,
                           CapWayRun run, gpointer data);
