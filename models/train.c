/* Training: see train.h. */
#include "models/train.h"

#include "core/error.h"
#include "core/folder.h"
#include "io/weights.h"
#include "models/train_private.h"
#include "models/train_split.h"

#include <math.h>
#include <string.h>

/* How often the readers gave each level to the nodules trained on. */
static void
set_priors(CapTrainRun *run)
{
  const int n = cap_pool_count(run->pool, CAP_MAKING_WHOLE, TRUE, FALSE);
  CapNetworkPriors p = {0};
  double rated = 0, rows[CAP_N_ATTRIBUTES] = {0};
  for (int i = 0; i < n; i++) {
    const CapNodule *nodule = cap_pool_nodule(run->pool, i);
    for (int k = 0; k < 5; k++) {
      p.malignancy[k] += nodule->malignancy[k];
      rated += nodule->malignancy[k];
    }
    for (int a = 0; a < CAP_N_ATTRIBUTES; a++)
      for (int k = 0; k < CAP_MAX_LEVELS; k++) {
        p.attributes[a][k] += nodule->attributes[a][k];
        rows[a] += nodule->attributes[a][k];
      }
  }
  for (int k = 0; k < 5; k++)
    p.malignancy[k] /= (float)MAX(rated, 1);
  for (int a = 0; a < CAP_N_ATTRIBUTES; a++)
    for (int k = 0; k < CAP_MAX_LEVELS; k++)
      p.attributes[a][k] /= (float)MAX(rows[a], 1);
  cap_network_set_priors(run->net, &p);
}

/* The weights that the configuration starts from. Their own held-out patients
 * are the user's concern: the metadata keeps their hash. */
static gboolean
load_start(CapTrainRun *run, GError **error)
{
  const CapTrainConfig *c = run->config;
  run->start_hash = g_strdup("");
  if (*c->start == '\0') {
    set_priors(run);
    return TRUE;
  }
  g_autofree char *path = g_path_is_absolute(c->start)
                              ? g_strdup(c->start)
                              : g_build_filename(c->folder, c->start, NULL);
  g_autoptr(GHashTable) metadata = cap_weights_metadata(path, error);
  CapNetworkOptions unused = c->network;
  if (metadata == NULL ||
      !cap_network_options_read(&unused, path, metadata, error))
    return FALSE;
  g_clear_pointer(&run->start_hash, g_free);
  return cap_weights_load(run->net->graph, path, NULL, &run->start_hash, error);
}

/* Epochs that the folder's checkpoint has behind it, 0 without one; -1 with
 * ERROR. */
static int
resume(CapTrainRun *run, GError **error)
{
  if (!g_file_test(run->checkpoint_path, G_FILE_TEST_EXISTS))
    return 0;
  g_autoptr(GHashTable) metadata = NULL;
  if (!cap_weights_load_checkpoint(run->optim, run->checkpoint_path, &metadata,
                                   error))
    return -1;
  const char *text = g_hash_table_lookup(metadata, "config");
  const char *epoch = g_hash_table_lookup(metadata, "epoch");
  if (text == NULL || epoch == NULL ||
      !cap_train_config_matches(run->config, text)) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_CONFIG,
                "%s belongs to a run with another configuration: choose "
                "another folder, or remove it to start anew",
                run->checkpoint_path);
    return -1;
  }
  return (int)g_ascii_strtoll(epoch, NULL, 10);
}

/* Whether the run has ended, and why, as the rank that writes knows it. */
static CapTrainStop
find_stop(const CapTrainRun *run)
{
  double stop = cap_ranks_speaks(run->ranks)
                    ? cap_train_stop_find(&run->past, run->config)
                    : CAP_TRAIN_GOES_ON;
  cap_ranks_sum_doubles(run->ranks, 1, &stop);
  return (CapTrainStop)stop;
}

/* Says in the best epoch's weights, which were written before the run's end,
 * why it ended. The network is those weights then. */
static gboolean
finish_weights(const CapTrainRun *run, CapTrainStop stop, GError **error)
{
  if (run->config->patience == 0 || !cap_ranks_speaks(run->ranks))
    return TRUE;
  g_autoptr(GHashTable) metadata = NULL;
  if (!cap_weights_load(run->net->graph, run->weights_path, &metadata, NULL,
                        error))
    return FALSE;
  g_hash_table_insert(metadata, g_strdup("stopped"),
                      g_strdup(cap_train_stop_name(stop)));
  return cap_weights_save(run->net->graph, metadata, run->weights_path, error);
}

static gboolean
train(CapTrainRun *run, GError **error)
{
  if (!load_start(run, error))
    return FALSE;
  const int done = resume(run, error);
  gboolean ok = done >= 0;
  if (ok && cap_ranks_speaks(run->ranks))
    ok = cap_train_start_log(run->log_path, done, error);
  if (!cap_train_agree(run, ok, error))
    return FALSE;
  if (cap_ranks_speaks(run->ranks))
    run->past = cap_train_past_read(run->log_path, done);
  const int rest = run->options->stop_after;
  CapTrainStop stop = find_stop(run);
  for (int i = done + 1; stop == CAP_TRAIN_GOES_ON; i++) {
    if (rest > 0 && i > done + rest)
      return TRUE;
    CapTrainEpoch epoch = {.epoch = i};
    if (!cap_train_epoch_run(run, &epoch, error) ||
        !cap_train_agree(run, cap_train_save_epoch(run, &epoch, error), error))
      return FALSE;
    if (run->options->on_epoch != NULL && cap_ranks_speaks(run->ranks))
      run->options->on_epoch(&epoch, run->options->user_data);
    stop = find_stop(run);
  }
  return cap_train_agree(run, finish_weights(run, stop, error), error);
}

/* Every batch, the last included, has to go round. */
static gboolean
check_ranks(const CapTrainConfig *c, const CapRanks *ranks, GError **error)
{
  const int rest = c->samples % c->batch;
  if (ranks == NULL ||
      (c->batch >= ranks->count && (rest == 0 || rest >= ranks->count)))
    return TRUE;
  g_set_error(error, CAP_ERROR, CAP_ERROR_CONFIG,
              "%d processes cannot share batches of %d patches, the last of "
              "%d: start fewer, or change batch and samples",
              ranks->count, c->batch, rest);
  return FALSE;
}

/* The ways that the folder's checkpoint was trained with, "" without one. */
static char *
ways_before(const CapTrainRun *run)
{
  g_autoptr(GHashTable) metadata =
      cap_weights_metadata(run->checkpoint_path, NULL);
  const char *ways =
      metadata != NULL ? g_hash_table_lookup(metadata, "ways") : NULL;
  return g_strdup(ways != NULL ? ways : "");
}

/* What the first rank says, on all. */
static char *
first_says(const CapRanks *ranks, const char *text)
{
  enum { ROOM = 1 << 16 };
  g_autofree char *mine = g_new0(char, ROOM);
  g_autofree char *all = g_new0(char, (gsize)ranks->count *ROOM);
  g_strlcpy(mine, text, ROOM);
  ranks->gather(ranks, mine, ROOM, all);
  return g_strdup(all);
}

/* With several ranks the first decides the ways while the others wait, and all
 * take them. */
static gboolean
make_network(CapTrainRun *run, GError **error)
{
  const CapRanks *ranks = run->ranks;
  CapNetworkOptions o = run->config->network;
  g_autofree char *before = ways_before(run);
  o.ways = before;
  if (ranks == NULL) {
    run->net = cap_network_new(CAP_GRAPH_TRAIN, &o, error);
    return run->net != NULL;
  }
  if (run->sharers != NULL) /* a rank's part, rounded up */
    o.max_batch = (run->config->batch + ranks->count - 1) / ranks->count;
  else
    o.split = ranks;
  g_autofree char *decided = NULL;
  if (cap_ranks_speaks(ranks)) {
    run->net = cap_network_new(CAP_GRAPH_TRAIN, &o, error);
    if (run->net != NULL)
      decided = cap_ways_text(cap_graph_ways(run->net->graph));
  }
  g_autofree char *ways = first_says(ranks, decided != NULL ? decided : "");
  o.ways = ways;
  if (!cap_ranks_speaks(ranks))
    run->net = cap_network_new(CAP_GRAPH_TRAIN, &o, error);
  if (!cap_train_agree(run, run->net != NULL, error))
    return FALSE;
  cap_graph_set_ranks(run->net->graph, run->sharers);
  return TRUE;
}

static void
run_clear(CapTrainRun *run)
{
  cap_optim_free(run->optim);
  cap_network_free(run->net);
  g_free(run->log_path);
  g_free(run->checkpoint_path);
  g_free(run->weights_path);
  g_free(run->start_hash);
}

gboolean
cap_train_run(const CapTrainConfig *config, const CapPool *pool,
              const char *out_dir, const CapTrainOptions *options,
              const CapProgress *progress, GError **error)
{
  static const CapTrainOptions none;
  const CapRanks *ranks = options ? options->ranks : NULL;
  const gboolean split = options && options->split_capsules;
  if (split ? !cap_train_split_check(config, error)
            : !check_ranks(config, ranks, error))
    return FALSE;
  if (!cap_folder_make(out_dir, error))
    return FALSE;
  CapTrainRun run = {.config = config,
                     .pool = pool,
                     .options = options ? options : &none,
                     .progress = progress,
                     .ranks = ranks,
                     .sharers = split ? NULL : ranks};
  run.log_path = g_build_filename(out_dir, "log.csv", NULL);
  run.checkpoint_path =
      g_build_filename(out_dir, "checkpoint.safetensors", NULL);
  run.weights_path = g_build_filename(out_dir, "weights.safetensors", NULL);
  gboolean ok = make_network(&run, error);
  if (ok) {
    run.optim = cap_optim_new(run.net->graph, &config->optim);
    ok = train(&run, error);
  }
  run_clear(&run);
  return ok;
}
