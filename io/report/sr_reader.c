/* What people said, in a structured report: see sr_reader.h. */
#include "io/report/sr_reader.h"

#include "core/guidelines/advice.h"

char *
cap_report_sr_context_code(const char *key)
{
  /* 16 characters are the most that a code value may have (SH) */
  return g_strdup_printf("ctx-%.12s", key);
}

/* TEXT under the private code VALUE, which means TITLE. */
static int
add_text(CapDcmtkSr *sr, int parent, const char *value, const char *title,
         const char *text)
{
  const CapCode code = {value, CAP_PRIVATE_SCHEME, title};
  return cap_dcmtk_sr_add_text(sr, parent, CAP_SR_CONTAINS, &code, text);
}

static void
add_property(CapDcmtkSr *sr, int parent, CapCodeId name, const char *text)
{
  if (*text != '\0')
    cap_dcmtk_sr_add_text(sr, parent, CAP_SR_PROPERTIES, cap_code(name), text);
}

void
cap_report_sr_context(CapDcmtkSr *sr, int parent, const CapFindings *findings)
{
  for (const char *const *key = cap_context_keys(); *key != NULL; key++) {
    g_autofree char *word = cap_context_get(&findings->context, *key);
    g_autofree char *code = cap_report_sr_context_code(*key);
    if (!g_str_equal(word, "unknown"))
      add_text(sr, parent, code, cap_context_title(*key), word);
  }
  if (findings->conclusion == CAP_CONCLUSION_NONE)
    return;
  const int node = cap_dcmtk_sr_add_text(
      sr, parent, CAP_SR_CONTAINS, cap_code(CAP_CODE_READERS_CONCLUSION),
      cap_conclusion_name(findings->conclusion));
  add_property(sr, node, CAP_CODE_REASON, findings->conclusion_reason);
}

void
cap_report_sr_overrides(CapDcmtkSr *sr, int group, const CapFinding *finding)
{
  for (int i = 0; i < CAP_N_GUIDELINES; i++) {
    const CapGuideline guideline = (CapGuideline)i;
    const CapOverride *override = finding->overrides[i];
    if (override == NULL)
      continue;
    g_autofree char *code =
        g_strconcat(CAP_SR_OVERRIDE, cap_guideline_word(guideline), NULL);
    g_autofree char *title = g_strdup_printf("Reader's own category by %s",
                                             cap_guideline_title(guideline));
    const int node = add_text(sr, group, code, title, override->category);
    add_property(sr, node, CAP_CODE_REASON, override->reason);
    add_property(sr, node, CAP_CODE_SAID_BY, override->by);
    add_property(sr, node, CAP_CODE_SAID_AT, override->at);
  }
}
