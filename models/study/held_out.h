/* CapHeldOut: the trained network of one fold beside the patients that it has
 * not seen, for studies that show it more than their plain patches. */
#pragma once

#include "models/detector.h"
#include "models/study/fold.h"

typedef struct {
  CapPool *pool; /* patients of the fold, all on the validation side; owned */
  CapDetector *detector; /* owned */
} CapHeldOut;

/* Of the done FOLD. Returns; NULL with the errors of the configuration, the
 * data and the weights. */
CapHeldOut *cap_held_out_open(const CapFoldPlan *plan, int fold,
                              const CapProgress *progress, GError **error);
void cap_held_out_free(CapHeldOut *held_out);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapHeldOut, cap_held_out_free)

/* One walk through the pool's patches, off their centres as candidates are
 * unless CENTRED. */
typedef struct {
  const CapPerturb *perturb;                   /* NULL: none */
  int flips;                                   /* of cap_network_judge */
  gboolean (*wanted)(const CapSample *sample); /* NULL: all */
  void (*judged)(const CapSample *sample, const CapJudgement *judgement,
                 gpointer user_data);
  gpointer user_data;
  gboolean centred; /* on the readers' centre instead, unperturbed */
} CapHeldOutPass;

/* FALSE with CAP_ERROR_MEMORY or CAP_ERROR_CANCELLED. */
gboolean cap_held_out_judge(const CapHeldOut *held_out,
                            const CapHeldOutPass *pass,
                            const CapProgress *progress, GError **error);
