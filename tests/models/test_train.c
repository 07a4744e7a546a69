/* The trainer: configurations, and runs that resume bit for bit. */
#include "core/error.h"
#include "io/csv.h"
#include "io/weights.h"
#include "models/network_probe.h"
#include "models/train.h"
#include "tests/support/nodules.h"
#include "tests/support/suite.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

START_TEST(a_configuration_is_typed)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(CapTrainConfig) c = cap_train_config_parse(
      "[data]\nheld-out = LIDC-IDRI-0001; LIDC-IDRI-0003\nmix-cube=0.2\n"
      "[network]\nkind=capsnet\nrouting=mean\nrouting-iterations=2\n"
      "[training]\nepochs=4\nsamples=100\nbatch=32\nrate=5e-4\nseed=77\n"
      "[augmentation]\nsymmetries=false\n",
      "x.conf", &error);
  cap_assert_no_error(error);
  ck_assert_str_eq(c->held_out[1], "LIDC-IDRI-0003");
  ck_assert_str_eq(c->network.kind->name, "capsnet");
  ck_assert_str_eq(c->network.routing->name, "mean");
  ck_assert_int_eq(c->network.routing_iterations, 2);
  ck_assert_double_eq(c->optim.rate_peak, 5e-4);
  ck_assert_int_eq(c->optim.total_steps, 16);
  ck_assert(!c->pool.augment.symmetries);
  ck_assert_int_eq(c->network.precision, CAP_PRECISION_FLOAT32);
  ck_assert_double_eq(c->optim.loss_scale, 1); /* off: float32 needs none */
  ck_assert_uint_eq(c->pool.seed, 77);
  ck_assert_uint_eq(c->network.seed, 77);
  ck_assert_ptr_nonnull(strstr(c->text, "data.mix-cube=0.2"));
}
END_TEST

START_TEST(wrong_configurations_say_the_range)
{
  const struct {
    const char *text, *part;
  } rows[] = {
      {"[training]\nepoch=3\n", "there is no setting “epoch”"},
      {"[other]\nepochs=3\n", "in the group [other]"},
      {"[network]\nkind=perceptron\n",
       "“perceptron”; it takes one of capsnet, cnn"},
      {"[network]\nrouting=none\n",
       "“none”; it takes one of dynamic, em, attention, sparse, mean"},
      {"[network]\nrouting-iterations=6\n", "a whole number from 1 to 5"},
      {"[network]\ncapsule-dimension=3\n", "a whole number from 4 to 32"},
      {"[network]\nmask-features=size\n", "one of density, shape"},
      {"[network]\nrouting-iterations=2.5\n", "a whole number from 1 to 5"},
      {"[network]\nrouting-mass=0\n", "a number from 0.05 to 1"},
      {"[training]\nspread-margin-last=2\n", "a number from 0 to 1"},
      {"[network]\nprecision=half\n",
       "“half”; it takes one of float32, bfloat16, auto"},
      {"[training]\nloss-scale=-1\n", "a number from 0 to 8.50706e+37"},
      {"[training]\nloss-scale=1000\n", "no power of two"},
      {"[training]\nloss-scale-steps=0\n", "a whole number from 1 to 1e+06"},
      {"[training]\nbatch=0\n", "a whole number from 1 to 128"},
      {"[training]\nrate=fast\n", "a number from 1e-06 to 0.01"},
      {"[training]\nrate=nan\n", "a number from 1e-06 to 0.01"},
      {"[training]\nrate=1e-4\nfinal-rate=1e-3\n", "above rate"},
      {"[augmentation]\nsymmetries=3\n", "true or false"},
      {"[data]\nmix-whole=0\nmix-crop=0\nmix-cube=0\nmix-transplant=0\n",
       "all zero"},
      {"no group\n", "x.conf"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(GError) error = NULL;
    ck_assert_ptr_null(cap_train_config_parse(rows[i].text, "x.conf", &error));
    cap_assert_error(error, CAP_ERROR_CONFIG);
    ck_assert_msg(strstr(error->message, rows[i].part) != NULL, "%s",
                  error->message);
  }
  g_autoptr(GError) error = NULL;
  ck_assert_ptr_null(cap_train_config_read("no/such.conf", &error));
  cap_assert_error(error, CAP_ERROR_NO_INPUT);
}
END_TEST

/* TEXT without the line of KEY. */
static char *
without(const char *text, const char *key)
{
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  GString *rest = g_string_new(NULL);
  for (char **line = lines; *line != NULL; line++)
    if (!g_str_has_prefix(*line, key) && **line != '\0')
      g_string_append_printf(rest, "%s\n", *line);
  return g_string_free(rest, FALSE);
}

/* A run kept by a version that lacked a setting goes on while that setting has
 * its default. */
START_TEST(configurations_are_compared_by_what_they_say)
{
  g_autoptr(CapTrainConfig) c = cap_train_config_parse(
      "[training]\nepochs=4\nclip-norm=7\n", "x.conf", NULL);
  ck_assert(cap_train_config_matches(c, c->text));
  g_autofree char *older = without(c->text, "network.routing-iterations");
  ck_assert_str_ne(older, c->text);
  ck_assert(cap_train_config_matches(c, older));
  g_autofree char *other = without(c->text, "training.clip-norm");
  ck_assert(!cap_train_config_matches(c, other));
  g_autofree char *newer = g_strconcat(c->text, "training.magic=1\n", NULL);
  ck_assert(!cap_train_config_matches(c, newer));
  char *patients[] = {(char *)"A", (char *)"B", NULL};
  g_autofree char *before = g_strdup(c->text);
  cap_train_config_hold_out(c, patients);
  ck_assert_ptr_nonnull(strstr(c->text, "data.held-out=A;B\n"));
  ck_assert(!cap_train_config_matches(c, before));
}
END_TEST

static CapTrainConfig *
tiny(const char *more)
{
  g_autofree char *text = g_strconcat(
      "[training]\nepochs=2\nsamples=6\nbatch=3\nwarm-up=1\n", more, NULL);
  g_autoptr(GError) error = NULL;
  CapTrainConfig *c = cap_train_config_parse(text, "tiny.conf", &error);
  cap_assert_no_error(error);
  return c;
}

static void
run(const CapTrainConfig *c, const CapPool *pool, const char *folder,
    int stop_after)
{
  g_autoptr(GError) error = NULL;
  const CapTrainOptions options = {.stop_after = stop_after};
  ck_assert(cap_train_run(c, pool, folder, &options, NULL, &error));
  cap_assert_no_error(error);
}

static void
assert_same_file(const char *a, const char *b, const char *name)
{
  g_autofree char *pa = g_build_filename(a, name, NULL);
  g_autofree char *pb = g_build_filename(b, name, NULL);
  g_autofree char *ta = NULL, *tb = NULL;
  gsize na = 0, nb = 0;
  ck_assert(g_file_get_contents(pa, &ta, &na, NULL));
  ck_assert(g_file_get_contents(pb, &tb, &nb, NULL));
  ck_assert_uint_eq(na, nb);
  ck_assert_msg(memcmp(ta, tb, na) == 0, "%s differs", name);
}

/* log.csv but for the time of each epoch. */
static void
assert_same_log(const char *a, const char *b)
{
  CapCsv *logs[2];
  const char *const folders[2] = {a, b};
  for (int i = 0; i < 2; i++) {
    g_autofree char *path = g_build_filename(folders[i], "log.csv", NULL);
    logs[i] = cap_csv_read(path, NULL);
    ck_assert_ptr_nonnull(logs[i]);
    ck_assert_int_eq(cap_csv_n_rows(logs[i]), 2);
  }
  for (int row = 0; row < 2; row++)
    for (int c = 0; c < cap_csv_n_columns(logs[0]); c++)
      if (!g_str_has_suffix(cap_csv_column_name(logs[0], c), "seconds"))
        ck_assert_str_eq(cap_csv_text(logs[0], row, c),
                         cap_csv_text(logs[1], row, c));
  cap_csv_free(logs[0]);
  cap_csv_free(logs[1]);
}

/* With all that has a state: the spread loss's margin grows step by step. */
START_TEST(a_resumed_run_ends_where_an_unbroken_one_does)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(CapPool) pool = cap_test_pool(12, TRUE, &error);
  cap_assert_no_error(error);
  g_autoptr(CapTrainConfig) c =
      tiny("spread-loss=true\n[network]\nrouting=em\n");
  char *whole = cap_test_folder(), *broken = cap_test_folder();
  run(c, pool, whole, 0);
  run(c, pool, broken, 1);
  /* a row whose checkpoint was never written must not stay */
  g_autofree char *log = g_build_filename(broken, "log.csv", NULL);
  g_autofree char *text = NULL;
  ck_assert(g_file_get_contents(log, &text, NULL, NULL));
  g_autofree char *more = g_strconcat(text, "2,lost\n", NULL);
  ck_assert(g_file_set_contents(log, more, -1, NULL));
  run(c, pool, broken, 0);
  assert_same_log(whole, broken);
  assert_same_file(whole, broken, "checkpoint.safetensors");

  /* whoever loads the weights takes the routing from them */
  g_autofree char *weights =
      g_build_filename(whole, "weights.safetensors", NULL);
  g_autoptr(GHashTable) metadata = cap_weights_metadata(weights, &error);
  CapNetworkOptions network = cap_network_options_default();
  ck_assert(cap_network_options_read(&network, weights, metadata, &error));
  ck_assert_str_eq(network.routing->name, "em");
  g_autoptr(CapNetwork) net =
      cap_network_new(CAP_GRAPH_INFER, &network, &error);
  ck_assert(cap_weights_load(net->graph, weights, NULL, NULL, &error));

  /* the same folder refuses another configuration */
  g_autoptr(CapTrainConfig) other = tiny("rate=2e-3\n[network]\nrouting=em\n");
  ck_assert(!cap_train_run(other, pool, whole, NULL, NULL, &error));
  cap_assert_error(error, CAP_ERROR_CONFIG);
  cap_test_remove(whole);
  cap_test_remove(broken);
}
END_TEST

static double
log_number(const CapCsv *log, int row, const char *column)
{
  double value = NAN;
  ck_assert(cap_csv_number(log, row, cap_csv_find(log, column), &value, NULL));
  return value;
}

static CapCsv *
read_log(const char *folder)
{
  g_autofree char *path = g_build_filename(folder, "log.csv", NULL);
  CapCsv *log = cap_csv_read(path, NULL);
  ck_assert_ptr_nonnull(log);
  return log;
}

/* In bfloat16, with a scale so high that the first backward passes overflow:
 * steps are skipped until it fits, all of it is in the log, and a run that
 * stops in between goes on with the same scale and the same ways. */
START_TEST(a_mixed_run_resumes_with_its_scale)
{
  g_autoptr(CapPool) pool = cap_test_pool(12, TRUE, NULL);
  g_autoptr(CapTrainConfig) c =
      tiny("loss-scale=8.507059173023462e37\nloss-scale-steps=2\nsamples=15\n"
           "weight-class=100\nweight-mask=100\n"
           "[network]\nprecision=bfloat16\n");
  char *whole = cap_test_folder(), *broken = cap_test_folder();
  run(c, pool, whole, 0);
  run(c, pool, broken, 1);
  run(c, pool, broken, 0);
  assert_same_log(whole, broken);
  assert_same_file(whole, broken, "checkpoint.safetensors");
  g_autoptr(CapCsv) log = read_log(whole);
  const double skipped = log_number(log, 0, "skipped");
  ck_assert_double_ge(skipped, 1);
  ck_assert_double_lt(log_number(log, 0, "loss_scale"), 0x1p126);
  g_autofree char *path =
      g_build_filename(whole, "checkpoint.safetensors", NULL);
  g_autoptr(GHashTable) metadata = cap_weights_metadata(path, NULL);
  ck_assert_ptr_nonnull(strstr(g_hash_table_lookup(metadata, "ways"),
                               "stem.1 forward bfloat16\n"));
  const double kept =
      g_ascii_strtod(g_hash_table_lookup(metadata, "optim.loss_scale"), NULL);
  ck_assert_double_eq_tol(log_number(log, 1, "loss_scale") / kept, 1, 1e-5);
  cap_test_remove(whole);
  cap_test_remove(broken);
}
END_TEST

/* "stopped" of the metadata of FILE in FOLDER, and its epoch. */
static char *
stopped_of(const char *folder, const char *file, int *epoch)
{
  g_autofree char *path = g_build_filename(folder, file, NULL);
  g_autoptr(GHashTable) metadata = cap_weights_metadata(path, NULL);
  ck_assert_ptr_nonnull(metadata);
  *epoch = atoi(g_hash_table_lookup(metadata, "epoch"));
  return g_strdup(g_hash_table_lookup(metadata, "stopped"));
}

static int
n_epochs(const char *folder)
{
  g_autofree char *path = g_build_filename(folder, "log.csv", NULL);
  g_autoptr(CapCsv) log = cap_csv_read(path, NULL);
  return cap_csv_n_rows(log);
}

/* A rate that changes next to nothing: scores hardly move, so patience ends. */
START_TEST(patience_keeps_the_best_epoch)
{
  g_autoptr(CapPool) pool = cap_test_pool(12, FALSE, NULL);
  g_autoptr(CapTrainConfig) c =
      tiny("epochs=40\nrate=1e-6\nfinal-rate=1e-6\npatience=2\n");
  char *whole = cap_test_folder(), *broken = cap_test_folder();
  run(c, pool, whole, 0);
  const int n = n_epochs(whole);
  ck_assert_int_ge(n, 3);
  ck_assert_int_lt(n, 40);
  int last, best;
  g_autofree char *end = stopped_of(whole, "checkpoint.safetensors", &last);
  g_autofree char *kept = stopped_of(whole, "weights.safetensors", &best);
  ck_assert_str_eq(end, "patience");
  ck_assert_str_eq(kept, "patience");
  ck_assert_int_eq(last, n);
  ck_assert_int_eq(best, n - 2);
  for (int i = 0; i < n + 1; i++) /* one too many: nothing is left to do */
    run(c, pool, broken, 1);
  ck_assert_int_eq(n_epochs(broken), n);
  assert_same_file(whole, broken, "checkpoint.safetensors");
  assert_same_file(whole, broken, "weights.safetensors");
  cap_test_remove(whole);
  cap_test_remove(broken);
}
END_TEST

START_TEST(a_budget_ends_a_run)
{
  g_autoptr(CapPool) pool = cap_test_pool(12, FALSE, NULL);
  g_autoptr(CapTrainConfig) c = tiny("epochs=40\nminutes=0.0001\n");
  char *folder = cap_test_folder();
  for (int i = 0; i < 2; i++) {
    run(c, pool, folder, 0);
    ck_assert_int_eq(n_epochs(folder), 1);
  }
  int epoch;
  g_autofree char *why = stopped_of(folder, "weights.safetensors", &epoch);
  ck_assert_str_eq(why, "budget");
  cap_test_remove(folder);
}
END_TEST

START_TEST(any_network_is_trained)
{
  static const char *const texts[] = {"[network]\nkind=cnn\n",
                                      "[network]\nkind=resnet50\nwidth=4\n",
                                      "[network]\nkind=vit\nwidth=4\n"
                                      "dropout=0.1\n"};
  g_autoptr(CapPool) pool = cap_test_pool(12, FALSE, NULL);
  g_autoptr(CapTrainConfig) c = tiny(texts[_i]);
  char *whole = cap_test_folder(), *broken = cap_test_folder();
  run(c, pool, whole, 0);
  run(c, pool, broken, 1);
  run(c, pool, broken, 0);
  assert_same_file(whole, broken, "checkpoint.safetensors");
  g_autofree char *path = g_build_filename(whole, "log.csv", NULL);
  g_autoptr(CapCsv) log = cap_csv_read(path, NULL);
  const int mask = cap_csv_find(log, "loss_mask");
  ck_assert_int_eq(*cap_csv_text(log, 1, mask) != '\0', _i == 0);
  ck_assert_str_eq(
      cap_csv_text(log, 1, cap_csv_find(log, "loss_reconstruction")), "");
  ck_assert_str_eq(cap_csv_text(log, 1, cap_csv_find(log, "stopped")),
                   "epochs");
  cap_test_remove(whole);
  cap_test_remove(broken);
}
END_TEST

START_TEST(training_learns_and_validates)
{
  g_autoptr(CapPool) pool = cap_test_pool(24, TRUE, NULL);
  g_autoptr(CapTrainConfig) c =
      tiny("samples=96\nbatch=8\nrate=2e-3\nepochs=2\n");
  char *folder = cap_test_folder();
  run(c, pool, folder, 0);
  g_autofree char *path = g_build_filename(folder, "log.csv", NULL);
  g_autoptr(CapCsv) log = cap_csv_read(path, NULL);
  double before, after, auc;
  ck_assert(cap_csv_number(log, 0, cap_csv_find(log, "loss"), &before, NULL));
  ck_assert(cap_csv_number(log, 1, cap_csv_find(log, "loss"), &after, NULL));
  ck_assert(
      cap_csv_number(log, 1, cap_csv_find(log, "nodule_auc"), &auc, NULL));
  ck_assert_double_lt(after, 0.95 * before);
  ck_assert_double_gt(auc, 0.5);
  cap_test_remove(folder);
}
END_TEST

START_TEST(the_network_probe_sees_nodules_but_not_their_making)
{
  g_autoptr(CapPool) pool = cap_test_pool(160, TRUE, NULL);
  CapProbe erased, in_place;
  g_autoptr(GError) error = NULL;
  ck_assert(cap_network_probe_run(pool, CAP_MAKING_TRANSPLANT, 1280, TRUE,
                                  &erased, &error));
  ck_assert(cap_network_probe_run(pool, CAP_MAKING_TRANSPLANT, 1280, FALSE,
                                  &in_place, &error));
  printf("# AUC %.3f erased, %.3f in place\n", erased.auc, in_place.auc);
  ck_assert_int_eq(erased.n, 640);
  ck_assert_double_lt(erased.auc, 0.6); /* few places in one small host */
  ck_assert_double_gt(in_place.auc, 0.9);
  ck_assert(!cap_network_probe_run(pool, CAP_MAKING_CUBE, 100, TRUE, &erased,
                                   &error));
  cap_assert_error(error, CAP_ERROR_DATA);
}
END_TEST

START_TEST(a_cancelled_run_keeps_its_checkpoint)
{
  g_autoptr(CapPool) pool = cap_test_pool(12, FALSE, NULL);
  g_autoptr(CapTrainConfig) c = tiny("");
  char *folder = cap_test_folder();
  run(c, pool, folder, 1);
  g_autoptr(GCancellable) cancellable = g_cancellable_new();
  g_cancellable_cancel(cancellable);
  const CapProgress progress = {.cancellable = cancellable};
  g_autoptr(GError) error = NULL;
  ck_assert(!cap_train_run(c, pool, folder, NULL, &progress, &error));
  cap_assert_error(error, CAP_ERROR_CANCELLED);
  run(c, pool, folder, 0);
  cap_test_remove(folder);
}
END_TEST

START_TEST(unwritable_folders_and_missing_starts)
{
  g_autoptr(CapPool) pool = cap_test_pool(12, FALSE, NULL);
  g_autoptr(CapTrainConfig) c = tiny("");
  g_autoptr(GError) error = NULL;
  ck_assert(!cap_train_run(c, pool, "/proc/nothing", NULL, NULL, &error));
  cap_assert_error(error, CAP_ERROR_OUTPUT);
  g_clear_error(&error);
  g_autoptr(CapTrainConfig) starting = tiny("start=none.safetensors\n");
  char *folder = cap_test_folder();
  ck_assert(!cap_train_run(starting, pool, folder, NULL, NULL, &error));
  cap_assert_error(error, CAP_ERROR_NO_INPUT);
  cap_test_remove(folder);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("train");
  TCase *tests = tcase_create("train");
  tcase_set_timeout(tests, 240);
  tcase_add_test(tests, a_configuration_is_typed);
  tcase_add_test(tests, wrong_configurations_say_the_range);
  tcase_add_test(tests, configurations_are_compared_by_what_they_say);
  tcase_add_test(tests, a_resumed_run_ends_where_an_unbroken_one_does);
  tcase_add_test(tests, a_mixed_run_resumes_with_its_scale);
  tcase_add_test(tests, patience_keeps_the_best_epoch);
  tcase_add_test(tests, a_budget_ends_a_run);
  tcase_add_loop_test(tests, any_network_is_trained, 0, 3);
  tcase_add_test(tests, training_learns_and_validates);
  tcase_add_test(tests, the_network_probe_sees_nodules_but_not_their_making);
  tcase_add_test(tests, a_cancelled_run_keeps_its_checkpoint);
  tcase_add_test(tests, unwritable_folders_and_missing_starts);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
