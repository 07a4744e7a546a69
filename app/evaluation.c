/* The output of an evaluation: see evaluation.h. */
#include "app/evaluation.h"

#include "app/command.h"
#include "core/error.h"
#include "core/folder.h"
#include "io/atomic_file.h"
#include "models/evaluate/report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

gboolean
cap_evaluation_open(const char *folder, gboolean resume, GError **error)
{
  if (!cap_folder_make(folder, error))
    return FALSE;
  g_autofree char *cases = g_build_filename(folder, "cases", NULL);
  if (g_file_test(cases, G_FILE_TEST_IS_DIR)) {
    if (resume)
      return TRUE;
    g_set_error(error, CAP_ERROR, CAP_ERROR_OUTPUT,
                "%s holds an earlier evaluation: --resume goes on with it, or "
                "name another folder",
                folder);
    return FALSE;
  }
  g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
  const char *name = dir ? g_dir_read_name(dir) : NULL;
  if (dir != NULL && name == NULL)
    return TRUE;
  g_set_error(error, CAP_ERROR, CAP_ERROR_OUTPUT,
              "%s holds something but no evaluation (%s): name another folder",
              folder, name ? name : "it cannot be read");
  return FALSE;
}

static gboolean
save(const char *folder, const char *name, const void *bytes, gsize n,
     GError **error)
{
  g_autofree char *path = g_build_filename(folder, name, NULL);
  return cap_atomic_file_save(path, bytes, n, error);
}

static const char *
four(char buffer[G_ASCII_DTOSTR_BUF_SIZE], double value)
{
  if (!isfinite(value))
    return "-";
  return g_ascii_formatd(buffer, G_ASCII_DTOSTR_BUF_SIZE, "%.4f", value);
}

static void
print_summary(const CapEvalResults *r)
{
  char a[G_ASCII_DTOSTR_BUF_SIZE], b[G_ASCII_DTOSTR_BUF_SIZE],
      c[G_ASCII_DTOSTR_BUF_SIZE];
  printf("%d scans evaluated, %d failed\n", r->n_cases - r->n_failed,
         r->n_failed);
  printf("%d nodules: %d found, %d missed, %d false marks\n",
         r->froc->n_nodules, r->froc->tp, r->froc->fn, r->froc->fp);
  printf("CPM %s (95 %% %s to %s)\n", four(a, r->cpm), four(b, r->band->cpm[0]),
         four(c, r->band->cpm[1]));
  printf("malignancy of %u found nodules: AUC %s, diameter alone %s\n",
         r->label->len, four(a, r->auc.auc), four(b, r->auc_diameter.auc));
  printf("masks of %d found nodules: mean Dice %s\n", r->n_dice,
         four(a, r->dice_mean));
  for (guint i = 0; i < r->warnings->len; i++)
    fprintf(stderr, "warning: %s\n", (char *)r->warnings->pdata[i]);
  for (guint i = 0; i < r->failures->len; i++)
    fprintf(stderr, "failed: %s\n", (char *)r->failures->pdata[i]);
}

int
cap_evaluation_status(const CapEvalResults *r)
{
  const gboolean machine = r->failure_code == CAP_ERROR_WORKER ||
                           r->failure_code == CAP_ERROR_MEMORY;
  if (r->n_failed < r->n_cases || (r->n_cases < 2 && !machine))
    return r->n_failed > 0;
  g_autoptr(GError) error = g_error_new(
      CAP_ERROR, r->failure_code ? r->failure_code : CAP_ERROR_DATA,
      "no scan could be evaluated: %d of %d failed", r->n_failed, r->n_cases);
  return cap_command_fail(error);
}

gboolean
cap_evaluation_write(const CapEvalResults *results, const char *folder,
                     gboolean json, gboolean quiet, GError **error)
{
  g_autofree char *text = cap_eval_results_json(results);
  g_autofree char *html = cap_eval_report_html(results);
  g_autoptr(GByteArray) pdf = cap_eval_report_pdf(results, error);
  if (pdf == NULL || !save(folder, "results.json", text, strlen(text), error) ||
      !save(folder, "cases.csv", results->csv->str, results->csv->len, error) ||
      !save(folder, "report.html", html, strlen(html), error) ||
      !save(folder, "report.pdf", pdf->data, pdf->len, error))
    return FALSE;
  if (json)
    fputs(text, stdout);
  else if (!quiet)
    print_summary(results);
  return TRUE;
}
