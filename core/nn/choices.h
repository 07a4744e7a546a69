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

/* Names this machine as above; caller frees. ISA and LIBRARY as the caller
 * knows them. */
char *cap_choices_machine(const char *isa, const char *library);
