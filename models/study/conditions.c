/* Perturbed patches judged: see conditions.h. */
#include "models/study/conditions.h"

#include "core/error.h"
#include "core/folder.h"
#include "datasets/perturb.h"
#include "models/study/cohort.h"
#include "models/study/held_out.h"

#include <math.h>

/* Strengths go beyond what training showed: shifts of 3 mm along each axis,
 * noise of 25 HU, quarter turns. */
static const CapCondition conditions[] = {
    {CAP_PERTURB_NONE, 0},        {CAP_PERTURB_ROTATION_X, 15},
    {CAP_PERTURB_ROTATION_X, 30}, {CAP_PERTURB_ROTATION_X, 45},
    {CAP_PERTURB_ROTATION_Y, 15}, {CAP_PERTURB_ROTATION_Y, 30},
    {CAP_PERTURB_ROTATION_Y, 45}, {CAP_PERTURB_ROTATION_Z, 15},
    {CAP_PERTURB_ROTATION_Z, 30}, {CAP_PERTURB_ROTATION_Z, 45},
    {CAP_PERTURB_SHIFT, 2},       {CAP_PERTURB_SHIFT, 4},
    {CAP_PERTURB_SHIFT, 6},       {CAP_PERTURB_NOISE, 25},
    {CAP_PERTURB_NOISE, 50},      {CAP_PERTURB_NOISE, 100},
    {CAP_PERTURB_THICKNESS, 2.5}, {CAP_PERTURB_THICKNESS, 3.75},
    {CAP_PERTURB_THICKNESS, 5},   {CAP_PERTURB_SMOOTH, 0.5},
    {CAP_PERTURB_SMOOTH, 1},      {CAP_PERTURB_SMOOTH, 1.5},
    {CAP_PERTURB_SHARPEN, 0.5},   {CAP_PERTURB_SHARPEN, 1},
    {CAP_PERTURB_SHARPEN, 2},
};

int
cap_conditions_count(void)
{
  return G_N_ELEMENTS(conditions);
}

CapCondition
cap_condition_at(int index)
{
  return conditions[index];
}

char *
cap_condition_name(CapCondition c)
{
  char strength[G_ASCII_DTOSTR_BUF_SIZE];
  if (c.kind == CAP_PERTURB_NONE)
    return g_strdup(cap_perturb_name(c.kind));
  g_ascii_formatd(strength, sizeof strength, "%g", c.strength);
  return g_strdup_printf("%s-%s", cap_perturb_name(c.kind), strength);
}

/* FOLDER/robustness/NAME.csv. */
static char *
table_path(const CapStudyModel *model, int fold, CapCondition condition)
{
  g_autofree char *folder = cap_fold_file(&model->plan, fold, "robustness");
  g_autofree char *name = cap_condition_name(condition);
  g_autofree char *file = g_strconcat(name, ".csv", NULL);
  return g_build_filename(folder, file, NULL);
}

static gboolean
is_asked(const CapSample *sample)
{
  return sample->making != CAP_MAKING_WHOLE || cap_cohort_tells(sample->nodule);
}

static void
keep(const CapSample *sample, const CapJudgement *judgement, gpointer user_data)
{
  CapOutcome *o = cap_outcome_new(sample, judgement);
  o->dice = NAN; /* the readers' mask is not perturbed */
  g_ptr_array_add(user_data, o);
}

static gboolean
run(const CapHeldOut *held_out, const char *path, CapCondition condition,
    const CapProgress *progress, GError **error)
{
  g_autoptr(GPtrArray) outcomes =
      g_ptr_array_new_with_free_func((GDestroyNotify)cap_outcome_free);
  const CapPerturb perturb = {.kind = condition.kind,
                              .strength = condition.strength};
  const CapHeldOutPass pass = {&perturb, 1, is_asked, keep, outcomes, FALSE};
  return cap_held_out_judge(held_out, &pass, progress, error) &&
         cap_outcomes_write(outcomes, path, error);
}

gboolean
cap_conditions_run(const CapStudyModel *model, int fold,
                   const CapProgress *progress, GError **error)
{
  g_autoptr(CapHeldOut) held_out = NULL; /* read when something is missing */
  g_autofree char *folder = cap_fold_file(&model->plan, fold, "robustness");
  if (!cap_folder_make(folder, error))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS(conditions); i++) {
    g_autofree char *path = table_path(model, fold, conditions[i]);
    if (g_file_test(path, G_FILE_TEST_EXISTS))
      continue;
    if (held_out == NULL)
      held_out = cap_held_out_open(&model->plan, fold, progress, error);
    if (held_out == NULL ||
        !run(held_out, path, conditions[i], progress, error))
      return FALSE;
  }
  return TRUE;
}

GPtrArray *
cap_condition_outcomes(const CapStudy *study, const CapStudyModel *model,
                       CapCondition condition, GError **error)
{
  g_autoptr(GPtrArray) all =
      g_ptr_array_new_with_free_func((GDestroyNotify)cap_outcome_free);
  for (guint i = 0; i < study->reported->len; i++) {
    const int fold = g_array_index(study->reported, int, i);
    g_autofree char *path = table_path(model, fold, condition);
    GPtrArray *outcomes = cap_outcomes_read(path, fold, error);
    if (outcomes == NULL)
      return NULL;
    g_ptr_array_extend_and_steal(all, outcomes);
  }
  return g_steal_pointer(&all);
}
