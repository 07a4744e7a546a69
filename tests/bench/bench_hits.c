/* bench-hits FINDINGS SERIES TRUTH: which known nodules a findings.json hits.
 *
 * TRUTH is an LIDC-IDRI annotation file (readers' marks are joined into
 * nodules) or a LUNA16 annotations.csv. A finding hits a nodule when its centre
 * lies within the nodule's radius (the LUNA16 rule). Prints a Markdown table
 * and a line of counts; candidates are looked for afresh, to tell a nodule that
 * was never proposed from one that was judged wrongly. */
#include "core/image/lung.h"
#include "core/image/point.h"
#include "io/findings/findings_json.h"
#include "io/lidc_xml.h"
#include "io/series/series.h"
#include "models/candidates.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define JOIN_MM 3.0 /* marks nearer than this, or than their reach, are one */

typedef struct {
  CapPoint center_mm;
  double radius_mm;
  int readers; /* bit set */
  int marks;
  gboolean nodule; /* else a non-nodule mark or one under 3 mm */
  gboolean hit;
} Truth;

static G_GNUC_NORETURN void
die(const char *what, const GError *error)
{
  fprintf(stderr, "bench-hits: %s\n", error ? error->message : what);
  exit(1);
}

/* Adds a mark to the nodule it lies on, else starts one. */
static void
join_mark(GArray *truth, Truth mark)
{
  for (guint i = 0; i < truth->len; i++) {
    Truth *t = &g_array_index(truth, Truth, i);
    if (t->nodule != mark.nodule ||
        cap_point_distance(t->center_mm, mark.center_mm) >
            fmax(JOIN_MM, fmax(t->radius_mm, mark.radius_mm)))
      continue;
    const double n = t->marks++;
    t->center_mm.x = (n * t->center_mm.x + mark.center_mm.x) / (n + 1);
    t->center_mm.y = (n * t->center_mm.y + mark.center_mm.y) / (n + 1);
    t->center_mm.z = (n * t->center_mm.z + mark.center_mm.z) / (n + 1);
    t->radius_mm = (n * t->radius_mm + mark.radius_mm) / (n + 1);
    t->readers |= mark.readers;
    return;
  }
  g_array_append_val(truth, mark);
}

/* Diameter of the circle as large as the largest outline of MARK, mm; the
 * outline runs just outside, so half a pixel is taken off all round. */
static double
outline_mm(const CapLidcMark *mark, const CapVolume *volume)
{
  double largest = 0;
  for (guint i = 0; i < mark->contours->len; i++) {
    const CapLidcContour *contour = mark->contours->pdata[i];
    const GArray *p = contour->points;
    double twice = 0;
    for (guint k = 0; k < p->len && !contour->hole; k++) {
      const CapLidcPixel a = g_array_index(p, CapLidcPixel, k);
      const CapLidcPixel b = g_array_index(p, CapLidcPixel, (k + 1) % p->len);
      twice += (double)a.column * b.row - (double)b.column * a.row;
    }
    largest = fmax(largest, fabs(twice) / 2);
  }
  const double pixel = volume->spacing_mm[0];
  return fmax(0, 2 * sqrt(largest / G_PI) - 1) * pixel;
}

static void
read_xml(const char *path, const CapVolume *volume, GArray *truth)
{
  GError *error = NULL;
  g_autoptr(CapLidcReads) reads = cap_lidc_read(path, &error);
  if (reads == NULL)
    die(path, error);
  for (guint i = 0; i < reads->marks->len; i++) {
    const CapLidcMark *m = reads->marks->pdata[i];
    CapPoint index;
    Truth mark = {.readers = 1 << m->reader, .marks = 1};
    if (!cap_lidc_locate(m, volume, &index, &mark.radius_mm))
      continue;
    mark.nodule = m->is_nodule && m->rated;
    if (outline_mm(m, volume) > 0)
      mark.radius_mm = outline_mm(m, volume) / 2;
    mark.center_mm = cap_volume_to_patient(volume, index);
    join_mark(truth, mark);
  }
}

static void
read_csv(const char *path, GArray *truth)
{
  g_autofree char *text = NULL;
  if (!g_file_get_contents(path, &text, NULL, NULL))
    die("cannot read the annotations", NULL);
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  for (int i = 1; lines[0] != NULL && lines[i] != NULL; i++) {
    g_auto(GStrv) f = g_strsplit(lines[i], ",", -1);
    if (g_strv_length(f) < 5)
      continue;
    const Truth t = {.center_mm = {g_ascii_strtod(f[1], NULL),
                                   g_ascii_strtod(f[2], NULL),
                                   g_ascii_strtod(f[3], NULL)},
                     .radius_mm = g_ascii_strtod(f[4], NULL) / 2,
                     .readers = 15,
                     .marks = 4,
                     .nodule = TRUE};
    g_array_append_val(truth, t);
  }
}

static int
n_readers(const Truth *t)
{
  return __builtin_popcount((unsigned)t->readers);
}

/* First candidate on T, from 1; 0 when none. */
static int
candidate_rank(const GArray *candidates, const Truth *t)
{
  for (guint i = 0; i < candidates->len; i++)
    if (cap_point_distance(g_array_index(candidates, CapCandidate, i).center_mm,
                           t->center_mm) <= fmax(t->radius_mm, JOIN_MM))
      return (int)i + 1;
  return 0;
}

static void
print_nodule(const Truth *t, const CapFindings *findings,
             const GArray *candidates)
{
  printf("| %.1f, %.1f, %.1f | %d | %.1f |", t->center_mm.x, t->center_mm.y,
         t->center_mm.z, n_readers(t), 2 * t->radius_mm);
  const int rank = candidate_rank(candidates, t);
  printf(rank > 0 ? " %d |" : " missed |", rank);
  for (guint i = 0; i < findings->items->len; i++) {
    const CapFinding *f = findings->items->pdata[i];
    const double off = cap_point_distance(f->center_mm, t->center_mm);
    if (off <= fmax(t->radius_mm, JOIN_MM)) {
      printf(" %d | %.2f | %.1f | %.1f |\n", f->id, f->probability, off,
             f->mean_diameter_mm);
      return;
    }
  }
  printf(" missed | | | |\n");
}

static void
print_counts(GArray *truth, const CapFindings *findings)
{
  int hits = 0, on_others = 0, false_positives = 0, nodules = 0, found = 0;
  for (guint i = 0; i < findings->items->len; i++) {
    const CapFinding *f = findings->items->pdata[i];
    gboolean on_nodule = FALSE, on_other = FALSE;
    for (guint k = 0; k < truth->len; k++) {
      Truth *t = &g_array_index(truth, Truth, k);
      if (cap_point_distance(f->center_mm, t->center_mm) >
          fmax(t->radius_mm, JOIN_MM))
        continue;
      const gboolean counts = t->nodule && n_readers(t) >= 2;
      t->hit = t->hit || counts;
      on_nodule |= counts;
      on_other |= !counts;
    }
    hits += on_nodule;
    on_others += !on_nodule && on_other;
    false_positives += !on_nodule && !on_other;
  }
  for (guint k = 0; k < truth->len; k++) {
    const Truth *t = &g_array_index(truth, Truth, k);
    nodules += t->nodule && n_readers(t) >= 2;
    found += t->hit;
  }
  printf(
      "\n%d of %d nodules of two or more readers found; %d candidates, %u "
      "findings: %d on them, %d on marks of one reader, under 3 mm or called "
      "non-nodule, %d on nothing marked\n",
      found, nodules, findings->n_candidates, findings->items->len, hits,
      on_others, false_positives);
}

int
main(int argc, char **argv)
{
  if (argc != 4)
    die("FINDINGS SERIES TRUTH?", NULL);
  GError *error = NULL;
  g_autoptr(CapFindings) findings =
      cap_findings_json_load(argv[1], NULL, &error);
  if (findings == NULL)
    die(argv[1], error);
  g_autoptr(CapSeriesList) list = cap_series_scan(argv[2], NULL, &error);
  const CapSeries *series = list ? cap_series_choose(list, NULL, &error) : NULL;
  g_autoptr(CapVolume) volume =
      series ? cap_series_load(series, NULL, NULL, &error) : NULL;
  if (volume == NULL)
    die(argv[2], error);
  g_autoptr(GArray) truth = g_array_new(FALSE, FALSE, sizeof(Truth));
  if (g_str_has_suffix(argv[3], ".xml"))
    read_xml(argv[3], volume, truth);
  else
    read_csv(argv[3], truth);
  g_autoptr(CapMask) lungs = cap_lung_mask(volume, NULL, &error);
  const CapCandidatesOptions options = cap_candidates_options_default();
  g_autoptr(GArray) candidates =
      lungs ? cap_candidates_find(volume, lungs, &options, NULL, &error) : NULL;
  if (candidates == NULL)
    die("candidates", error);
  printf(
      "| nodule at (LPS mm) | readers | mm | candidate | finding | p | off mm "
      "| measured mm |\n|---|---|---|---|---|---|---|---|\n");
  for (guint i = 0; i < truth->len; i++) {
    const Truth *t = &g_array_index(truth, Truth, i);
    if (t->nodule && n_readers(t) >= 2)
      print_nodule(t, findings, candidates);
  }
  print_counts(truth, findings);
  return 0;
}
