/* DICOM status codes of storing (PS3.4 table B.2-1, PS3.7 annex C, PS3.18 table
 * I.2-2) in words. */
#pragma once

#include "io/archive/archive.h"

/* What failure STATUS means; static. */
const char *cap_status_words(int status);
/* Notes what the archive said of ITEM: FAILED, or stored with STATUS 0 or that
 * of a warning. */
void cap_send_settle_status(CapSendItem *item, gboolean failed, int status);
