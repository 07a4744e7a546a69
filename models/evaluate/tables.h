/* The tables of an evaluation report, as text: HTML and PDF show the same. */
#pragma once

#include "models/evaluate/results.h"

typedef struct {
  const char *title; /* static */
  int n_columns;
  GPtrArray *cells; /* of char *, row after row; the first row is the header */
} CapEvalTable;

/* VALUE by the printf FORMAT of one double, with a minus sign and a point in
 * every locale; a dash when it is not finite. Returns. */
char *cap_eval_number(double value, const char *format);

/* What stands below the picture of a miss or of a false mark: diameter or
 * probability, place, series; three lines. Returns. */
char *cap_eval_example_text(const CapEvalExample *example, gboolean missed);

/* Provenance and what is about detection: on the first page. */
#define CAP_EVAL_N_DETECTION_TABLES 5

/* Returns a GPtrArray of CapEvalTable: provenance first. */
GPtrArray *cap_eval_tables_new(const CapEvalResults *results);
