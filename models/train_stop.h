/* When a training run ends before its last epoch: its time is spent, or
 * validation has stopped improving. All of it is known from log.csv, so a
 * continued run ends where an unbroken one would. */
#pragma once

#include "models/train.h"

typedef enum {
  CAP_TRAIN_GOES_ON,
  CAP_TRAIN_EPOCHS,   /* all are done */
  CAP_TRAIN_BUDGET,   /* another epoch would exceed the minutes */
  CAP_TRAIN_PATIENCE, /* as many epochs as patience says brought nothing */
} CapTrainStop;

/* "", "epochs", "budget", "patience". Static. */
const char *cap_train_stop_name(CapTrainStop stop);

/* A run so far; zero before it begins. Numbers are those of the log, rounded as
 * it rounds them. */
typedef struct {
  int epochs;
  double core_seconds, longest; /* of all epochs, of one */
  int best;                     /* the epoch with the highest score; 0: none */
  double best_score;
} CapTrainPast;

/* Adds the next epoch. */
void cap_train_past_add(CapTrainPast *past, double core_seconds, double score);
/* The first N epochs of the log at PATH; what it lacks counts as no time and no
 * score. */
CapTrainPast cap_train_past_read(const char *path, int n);

/* Whether a run of CONFIG ends after PAST, and why. */
CapTrainStop cap_train_stop_find(const CapTrainPast *past,
                                 const CapTrainConfig *config);
