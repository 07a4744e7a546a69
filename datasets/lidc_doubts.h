/* What an LIDC-IDRI message says of its images that the images do not. */
#pragma once

#include "core/image/volume.h"
#include "io/lidc_xml.h"

/* Compares READS, read from PATH, with VOLUME: the study's UID, the images that
 * outlines name, their z positions (by more than half a slice). Returns a
 * GPtrArray of char *: a sentence for each kind of contradiction with file,
 * line of the first case, number of cases and what was done about them; empty
 * when there is none. What either side leaves out contradicts nothing. */
GPtrArray *cap_lidc_doubts_find(const CapLidcReads *reads, const char *path,
                                const CapVolume *volume);
