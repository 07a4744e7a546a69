/* By what an evaluation's input is known: see jobs.h. */
#include "datasets/points.h"
#include "io/series/file_walk.h"
#include "io/volume_file.h"
#include "models/evaluate/jobs.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

/* Name, length and contents. Not times: a copy on another machine is the same
 * input, and a file that was changed and set back in time is not. */
static void
hash_file(GChecksum *sum, const char *path)
{
  enum { CHUNK = 32768 };
  guchar chunk[CHUNK];
  guint64 length = 0;
  gsize n;
  g_autofree char *name = g_path_get_basename(path);
  FILE *file = g_fopen(path, "rb");
  g_checksum_update(sum, (const guchar *)name, (gssize)strlen(name) + 1);
  while (file != NULL && (n = fread(chunk, 1, CHUNK, file)) > 0) {
    g_checksum_update(sum, chunk, (gssize)n);
    length += n;
  }
  const gboolean whole = file != NULL && !ferror(file);
  g_autofree char *end = g_strdup_printf("%" G_GUINT64_FORMAT " %s\n", length,
                                         whole ? "read" : "unreadable");
  g_checksum_update(sum, (const guchar *)end, -1);
  if (file != NULL)
    fclose(file);
}

/* A volume file and, where they lie apart, its voxels. */
static void
hash_volume(GChecksum *sum, const char *path)
{
  g_auto(CapVolumeFile) file = {0};
  hash_file(sum, path);
  if (cap_volume_file_read_header(path, &file, NULL) &&
      g_strcmp0(file.data_path, path) != 0)
    hash_file(sum, file.data_path);
}

static char *
images_digest(const char *images)
{
  g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
  if (g_file_test(images, G_FILE_TEST_IS_DIR)) {
    g_autoptr(GPtrArray) files = cap_file_walk(images, FALSE, NULL, NULL);
    for (guint i = 0; files != NULL && i < files->len; i++)
      if (!cap_eval_jobs_is_table(files->pdata[i]))
        hash_file(sum, files->pdata[i]);
  } else {
    hash_volume(sum, images);
  }
  return g_strdup(g_checksum_get_string(sum));
}

/* What KNOWN has of PATH, else read and, if it is to be kept, noted there. */
static void
hash_once(GChecksum *sum, GHashTable *known, char *path, gboolean keep)
{
  const char *digest = known ? g_hash_table_lookup(known, path) : NULL;
  g_autofree char *made = digest ? NULL : images_digest(path);
  g_checksum_update(sum, (const guchar *)(digest ? digest : made), -1);
  if (made != NULL && keep)
    g_hash_table_replace(known, path, g_steal_pointer(&made));
}

static void
hash_numbers(GChecksum *sum, const double *numbers, gsize n)
{
  g_checksum_update(sum, (const guchar *)numbers, n * sizeof *numbers);
}

static void
hash_point(GChecksum *sum, GHashTable *masks, const CapIndexPoint *p)
{
  const double numbers[] = {p->has_point,  p->at.x,       p->at.y,
                            p->at.z,       p->in_mm,      p->label,
                            p->mask_label, p->diameter_mm};
  hash_numbers(sum, numbers, G_N_ELEMENTS(numbers));
  if (p->mask_path != NULL)
    hash_once(sum, masks, p->mask_path, TRUE);
  if (p->nodule == NULL)
    return;
  const double n_readers = p->nodule->n_readers;
  hash_numbers(sum, &n_readers, 1);
  g_checksum_update(sum, (const guchar *)p->nodule->patient,
                    (gssize)strlen(p->nodule->patient) + 1);
  hash_numbers(sum, p->nodule->attribute_means, CAP_N_ATTRIBUTES);
  g_checksum_update(sum, (const guchar *)p->nodule->malignancy,
                    sizeof p->nodule->malignancy);
}

static void
hash_truth(GChecksum *sum, const CapEvalJobs *jobs, const CapEvalJob *job)
{
  g_autofree char *text = NULL;
  gsize length = 0;
  if (job->annotations != NULL &&
      g_file_get_contents(job->annotations, &text, &length, NULL))
    g_checksum_update(sum, (const guchar *)text, (gssize)length);
  for (guint i = 0; jobs->luna != NULL && i < jobs->luna->nodules->len; i++) {
    const CapFrocNodule *n =
        &g_array_index(jobs->luna->nodules, CapFrocNodule, i);
    if (n->scan != job->scan)
      continue;
    const double numbers[] = {n->center_mm.x, n->center_mm.y, n->center_mm.z,
                              n->diameter_mm, n->excluded};
    hash_numbers(sum, numbers, G_N_ELEMENTS(numbers));
  }
  g_autoptr(GHashTable) masks =
      g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
  for (guint i = 0; job->points != NULL && i < job->points->len; i++)
    hash_point(sum, masks, job->points->pdata[i]);
}

char *
cap_eval_job_hash(const CapEvalJobs *jobs, const CapEvalJob *job)
{
  g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
  GHashTable *shared = jobs->shared;
  if (job->images != NULL)
    hash_once(sum, shared, job->images,
              shared && g_hash_table_contains(shared, job->images));
  hash_truth(sum, jobs, job);
  return g_strdup(g_checksum_get_string(sum));
}
