/* CapReview: see review.h. */
#include "io/review/review_private.h"

#include "core/error.h"
#include "io/review/identity.h"

#include <stdio.h>
#include <string.h>

/* ---- the state ---- */

void
cap_review_content_free(CapReviewEntity entity, gpointer content)
{
  static const GDestroyNotify free_content[CAP_REVIEW_N_ENTITIES] = {
      (GDestroyNotify)cap_findings_free, (GDestroyNotify)cap_finding_free,
      (GDestroyNotify)cap_review_image_free,
      (GDestroyNotify)cap_measurement_free};
  if (content != NULL)
    free_content[entity](content);
}

/* Puts CONTENT (takes; NULL: nothing) in the place of ITEM in LIST, ascending
 * by id. */
static void
place(GPtrArray *list, int (*id_of)(gconstpointer), int item, gpointer content)
{
  guint at = 0;
  while (at < list->len && id_of(list->pdata[at]) < item)
    at++;
  if (at < list->len && id_of(list->pdata[at]) == item)
    g_ptr_array_remove_index(list, at);
  if (content != NULL)
    g_ptr_array_insert(list, (int)at, content);
}

static int
finding_id(gconstpointer finding)
{
  return ((const CapFinding *)finding)->id;
}

static int
key_image_id(gconstpointer image)
{
  return ((const CapReviewImage *)image)->id;
}

static int
measurement_id(gconstpointer measurement)
{
  return ((const CapMeasurement *)measurement)->id;
}

/* The head, with the items and measurements that the one before had. */
static void
place_head(CapReview *review, CapFindings *head)
{
  CapFindings *old = review->findings;
  if (head != NULL && old != NULL) {
    GPtrArray *items = head->items, *measurements = head->measurements;
    head->items = old->items;
    head->measurements = old->measurements;
    old->items = items;
    old->measurements = measurements;
  }
  cap_findings_free(old);
  review->findings = head;
}

/* What STEP puts there, or nothing, in the place of its item. */
static void
place_step(CapReview *review, CapReviewStep *step)
{
  gpointer content = g_steal_pointer(&step->content);
  switch (step->entity) {
  case CAP_REVIEW_SCAN:
    place_head(review, content);
    break;
  case CAP_REVIEW_KEY_IMAGE:
    place(review->key_images, key_image_id, step->item, content);
    break;
  case CAP_REVIEW_MEASUREMENT:
    place(review->findings->measurements, measurement_id, step->item, content);
    g_array_append_val(review->touched_measurements, step->item);
    break;
  default:
    place(review->findings->items, finding_id, step->item, content);
    g_array_append_val(review->touched, step->item);
  }
}

void
cap_review_apply(CapReview *review, GArray *steps)
{
  g_array_set_size(review->touched, 0);
  g_array_set_size(review->touched_measurements, 0);
  /* The head first, which findings and measurements need. */
  for (int entity = 0; entity < CAP_REVIEW_N_ENTITIES; entity++)
    for (guint i = 0; i < steps->len; i++) {
      CapReviewStep *step = &g_array_index(steps, CapReviewStep, i);
      if ((int)step->entity != entity)
        continue;
      place_step(review, step);
      CapReviewSlot *slot = g_new(CapReviewSlot, 1);
      *slot = (CapReviewSlot){step->after, step->mask};
      g_hash_table_replace(review->slots[entity], GINT_TO_POINTER(step->item),
                           slot);
      review->highest[entity] = MAX(review->highest[entity], step->item);
    }
}

/* ---- opening ---- */

static CapReview *
review_new(sqlite3 *db, const char *path)
{
  CapReview *review = g_new0(CapReview, 1);
  review->db = db;
  review->path = g_strdup(path ? path : "");
  review->reader = g_strdup("");
  review->last_reader = g_strdup("");
  review->key_images =
      g_ptr_array_new_with_free_func((GDestroyNotify)cap_review_image_free);
  for (int i = 0; i < CAP_REVIEW_N_ENTITIES; i++)
    review->slots[i] = g_hash_table_new_full(NULL, NULL, NULL, g_free);
  review->undo = g_array_new(FALSE, FALSE, sizeof(CapReviewEntry));
  review->redo = g_array_new(FALSE, FALSE, sizeof(CapReviewEntry));
  review->touched = g_array_new(FALSE, FALSE, sizeof(int));
  review->touched_measurements = g_array_new(FALSE, FALSE, sizeof(int));
  return review;
}

void
cap_review_close(CapReview *review)
{
  if (review == NULL)
    return;
  sqlite3_close(review->db);
  cap_findings_free(review->findings);
  g_ptr_array_unref(review->key_images);
  for (int i = 0; i < CAP_REVIEW_N_ENTITIES; i++)
    g_hash_table_unref(review->slots[i]);
  g_array_unref(review->undo);
  g_array_unref(review->redo);
  g_array_unref(review->touched);
  g_array_unref(review->touched_measurements);
  g_free(review->path);
  g_free(review->reader);
  g_free(review->last_reader);
  g_free(review);
}

/* A file without a series is new: it becomes VOLUME's. */
static gboolean
claim(sqlite3 *db, const CapVolume *volume, GError **error)
{
  g_autofree char *digest = cap_review_digest(volume);
  g_autofree char *size = g_strdup_printf("%d x %d x %d", volume->columns,
                                          volume->rows, volume->slices);
  const char *const facts[][2] = {
      {"series_uid", volume->source->series_uid},
      {"study_uid", volume->source->study_uid},
      {"size", size},
      {"software_version", CAP_VERSION},
      {"volume_digest", digest},
  };
  if (!cap_review_file_run(db, "BEGIN IMMEDIATE", error))
    return FALSE;
  gboolean good = TRUE;
  for (guint i = 0; good && i < G_N_ELEMENTS(facts); i++)
    good = cap_review_file_set_series(db, facts[i][0], facts[i][1], error);
  if (good && cap_review_file_run(db, "COMMIT", error))
    return TRUE;
  sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
  return FALSE;
}

/* The review at PATH is about VOLUME. */
static gboolean
check_volume(sqlite3 *db, const char *path, const CapVolume *volume,
             GError **error)
{
  g_autofree char *series = cap_review_file_series(db, "series_uid");
  g_autofree char *kept = cap_review_file_series(db, "volume_digest");
  g_autofree char *size = cap_review_file_series(db, "size");
  g_autofree char *digest = cap_review_digest(volume);
  if (g_str_equal(kept, digest) &&
      g_str_equal(series, volume->source->series_uid))
    return TRUE;
  if (!g_str_equal(series, volume->source->series_uid))
    g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
                "the review %s is about another series (%s): open that one",
                path, series);
  else
    g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
                "the review %s was made on other images of this series (%s "
                "voxels; here are %d x %d x %d, or other contents): its marks "
                "would lie wrong",
                path, size, volume->columns, volume->rows, volume->slices);
  return FALSE;
}

static CapReview *
open_file(const char *path, const CapVolume *volume, gboolean writable,
          GError **error)
{
  sqlite3 *db = cap_review_file_open(path, writable, error);
  if (db == NULL)
    return NULL;
  g_autoptr(CapReview) review = review_new(db, path);
  g_autofree char *kept = cap_review_file_series(db, "volume_digest");
  if (writable && *kept == '\0' && !claim(db, volume, error))
    return NULL;
  if ((volume != NULL && !check_volume(db, path, volume, error)) ||
      !cap_review_replay(review, error))
    return NULL;
  return g_steal_pointer(&review);
}

gboolean
cap_review_check(const char *path, const CapVolume *volume, GError **error)
{
  sqlite3 *db = cap_review_file_open(path, FALSE, error);
  const gboolean good = db != NULL && check_volume(db, path, volume, error);
  sqlite3_close(db);
  return good;
}

CapReview *
cap_review_open(const char *path, const CapVolume *volume, GError **error)
{
  return open_file(path, volume, TRUE, error);
}

CapReview *
cap_review_read(const char *path, const CapVolume *volume, GError **error)
{
  return open_file(path, volume, FALSE, error);
}

gboolean
cap_review_is_review(const char *path)
{
  static const char magic[] = "SQLite format 3";
  char start[sizeof magic] = "";
  FILE *file = fopen(path, "rb");
  if (file == NULL)
    return FALSE;
  const gboolean whole = fread(start, sizeof start, 1, file) == 1;
  fclose(file);
  return whole && memcmp(start, magic, sizeof magic) == 0;
}

void
cap_review_set_reader(CapReview *review, const char *name)
{
  char *copy = g_strdup(name ? name : "");
  g_free(review->reader);
  review->reader = copy;
}

const char *
cap_review_last_reader(const CapReview *review)
{
  return review->last_reader;
}

const char *
cap_review_file_name(const CapReview *review)
{
  return review->path;
}

const CapFindings *
cap_review_findings(const CapReview *review)
{
  return review->findings;
}

const CapFinding *
cap_review_finding(const CapReview *review, int id)
{
  const GPtrArray *items = review->findings ? review->findings->items : NULL;
  for (guint i = 0; items != NULL && i < items->len; i++)
    if (finding_id(items->pdata[i]) == id)
      return items->pdata[i];
  return NULL;
}

const CapMeasurement *
cap_review_measurement(const CapReview *review, int id)
{
  const GPtrArray *list =
      review->findings ? review->findings->measurements : NULL;
  for (guint i = 0; list != NULL && i < list->len; i++)
    if (measurement_id(list->pdata[i]) == id)
      return list->pdata[i];
  return NULL;
}

gint64
cap_review_version(const CapReview *review, int id)
{
  const CapReviewSlot *slot = g_hash_table_lookup(
      review->slots[CAP_REVIEW_FINDING], GINT_TO_POINTER(id));
  return slot != NULL ? slot->version : 0;
}

const GPtrArray *
cap_review_key_images(const CapReview *review)
{
  return review->key_images;
}

int
cap_review_next_finding(const CapReview *review)
{
  return review->highest[CAP_REVIEW_FINDING] + 1;
}

int
cap_review_next_measurement(const CapReview *review)
{
  return review->highest[CAP_REVIEW_MEASUREMENT] + 1;
}

int
cap_review_next_key_image(const CapReview *review)
{
  return review->highest[CAP_REVIEW_KEY_IMAGE] + 1;
}

const GArray *
cap_review_touched(const CapReview *review)
{
  return review->touched;
}

const GArray *
cap_review_touched_measurements(const CapReview *review)
{
  return review->touched_measurements;
}

int
cap_review_count(const CapReview *review, CapAct act)
{
  return review->n_acts[act];
}
