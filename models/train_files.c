/* What a training leaves behind after every epoch: see train_private.h. */
#include "core/error.h"
#include "io/weights.h"
#include "models/train_private.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <math.h>
#include <stdio.h>

static GHashTable *
make_metadata(const CapTrainRun *run, const CapTrainEpoch *epoch,
              const char *row)
{
  GHashTable *m =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  const CapTrainConfig *c = run->config;
  g_autofree char *header = cap_train_log_header();
  char mass[G_ASCII_DTOSTR_BUF_SIZE];
  const struct {
    const char *key;
    char *value;
  } rows[] = {
      {"architecture", g_strdup(c->network.kind->architecture)},
      {"software_version", g_strdup(CAP_VERSION)},
      {"width", g_strdup_printf("%d", c->network.width)},
      {"capsule_dimension",
       g_strdup_printf("%d", c->network.capsule_dimension)},
      {"routing", g_strdup(c->network.routing->name)},
      {"routing_iterations",
       g_strdup_printf("%d", c->network.routing_iterations)},
      {"mask_features",
       g_strdup(cap_mask_features_name(c->network.mask_features))},
      {"routing_mass",
       g_strdup(g_ascii_dtostr(mass, sizeof mass, c->network.routing_mass))},
      {"precision", g_strdup(cap_precision_name(c->network.precision))},
      {"seed", g_strdup_printf("%" G_GINT64_FORMAT, c->seed)},
      {"config", g_strdup(c->text)},
      {"data",
       g_strdup(run->options->data_notes ? run->options->data_notes : "")},
      {"start_sha256", g_strdup(run->start_hash)},
      {"held_out", g_strjoinv(";", c->held_out)},
      {"epoch", g_strdup_printf("%d", epoch->epoch)},
      {"stopped", g_strdup(epoch->stopped)},
      {"results", g_strdup_printf("%s\n%s", header, row)},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
    g_hash_table_insert(m, g_strdup(rows[i].key), rows[i].value);
  return m;
}

static gboolean
fail_log(const char *path, GError **error)
{
  g_set_error(error, CAP_ERROR, CAP_ERROR_WRITE, "cannot write %s: %s", path,
              g_strerror(errno));
  return FALSE;
}

static gboolean
append_log(const char *path, const char *row, GError **error)
{
  FILE *file = g_fopen(path, "a");
  if (file == NULL)
    return fail_log(path, error);
  const gboolean written = fprintf(file, "%s\n", row) > 0;
  return fclose(file) == 0 && written ? TRUE : fail_log(path, error);
}

gboolean
cap_train_start_log(const char *path, int n, GError **error)
{
  g_autofree char *old = NULL;
  g_autofree char *header = cap_train_log_header();
  g_autoptr(GString) text = g_string_new(header);
  g_string_append_c(text, '\n');
  if (n > 0 && g_file_get_contents(path, &old, NULL, NULL)) {
    g_auto(GStrv) lines = g_strsplit(old, "\n", -1);
    for (int i = 1; lines[0] != NULL && lines[i] != NULL && i <= n; i++)
      if (*lines[i] != '\0')
        g_string_append_printf(text, "%s\n", lines[i]);
  }
  g_autoptr(GError) cause = NULL;
  if (g_file_set_contents(path, text->str, (gssize)text->len, &cause))
    return TRUE;
  g_set_error(error, CAP_ERROR, CAP_ERROR_OUTPUT, "cannot write %s: %s", path,
              cause->message);
  return FALSE;
}

/* Log first, checkpoint last: a run stopped in between does the epoch again. */
gboolean
cap_train_save_epoch(CapTrainRun *run, CapTrainEpoch *epoch, GError **error)
{
  if (!cap_ranks_speaks(run->ranks))
    return TRUE;
  cap_train_past_add(&run->past, epoch->core_seconds,
                     cap_validation_score(&epoch->validation));
  epoch->stopped =
      cap_train_stop_name(cap_train_stop_find(&run->past, run->config));
  const int best = run->past.best; /* 0: no epoch could be scored yet */
  const gboolean better =
      run->config->patience == 0 || best == 0 || best == epoch->epoch;
  g_autofree char *row = cap_train_log_row(epoch);
  CapTrainEpoch timeless = *epoch; /* weights must not depend on the clock */
  timeless.seconds = timeless.core_seconds = NAN;
  g_autofree char *results = cap_train_log_row(&timeless);
  g_autoptr(GHashTable) metadata = make_metadata(run, epoch, results);
  if (!append_log(run->log_path, row, error) ||
      (better &&
       !cap_weights_save(run->net->graph, metadata, run->weights_path, error)))
    return FALSE;
  g_hash_table_insert(metadata, g_strdup("ways"),
                      cap_ways_text(cap_graph_ways(run->net->graph)));
  return cap_weights_save_checkpoint(run->optim, metadata, run->checkpoint_path,
                                     error);
}
