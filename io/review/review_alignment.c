/* The map to an earlier scan, kept: see review_alignment.h. */
#include "io/review/review_alignment.h"

#include "io/json_reader.h"
#include "io/review/identity.h"
#include "io/review/review_private.h"

#include <math.h>
#include <string.h>

#define DECIMALS 12
#define N_NUMBERS 14 /* of a step */

/* The key in table series: the digest covers series, size and place. */
static char *
key_of(const CapVolume *prior)
{
  g_autofree char *digest = cap_review_digest(prior);
  return g_strdup_printf("alignment %s %s", prior->source->series_uid, digest);
}

/* ---- as JSON ---- */

static void
step_to_numbers(const CapAlignment *step, double numbers[N_NUMBERS])
{
  const CapTransform *t = &step->to_prior;
  const double all[N_NUMBERS] = {
      t->m[0][0], t->m[0][1], t->m[0][2],    t->t.x,         t->m[1][0],
      t->m[1][1], t->m[1][2], t->t.y,        t->m[2][0],     t->m[2][1],
      t->m[2][2], t->t.z,     step->overlap, step->border_mm};
  memcpy(numbers, all, sizeof all);
}

static CapAlignment
step_of_numbers(const double n[N_NUMBERS])
{
  return (CapAlignment){.to_prior = {.m = {{n[0], n[1], n[2]},
                                           {n[4], n[5], n[6]},
                                           {n[8], n[9], n[10]}},
                                     .t = {n[3], n[7], n[11]}},
                        .overlap = n[12],
                        .border_mm = n[13]};
}

static char *
text_of(const CapReviewAlignment *a)
{
  CapJson *json = cap_json_new();
  cap_json_begin_object(json, NULL, TRUE);
  cap_json_bool(json, "accepted", a->accepted);
  cap_json_int(json, "step", a->step);
  cap_json_numbers(json, "nudge_mm",
                   (double[]){a->nudge_mm.x, a->nudge_mm.y, a->nudge_mm.z}, 3,
                   DECIMALS);
  cap_json_begin_array(json, "steps", TRUE);
  for (int i = 0; a->aligned && i < CAP_N_ALIGNMENTS; i++) {
    double numbers[N_NUMBERS];
    step_to_numbers(&a->steps[i], numbers);
    cap_json_numbers(json, NULL, numbers, N_NUMBERS, DECIMALS);
  }
  cap_json_end_array(json);
  cap_json_end_object(json);
  return cap_json_finish(json);
}

static void
read_steps(CapJsonReader *reader, JsonArray *steps, CapReviewAlignment *a)
{
  a->aligned = steps != NULL && json_array_get_length(steps) > 0;
  if (a->aligned && json_array_get_length(steps) != CAP_N_ALIGNMENTS) {
    cap_json_fail(reader, "steps are not %d", CAP_N_ALIGNMENTS);
    return;
  }
  for (guint i = 0; a->aligned && i < CAP_N_ALIGNMENTS; i++) {
    double numbers[N_NUMBERS] = {0};
    cap_json_read_numbers(reader, json_array_get_element(steps, i), "steps",
                          numbers, N_NUMBERS);
    a->steps[i] = step_of_numbers(numbers);
    a->steps[i].step = (CapAlignmentStep)i;
  }
}

static gboolean
parse(const char *text, CapReviewAlignment *a)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonNode) root =
      cap_json_parse(text, strlen(text), "alignment", &error);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT(root))
    return FALSE;
  JsonObject *object = json_node_get_object(root);
  CapJsonReader reader = {.name = "alignment", .error = &error};
  double nudge[3] = {0};
  *a = (CapReviewAlignment){.step = -1};
  cap_json_read_bool(&reader, object, "accepted", &a->accepted);
  cap_json_read_int(&reader, object, "step", &a->step);
  JsonNode *member = cap_json_member(object, "nudge_mm");
  if (member != NULL)
    cap_json_read_numbers(&reader, member, "nudge_mm", nudge, 3);
  a->nudge_mm = (CapPoint){nudge[0], nudge[1], nudge[2]};
  read_steps(&reader, cap_json_read_array(&reader, object, "steps"), a);
  return !reader.failed && a->step >= -1 && a->step < CAP_N_ALIGNMENTS &&
         (a->aligned || a->step == -1);
}

/* ---- in the review ---- */

gboolean
cap_review_keep_alignment(CapReview *review, const CapVolume *prior,
                          const CapReviewAlignment *alignment, GError **error)
{
  g_autofree char *key = key_of(prior);
  g_autofree char *text = text_of(alignment);
  return cap_review_file_set_series(review->db, key, text, error);
}

gboolean
cap_review_kept_alignment(const CapReview *review, const CapVolume *prior,
                          CapReviewAlignment *alignment)
{
  g_autofree char *key = key_of(prior);
  g_autofree char *text = cap_review_file_series(review->db, key);
  return *text != '\0' && parse(text, alignment);
}
