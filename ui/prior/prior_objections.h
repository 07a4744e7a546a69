/* What speaks for and against comparing a scan with an earlier one. */
#pragma once

#include "io/series/series.h"

/* Sentences (of char *) that speak against comparing NOW with THEN (borrows
 * both), in the language of the thread; none: nothing does. *OTHER_PATIENT:
 * they may be two patients'. Caller unrefs. */
GPtrArray *cap_prior_objections(const CapSource *now, const CapSource *then,
                                gboolean *other_patient);
/* Which series of LIST to compare NOW with (borrows both): of several studies
 * the last one before it, of this patient; the best series where there is none.
 * -1: nothing can be used. */
int cap_prior_best_series(const CapSeriesList *list, const CapSource *now);
