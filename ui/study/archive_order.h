/* CapArchiveOrder: what the archive dialog has done in a job's thread: a
 * search, or the fetching of one study. */
#pragma once

#include "io/archive/archive.h"
#include "ui/work/job.h"

/* A search returns no more; one that finds more says so. */
#define CAP_ARCHIVE_ORDER_MAX_ROWS 500

/* Everything the job needs, copied. */
typedef struct {
  char *config, *archive; /* the list of archives, and which of it */
  char *match[CAP_FIELD_N];
  char *study_uid; /* to fetch; NULL for a search */
  char *folder;    /* where to */
} CapArchiveOrder;

void cap_archive_order_free(CapArchiveOrder *order);

/* CapJobSpec's work for the order DATA. Returns the studies (GPtrArray of
 * CapArchiveRow), or the path (char *) of a study that is whole. */
gpointer cap_archive_order_work(CapJob *job, gpointer data, GError **error);
