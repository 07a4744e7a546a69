/* The tables of an evaluation report, as text: HTML and PDF show the same. */
#pragma once

#include "models/evaluate/results.h"

typedef struct {
  const char *title; /* static */
  int n_columns;
  GPtrArray *cells; /* of char *, row after row; the first row is the header */
} CapEvalTable;

/* Returns a GPtrArray of CapEvalTable: provenance first. */
GPtrArray *cap_eval_tables_new(const CapEvalResults *results);
