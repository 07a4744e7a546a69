/* Load time of one series: scan, then pixels, and when the middle slice was
 * there (first_s, since the series was chosen). Prints seconds (best of N
 * runs); with a second argument writes the volume there, for comparison with
 * others.
 */
#include "core/error.h"
#include "io/metaimage.h"
#include "io/series/series.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

typedef struct {
  gint64 start, first;
} Watch;

static void
on_slice(CapVolume *volume, int slice, gpointer data)
{
  Watch *watch = data;
  if (slice == (volume->slices - 1) / 2)
    watch->first = g_get_monotonic_time();
}

static int
fail(const GError *error)
{
  fprintf(stderr, "bench_load: %s\n", error->message);
  return 1;
}

int
main(int argc, char **argv)
{
  if (argc < 2 || argc > 3) {
    fprintf(stderr, "usage: bench_load PATH [VOLUME.mha]\n");
    return 2;
  }
  const char *runs_text = g_getenv("BENCH_RUNS");
  const int runs = runs_text ? MAX(1, atoi(runs_text)) : 3;
  double best_scan = G_MAXDOUBLE, best_load = G_MAXDOUBLE,
         best_first = G_MAXDOUBLE;
  g_autoptr(GError) error = NULL;
  g_autoptr(CapVolume) volume = NULL;
  for (int run = 0; run < runs; run++) {
    const gint64 start = g_get_monotonic_time();
    g_autoptr(CapSeriesList) list = cap_series_scan(argv[1], NULL, &error);
    if (list == NULL)
      return fail(error);
    const CapSeries *series = cap_series_choose(list, NULL, &error);
    const gint64 scanned = g_get_monotonic_time();
    g_clear_pointer(&volume, cap_volume_free);
    Watch watch = {scanned, scanned};
    volume = cap_series_load_progressive(series, NULL, NULL, on_slice, &watch,
                                         &error);
    if (volume == NULL)
      return fail(error);
    best_scan = MIN(best_scan, (scanned - start) / 1e6);
    best_first = MIN(best_first, (watch.first - watch.start) / 1e6);
    best_load = MIN(best_load, (g_get_monotonic_time() - scanned) / 1e6);
  }
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  printf("capsight scan_s %.4f first_s %.4f load_s %.4f total_s %.4f slices %d "
         "rss_mb %ld\n",
         best_scan, best_first, best_load, best_scan + best_load,
         volume->slices, usage.ru_maxrss / 1024);
  if (argc == 3 && !cap_metaimage_write_volume(volume, argv[2], &error))
    return fail(error);
  return 0;
}
