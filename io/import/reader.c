/* A reader's additions read back: see reader.h. */
#include "io/import/reader.h"

#include "core/guidelines/advice.h"
#include "io/report/sr_reader.h"

#include <string.h>

static gboolean
is_code(const CapContentCode *code, const CapCode *wanted)
{
  const CapCode read = {code->value, code->scheme, ""};
  return cap_code_equal(&read, wanted);
}

static void
read_outline(const CapContentItem *item, CapFinding *finding)
{
  for (int i = 0; i < CAP_N_MASK_MAKERS; i++)
    if (is_code(&item->value, cap_code_mask_maker((CapMaskMaker)i)))
      finding->mask_maker = (CapMaskMaker)i;
}

/* What follows PREFIX in the private code of ITEM; NULL: it is another. */
static const char *
word_after(const CapContentItem *item, const char *prefix)
{
  return item->type == CAP_SR_TEXT &&
                 g_str_equal(item->name.scheme, CAP_PRIVATE_SCHEME) &&
                 g_str_has_prefix(item->name.value, prefix)
             ? item->name.value + strlen(prefix)
             : NULL;
}

/* The text below ITEM; "". */
static const char *
property(const CapContentItem *item, CapCodeId name)
{
  const CapContentItem *child = cap_content_find(item, name);
  return child != NULL ? child->text : "";
}

/* A category that is none of the guideline, or without a reason, is left out.
 */
static void
read_override(const CapContentItem *item, const char *word, CapFinding *finding)
{
  CapGuideline guideline;
  const char *reason = property(item, CAP_CODE_REASON);
  if (!cap_guideline_parse(word, &guideline) || *reason == '\0' ||
      cap_guideline_category(guideline, item->text) == NULL)
    return;
  cap_override_free(finding->overrides[guideline]);
  finding->overrides[guideline] =
      cap_override_new(item->text, reason, property(item, CAP_CODE_SAID_BY),
                       property(item, CAP_CODE_SAID_AT));
}

gboolean
cap_import_read_reader(const CapContentItem *item, CapFinding *finding)
{
  const char *word = word_after(item, CAP_SR_OVERRIDE);
  if (word != NULL)
    read_override(item, word, finding);
  else if (item->type == CAP_SR_TEXT &&
           cap_content_means(&item->name, CAP_CODE_COMMENT)) {
    g_free(finding->comment);
    finding->comment = g_strdup(item->text);
  } else if (cap_content_means(&item->name, CAP_CODE_MARKED_BY))
    finding->by_reader = cap_content_means(&item->value, CAP_CODE_PERSON);
  else if (cap_content_means(&item->name, CAP_CODE_OUTLINE))
    read_outline(item, finding);
  else
    return FALSE;
  return TRUE;
}

/* The key of the patient context that ITEM answers; NULL: none. */
static const char *
context_key(const CapContentItem *item)
{
  const char *word = word_after(item, "");
  for (const char *const *key = cap_context_keys(); word && *key; key++) {
    g_autofree char *code = cap_report_sr_context_code(*key);
    if (g_str_equal(word, code))
      return *key;
  }
  return NULL;
}

gboolean
cap_import_read_context(const CapContentItem *item, CapFindings *head)
{
  const char *key = context_key(item);
  CapConclusion conclusion;
  if (key != NULL) /* a word of another version stays unknown */
    cap_context_set(&head->context, key, item->text, NULL);
  else if (!cap_content_means(&item->name, CAP_CODE_READERS_CONCLUSION))
    return FALSE;
  else if (cap_conclusion_parse(item->text, &conclusion)) {
    head->conclusion = conclusion;
    g_free(head->conclusion_reason);
    head->conclusion_reason = g_strdup(property(item, CAP_CODE_REASON));
  }
  return TRUE;
}
