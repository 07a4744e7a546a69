/* Where a network's time goes, op by op. */
#pragma once

#include "core/nn/graph.h"
#include "io/json.h"

/* Times of whole runs of a graph and of its ops within them. */
typedef struct CapBenchTimes CapBenchTimes;

/* GRAPH is borrowed and planned. Returns; caller frees. */
CapBenchTimes *cap_bench_times_new(CapGraph *graph);
void cap_bench_times_free(CapBenchTimes *times);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapBenchTimes, cap_bench_times_free)

/* Notes one run, of which START_MS on the monotonic clock is the beginning;
 * every op's times since the last call are this run's. */
void cap_bench_times_add(CapBenchTimes *times, double start_ms);
/* Forgets all runs so far. */
void cap_bench_times_restart(CapBenchTimes *times);
/* Milliseconds. */
double cap_bench_now_ms(void);

/* Median and shortest run, ms. */
double cap_bench_times_median(const CapBenchTimes *times);
double cap_bench_times_best(const CapBenchTimes *times);

/* The array "layers": for each op its name and kind; the medians forward_ms,
 * backward_ms and their sum ms; its share of all ops; multiply-adds of a sample
 * and GFLOP/s of both directions where that is known; parameters; shape of the
 * output; and what ran each pass in which precision, where there is a choice.
 */
void cap_bench_times_write(const CapBenchTimes *times, CapJson *json);
