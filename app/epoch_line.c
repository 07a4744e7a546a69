/* An epoch of training as a line: see epoch_line.h. */
#include "app/epoch_line.h"

#include <stdio.h>

void
cap_epoch_line_print(const CapTrainEpoch *e, gpointer user_data)
{
  const CapValidation *v = &e->validation;
  if (e->epoch == 1 || e->epoch % 20 == 0)
    printf("epoch    s    rate   loss  class  malig  attr   mask  recon | "
           "nodule crop  cube  trans | malig (diam) | dice\n");
  printf("%5d %4.0f %.1e %6.3f %6.3f %6.3f %5.3f %6.3f %6.4f | "
         "%6.3f %.3f %.3f %.3f | %.3f (%.3f) | %.3f%s\n",
         e->epoch, e->seconds, e->rate, e->loss, e->loss_class,
         e->loss_malignancy, e->loss_attributes, e->loss_mask,
         e->loss_reconstruction, v->nodule_auc[CAP_MAKING_WHOLE],
         v->nodule_auc[CAP_MAKING_CROP], v->nodule_auc[CAP_MAKING_CUBE],
         v->nodule_auc[CAP_MAKING_TRANSPLANT], v->malignancy_auc,
         v->diameter_auc, v->dice, e->skipped > 0 ? " (skipped steps)" : "");
  if (e->stopped != NULL && *e->stopped != '\0')
    printf("stopped: %s\n", e->stopped);
  fflush(stdout);
}
