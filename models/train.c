/* Training: see train.h. */
#include "models/train.h"

#include "core/error.h"
#include "core/random.h"
#include "datasets/batch.h"
#include "io/folder.h"
#include "io/weights.h"
#include "models/train_split.h"
#include "models/train_stop.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* Mask and ratings count fully for nodules; whoever few readers saw, less. */
typedef struct {
  const CapTrainConfig *config;
  const CapPool *pool;
  const CapTrainOptions *options;
  const CapProgress *progress;
  const CapRanks *ranks;
  const CapRanks *sharers; /* of batches: the ranks, or NULL with split capsules
                            */
  CapNetwork *net;
  CapOptim *optim;
  char *log_path, *checkpoint_path, *weights_path;
  CapTrainPast past; /* where this rank writes */
  char *start_hash;  /* of the weights that the run started from; or "" */
} Run;

/* ---- one batch ---- */

static void
fill_ratings(CapNetwork *net, int i, const CapNodule *nodule)
{
  CapGraph *g = net->graph;
  float *malignancy = cap_graph_data(g, net->target_malignancy) + i * 5;
  float *malignancy_weight =
      cap_graph_data(g, net->target_malignancy_weight) + i;
  const int size = CAP_N_ATTRIBUTES * CAP_MAX_LEVELS;
  float *attributes = cap_graph_data(g, net->target_attributes) + i * size;
  float *weights =
      cap_graph_data(g, net->target_attributes_weight) + i * CAP_N_ATTRIBUTES;
  memset(malignancy, 0, 5 * sizeof *malignancy);
  memset(attributes, 0, size * sizeof *attributes);
  memset(weights, 0, CAP_N_ATTRIBUTES * sizeof *weights);
  *malignancy_weight = 0;
  if (nodule == NULL)
    return;
  const float weight = MIN(nodule->n_readers, 4) / 4.0f;
  memcpy(malignancy, nodule->malignancy, 5 * sizeof *malignancy);
  memcpy(attributes, nodule->attributes, size * sizeof *attributes);
  if (!isnan(nodule->malignancy_median))
    *malignancy_weight = weight;
  for (int a = 0; a < CAP_N_ATTRIBUTES; a++)
    if (!isnan(nodule->attribute_means[a]))
      weights[a] = weight;
}

static void
fill_inputs(CapNetwork *net, const CapBatch *batch)
{
  CapGraph *g = net->graph;
  cap_graph_set_batch(g, batch->n);
  cap_graph_set_whole_batch(g, batch->whole);
  for (int i = 0; i < batch->n; i++) {
    const CapSample *s = &batch->samples[i];
    float *patch = cap_graph_data(g, net->patch) + (gsize)i * CAP_PATCH_VOXELS;
    for (int v = 0; v < CAP_PATCH_VOXELS; v++)
      patch[v] = cap_network_scale(s->hu[v]);
    if (net->target_mask >= 0) {
      memcpy(cap_graph_data(g, net->target_mask) + (gsize)i * CAP_PATCH_VOXELS,
             s->mask, sizeof s->mask);
      cap_graph_data(g, net->target_mask_weight)[i] = s->is_nodule ? 1 : 0;
    }
    cap_graph_data(g, net->target_class)[2 * i] = s->is_nodule ? 1 : 0;
    cap_graph_data(g, net->target_class)[2 * i + 1] = s->is_nodule ? 0 : 1;
    cap_graph_data(g, net->target_class_weight)[i] = s->class_weight;
    fill_ratings(net, i, s->nodule);
  }
}

/* The spread loss starts with a narrow margin, so that capsules that still say
 * little do not all die (Hinton et al. 2018, section 4). */
static void
fill_margin(const Run *run)
{
  CapGraph *g = run->net->graph;
  const double *margin = run->config->spread_margin;
  const double done = (double)cap_optim_n_steps(run->optim) /
                      MAX(run->config->optim.total_steps, 1);
  if (run->net->class_margin < 0)
    return;
  for (int i = 0; i < cap_graph_batch(g); i++)
    cap_graph_data(g, run->net->class_margin)[i] =
        (float)(margin[0] + (margin[1] - margin[0]) * MIN(done, 1));
}

/* NAN for a loss that the network does not have. */
static double
mean_of(CapGraph *g, CapTensor loss)
{
  if (loss < 0)
    return NAN;
  const float *values = cap_graph_data(g, loss);
  double sum = 0;
  for (int i = 0; i < cap_graph_batch(g); i++)
    sum += values[i];
  return sum / cap_graph_batch(g);
}

static void
train_batch(Run *run, const CapBatch *batch, CapTrainEpoch *epoch)
{
  CapNetwork *net = run->net;
  CapGraph *g = net->graph;
  fill_inputs(net, batch);
  cap_graph_set_draw(
      g, cap_random_mix((guint64)run->config->seed) + (guint64)epoch->epoch,
      batch->first);
  fill_margin(run);
  cap_graph_zero_grad(g);
  cap_graph_forward(g);
  cap_graph_backward(g);
  const double share = (double)batch->n / run->config->samples;
  epoch->loss += share * cap_graph_loss(g);
  epoch->loss_class += share * mean_of(g, net->loss_class);
  epoch->loss_malignancy += share * mean_of(g, net->loss_malignancy);
  epoch->loss_attributes += share * mean_of(g, net->loss_attributes);
  epoch->loss_mask += share * mean_of(g, net->loss_mask);
  epoch->loss_reconstruction += share * mean_of(g, net->loss_reconstruction);
  epoch->rate = cap_optim_rate(run->optim);
  if (!isfinite(cap_optim_step(run->optim)))
    epoch->skipped++;
  epoch->loss_scale = cap_optim_loss_scale(run->optim);
}

/* TRUE when OK holds on all ranks; if only others failed, ERROR says so. */
static gboolean
agree(const Run *run, gboolean ok, GError **error)
{
  if (cap_ranks_all(run->ranks, ok))
    return ok;
  if (ok)
    g_set_error(error, CAP_ERROR, CAP_ERROR_CANCELLED,
                "another process of this run stopped");
  return FALSE;
}

/* Losses are this rank's share of the epoch's until here. */
static void
sum_losses(const Run *run, CapTrainEpoch *epoch)
{
  double *const losses[] = {&epoch->loss,
                            &epoch->loss_class,
                            &epoch->loss_malignancy,
                            &epoch->loss_attributes,
                            &epoch->loss_mask,
                            &epoch->loss_reconstruction};
  double sums[G_N_ELEMENTS(losses)];
  for (gsize i = 0; i < G_N_ELEMENTS(losses); i++)
    sums[i] = *losses[i];
  cap_ranks_sum_doubles(run->sharers, G_N_ELEMENTS(losses), sums);
  for (gsize i = 0; i < G_N_ELEMENTS(losses); i++)
    *losses[i] = sums[i];
}

static gboolean
validate(Run *run, CapTrainEpoch *epoch, GError **error)
{
  gboolean ok = TRUE;
  if (cap_ranks_speaks(run->ranks))
    ok = cap_validation_run(run->net, run->pool, run->progress,
                            &epoch->validation, error);
  if (!agree(run, ok, error))
    return FALSE;
  if (cap_ranks_speaks(run->ranks))
    cap_validation_calibrate(run->net, &epoch->validation);
  return TRUE;
}

static gboolean
train_epoch(Run *run, CapTrainEpoch *epoch, GError **error)
{
  const CapTrainConfig *c = run->config;
  const gint64 start = g_get_monotonic_time();
  const clock_t worked = clock();
  g_autofree char *stage =
      g_strdup_printf("epoch %d of %d", epoch->epoch, c->epochs);
  cap_graph_set_training(run->net->graph, TRUE);
  g_autoptr(CapBatchSource) source = cap_batch_source_new(
      run->pool, epoch->epoch, c->samples, c->batch, run->sharers);
  for (int done = 0; done < c->samples;) {
    g_autoptr(CapBatch) batch = cap_batch_source_next(source, error);
    const gboolean go =
        batch != NULL && cap_progress_step(run->progress, stage,
                                           (double)done / c->samples, error);
    if (!agree(run, go, error))
      return FALSE;
    train_batch(run, batch, epoch);
    done += batch->whole;
  }
  cap_progress_step(run->progress, stage, 1, NULL);
  sum_losses(run, epoch);
  if (run->ranks != run->sharers &&
      !cap_train_split_agrees(run->net, run->ranks, error))
    return FALSE;
  if (!validate(run, epoch, error))
    return FALSE;
  epoch->seconds = (g_get_monotonic_time() - start) / 1e6;
  epoch->core_seconds = (clock() - worked) / (double)CLOCKS_PER_SEC;
  return TRUE;
}

/* ---- files ---- */

static GHashTable *
make_metadata(const Run *run, const CapTrainEpoch *epoch, const char *row)
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

/* The log of the first N epochs: rows of an epoch whose checkpoint was never
 * written go. */
static gboolean
start_log(const char *path, int n, GError **error)
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
static gboolean
save_epoch(Run *run, CapTrainEpoch *epoch, GError **error)
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

/* How often the readers gave each level to the nodules trained on. */
static void
set_priors(Run *run)
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
load_start(Run *run, GError **error)
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
resume(Run *run, GError **error)
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
find_stop(const Run *run)
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
finish_weights(const Run *run, CapTrainStop stop, GError **error)
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
train(Run *run, GError **error)
{
  if (!load_start(run, error))
    return FALSE;
  const int done = resume(run, error);
  gboolean ok = done >= 0;
  if (ok && cap_ranks_speaks(run->ranks))
    ok = start_log(run->log_path, done, error);
  if (!agree(run, ok, error))
    return FALSE;
  if (cap_ranks_speaks(run->ranks))
    run->past = cap_train_past_read(run->log_path, done);
  const int rest = run->options->stop_after;
  CapTrainStop stop = find_stop(run);
  for (int i = done + 1; stop == CAP_TRAIN_GOES_ON; i++) {
    if (rest > 0 && i > done + rest)
      return TRUE;
    CapTrainEpoch epoch = {.epoch = i};
    if (!train_epoch(run, &epoch, error) ||
        !agree(run, save_epoch(run, &epoch, error), error))
      return FALSE;
    if (run->options->on_epoch != NULL && cap_ranks_speaks(run->ranks))
      run->options->on_epoch(&epoch, run->options->user_data);
    stop = find_stop(run);
  }
  return agree(run, finish_weights(run, stop, error), error);
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
ways_before(const Run *run)
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
make_network(Run *run, GError **error)
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
  if (!agree(run, run->net != NULL, error))
    return FALSE;
  cap_graph_set_ranks(run->net->graph, run->sharers);
  return TRUE;
}

static void
run_clear(Run *run)
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
  Run run = {.config = config,
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
