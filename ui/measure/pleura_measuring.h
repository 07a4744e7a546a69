/* CapPleuraMeasuring: the distance of the selected finding to the pleura, in
 * the background, since the lungs have to be found first; then a measurement
 * like one by hand, which the reader can move, name and delete. */
#pragma once

#include "ui/work/judging.h"

typedef struct CapPleuraMeasuring CapPleuraMeasuring;

/* Takes a reference of SESSION; JUDGING (borrowed) is asked for the lungs that
 * it knows. */
CapPleuraMeasuring *cap_pleura_measuring_new(CapSession *session,
                                             CapJudging *judging);
void cap_pleura_measuring_free(CapPleuraMeasuring *measuring); /* cancels */
/* The selected finding has an outline to measure from. */
gboolean cap_pleura_measuring_can(CapSession *session);
/* A warning of the session says so when nothing can be measured. */
void cap_pleura_measuring_start(CapPleuraMeasuring *measuring);
