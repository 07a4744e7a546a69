/* The findings that a report is made from: a findings.json, or a review. */
#include "core/error.h"
#include "io/findings/findings_json.h"
#include "io/report/report.h"
#include "io/review/review.h"

static CapFindings *
copy_of(const CapFindings *from)
{
  CapFindings *to = cap_findings_copy_head(from);
  for (guint i = 0; i < from->items->len; i++)
    g_ptr_array_add(to->items, cap_finding_copy(from->items->pdata[i]));
  for (guint i = 0; i < from->measurements->len; i++)
    g_ptr_array_add(to->measurements,
                    cap_measurement_copy(from->measurements->pdata[i]));
  return to;
}

static CapFindings *
read_review(const char *path, GPtrArray *key_images, GError **error)
{
  g_autoptr(CapReview) review = cap_review_read(path, NULL, error);
  if (review == NULL)
    return NULL;
  const CapFindings *findings = cap_review_findings(review);
  if (findings == NULL) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
                "the review %s has no findings and no conclusion yet", path);
    return NULL;
  }
  CapFindings *copy = copy_of(findings);
  if (*cap_review_last_reader(review) != '\0') {
    g_free(copy->reader);
    copy->reader = g_strdup(cap_review_last_reader(review));
  }
  const GPtrArray *marked = cap_review_key_images(review);
  for (guint i = 0; key_images != NULL && i < marked->len; i++)
    g_ptr_array_add(key_images, cap_review_image_copy(marked->pdata[i]));
  return copy;
}

/* The file itself, where PATH is its folder. Caller frees. */
static char *
json_of(const char *path)
{
  return g_file_test(path, G_FILE_TEST_IS_DIR)
             ? g_build_filename(path, CAP_FINDINGS_FILE, NULL)
             : g_strdup(path);
}

CapFindings *
cap_report_read_findings(const char *path, GPtrArray *key_images,
                         GError **error)
{
  if (cap_review_is_review(path))
    return read_review(path, key_images, error);
  g_autofree char *file = json_of(path);
  return cap_findings_json_read(file, error);
}

gboolean
cap_report_place_findings(CapFindings *findings, const char *path,
                          const CapVolume *volume, GError **error)
{
  if (cap_review_is_review(path))
    return volume == NULL || cap_review_check(path, volume, error);
  g_autofree char *file = json_of(path);
  return cap_findings_json_place(findings, file, volume, error);
}
