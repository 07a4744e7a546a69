/* Guidelines in JSON: see findings_guidelines.h. */
#include "io/findings/findings_guidelines.h"

#include "core/error.h"
#include "core/language.h"

#include <math.h>

enum { PROBABILITY = 6 };

static void
put_context(CapJson *json, const CapPatientContext *context)
{
  cap_json_begin_object(json, "context", FALSE);
  for (const char *const *key = cap_context_keys(); *key != NULL; key++) {
    g_autofree char *word = cap_context_get(context, *key);
    if (cap_context_words(*key) != NULL)
      cap_json_string(json, *key, word);
    else if (context->age_years > 0)
      cap_json_int(json, *key, context->age_years);
    else
      cap_json_null(json, *key);
  }
  cap_json_end_object(json);
}

static void
put_category(CapJson *json, const CapGuidelineCategory *category)
{
  if (category == NULL) {
    cap_json_null(json, "category");
    return;
  }
  cap_json_string(json, "category", category->word);
  cap_json_string(json, "title", category->title);
  cap_json_string(json, "management", category->management);
}

void
cap_findings_guidelines_put_exam(CapJson *json, const CapFindings *findings,
                                 const char *not_evaluable)
{
  put_context(json, &findings->context);
  cap_json_begin_object(json, "guidelines", FALSE);
  for (int i = 0; i < CAP_N_GUIDELINES; i++) {
    const CapGuideline guideline = (CapGuideline)i;
    if (cap_guideline_categories(guideline)->word == NULL)
      continue;
    const CapExamAdvice exam =
        cap_guideline_judge_exam(guideline, findings, not_evaluable);
    cap_json_begin_object(json, cap_guideline_word(guideline), FALSE);
    put_category(json, exam.category);
    if (exam.finding > 0)
      cap_json_int(json, "finding", exam.finding);
    cap_json_bool(json, "overridden", exam.overridden);
    cap_json_end_object(json);
  }
  cap_json_end_object(json);
}

static void
put_override(CapJson *json, const CapOverride *override)
{
  cap_json_begin_object(json, "override", FALSE);
  cap_json_string(json, "category", override->category);
  cap_json_string(json, "reason", override->reason);
  cap_json_string(json, "by", override->by);
  cap_json_string(json, "at", override->at);
  cap_json_end_object(json);
}

/* Without the list that it is in, all that a finding has is the reader's own.
 */
static void
put_overrides(CapJson *json, const CapFinding *finding)
{
  for (int i = 0; i < CAP_N_GUIDELINES; i++) {
    if (finding->overrides[i] == NULL)
      continue;
    cap_json_begin_object(json, cap_guideline_word((CapGuideline)i), FALSE);
    put_override(json, finding->overrides[i]);
    cap_json_end_object(json);
  }
}

static void
put_advice(CapJson *json, const CapAdvice *advice, const CapFinding *finding)
{
  const CapOverride *override = finding->overrides[advice->guideline];
  cap_json_begin_object(json, cap_guideline_word(advice->guideline), FALSE);
  if (advice->guideline != CAP_BROCK)
    put_category(json, advice->category);
  else if (advice->probability > 0)
    cap_json_number(json, "probability", advice->probability, PROBABILITY);
  else
    cap_json_null(json, "probability");
  cap_json_string(json, "rule", advice->rule);
  cap_json_string(json, "numbers", advice->numbers);
  cap_json_strings(json, "assumed", advice->assumed);
  if (override != NULL)
    put_override(json, override);
  cap_json_end_object(json);
}

void
cap_findings_guidelines_put(CapJson *json, const CapFindings *findings,
                            const CapFinding *finding)
{
  CAP_LANGUAGE_ENGLISH;
  cap_json_begin_object(json, "guidelines", FALSE);
  if (findings == NULL)
    put_overrides(json, finding);
  for (int i = 0; findings != NULL && i < CAP_N_GUIDELINES; i++) {
    g_autoptr(CapAdvice) advice =
        cap_guideline_judge((CapGuideline)i, findings, finding);
    put_advice(json, advice, finding);
  }
  cap_json_end_object(json);
}

static gboolean
wrong(GError **error, const char *key, const char *what)
{
  g_set_error(error, CAP_ERROR, CAP_ERROR_DATA, "“%s” %s", key, what);
  return FALSE;
}

/* OBJECT's object called KEY goes to MEMBER, NULL where there is none. */
static gboolean
get_object(JsonObject *object, const char *key, JsonObject **member,
           GError **error)
{
  JsonNode *node = object ? json_object_get_member(object, key) : NULL;
  *member = NULL;
  if (node == NULL || JSON_NODE_HOLDS_NULL(node))
    return TRUE;
  if (!JSON_NODE_HOLDS_OBJECT(node))
    return wrong(error, key, N_("is not an object"));
  *member = json_node_get_object(node);
  return TRUE;
}

/* "" where there is none. */
static gboolean
get_text(JsonObject *object, const char *key, const char **text, GError **error)
{
  JsonNode *node = json_object_get_member(object, key);
  *text = "";
  if (node == NULL || JSON_NODE_HOLDS_NULL(node))
    return TRUE;
  if (!JSON_NODE_HOLDS_VALUE(node) ||
      json_node_get_value_type(node) != G_TYPE_STRING)
    return wrong(error, key, N_("is not a string"));
  *text = json_node_get_string(node);
  return TRUE;
}

/* A whole number of 0 … MOST; VALUE stays where there is none. */
static gboolean
get_whole(JsonObject *object, const char *key, double most, int *value,
          GError **error)
{
  JsonNode *node = json_object_get_member(object, key);
  if (node == NULL || JSON_NODE_HOLDS_NULL(node))
    return TRUE;
  const GType type =
      JSON_NODE_HOLDS_VALUE(node) ? json_node_get_value_type(node) : 0;
  if (type != G_TYPE_INT64 && type != G_TYPE_DOUBLE)
    return wrong(error, key, N_("is not a number"));
  const double number = json_node_get_double(node);
  if (!(number >= 0 && number <= most))
    return wrong(error, key, N_("is out of range"));
  if (number != floor(number))
    return wrong(error, key, N_("is not a whole number"));
  *value = (int)number;
  return TRUE;
}

/* The word of one answer, whether it is written as text or as a number. */
static gboolean
get_answer(JsonObject *answers, CapPatientContext *context, const char *key,
           GError **error)
{
  const char *word;
  g_autoptr(GError) cause = NULL;
  if (cap_context_words(key) == NULL) {
    int years = context->age_years;
    if (!get_whole(answers, key, 1e6, &years, error))
      return FALSE;
    g_autofree char *text =
        years > 0 ? g_strdup_printf("%d", years) : g_strdup("");
    if (cap_context_set(context, key, text, &cause))
      return TRUE;
  } else if (!get_text(answers, key, &word, error))
    return FALSE;
  else if (*word == '\0' || cap_context_set(context, key, word, &cause))
    return TRUE;
  g_set_error_literal(error, CAP_ERROR, CAP_ERROR_DATA, cause->message);
  return FALSE;
}

gboolean
cap_findings_guidelines_get_context(JsonObject *root,
                                    CapPatientContext *context, GError **error)
{
  JsonObject *answers;
  if (!get_object(root, "context", &answers, error))
    return FALSE;
  for (const char *const *key = cap_context_keys();
       answers != NULL && *key != NULL; key++)
    if (!get_answer(answers, context, *key, error))
      return FALSE;
  return TRUE;
}

static gboolean
get_override(JsonObject *advice, CapGuideline guideline, CapFinding *finding,
             GError **error)
{
  JsonObject *object;
  const char *category, *reason, *by, *at;
  if (!get_object(advice, "override", &object, error))
    return FALSE;
  if (object == NULL)
    return TRUE;
  if (!get_text(object, "category", &category, error) ||
      !get_text(object, "reason", &reason, error) ||
      !get_text(object, "by", &by, error) ||
      !get_text(object, "at", &at, error))
    return FALSE;
  if (cap_guideline_category(guideline, category) == NULL)
    return wrong(error, category, N_("is no category of the guideline"));
  if (*reason == '\0')
    return wrong(error, "override", N_("gives no reason"));
  cap_override_free(finding->overrides[guideline]);
  finding->overrides[guideline] = cap_override_new(category, reason, by, at);
  return TRUE;
}

gboolean
cap_findings_guidelines_get(JsonObject *object, CapFinding *finding,
                            GError **error)
{
  JsonObject *guidelines;
  if (!get_object(object, "guidelines", &guidelines, error))
    return FALSE;
  for (int i = 0; i < CAP_N_GUIDELINES; i++) {
    const CapGuideline guideline = (CapGuideline)i;
    JsonObject *advice;
    if (!get_object(guidelines, cap_guideline_word(guideline), &advice,
                    error) ||
        (advice != NULL && !get_override(advice, guideline, finding, error)))
      return FALSE;
  }
  return TRUE;
}
