/* CapCondition: one way of perturbing patches, and what a fold's network says
 * of patches so perturbed, kept as a table in the fold's folder. */
#pragma once

#include "models/study/study.h"

typedef struct {
  CapPerturbKind kind;
  double strength;
} CapCondition;

/* All conditions; the first is none. */
int cap_conditions_count(void);
CapCondition cap_condition_at(int index);
/* "rotation-x-15". Returns. */
char *cap_condition_name(CapCondition condition);

/* Asks MODEL's FOLD about every condition that has no table yet: decided
 * nodules of three readers or more, and all patches with negatives of their
 * making, each once, without mirror images. A CapStudyStep. */
gboolean cap_conditions_run(const CapStudyModel *model, int fold,
                            const CapProgress *progress, GError **error);
/* What cap_conditions_run kept of CONDITION, of all reported folds. Returns a
 * GPtrArray of CapOutcome; NULL with the errors of cap_outcomes_read. */
GPtrArray *cap_condition_outcomes(const CapStudy *study,
                                  const CapStudyModel *model,
                                  CapCondition condition, GError **error);
