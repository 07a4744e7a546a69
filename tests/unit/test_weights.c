/* Weights files and checkpoints: there and back, and every way to be broken. */
#include <string.h>

#include "core/error.h"
#include "core/nn/ops/batchnorm.h"
#include "core/nn/ops/conv3d.h"
#include "core/nn/ops/linear.h"
#include "core/nn/ops/losses.h"
#include "core/nn/ops/softmax.h"
#include "io/weights.h"
#include "tests/support/suite.h"

#define BATCH 3

/* A network with everything that is saved: weights, biases, statistics. */
typedef struct {
  CapGraph *graph;
  CapTensor input, target, weight;
} Tiny;

static Tiny
tiny(CapGraphMode mode, int outputs, guint64 seed)
{
  Tiny t = {.graph = cap_graph_new(BATCH, mode, seed)};
  CapGraph *g = t.graph;
  t.input = cap_graph_input(g, "input", cap_shape_volume(1, 4));
  CapConv3dOptions o = cap_conv3d_options_default();
  o.channels = 8;
  const CapTensor x = cap_conv3d_bn_relu_add(g, "conv", t.input, &o);
  o.kernel = 4;
  o.pad = 0;
  o.channels = outputs;
  const CapTensor logits = cap_linear_add(
      g, "linear", cap_conv3d_add(g, "flat", x, &o), cap_shape_vector(outputs));
  cap_graph_keep(g, cap_softmax_add(g, "p", logits, NULL));
  if (mode == CAP_GRAPH_TRAIN) {
    t.target = cap_graph_input(g, "target", cap_shape_vector(outputs));
    t.weight = cap_graph_input(g, "weight", cap_shape_vector(1));
    cap_graph_add_loss(
        g, cap_rating_loss_add(g, "loss", logits, t.target, t.weight, NULL),
        1.0f);
  }
  GError *error = NULL;
  ck_assert(cap_graph_plan(g, &error));
  return t;
}

static void
fill(CapGraph *g, CapTensor tensor, gsize n, float low)
{
  for (gsize i = 0; i < n; i++)
    cap_graph_data(g, tensor)[i] =
        low + (float)((i * 37 + 11) % 17) / 17.0f * (1.0f - low);
}

static void
train(Tiny *t, CapOptim *optim, int steps)
{
  fill(t->graph, t->input, BATCH * 64, -1.0f);
  fill(t->graph, t->weight, BATCH, 0.5f);
  for (int i = 0; i < BATCH * 5; i++)
    cap_graph_data(t->graph, t->target)[i] = i % 5 == i / 5 ? 1.0f : 0.0f;
  for (int i = 0; i < steps; i++) {
    cap_graph_zero_grad(t->graph);
    cap_graph_forward(t->graph);
    cap_graph_backward(t->graph);
    cap_optim_step(optim);
  }
}

/* All parameters and buffers, one after the other. */
static GByteArray *
snapshot(CapGraph *g)
{
  GByteArray *bytes = g_byte_array_new();
  for (int i = 0; i < cap_graph_n_params(g); i++) {
    const CapTensor tensor = cap_graph_param_at(g, i);
    g_byte_array_append(bytes, (const guint8 *)cap_graph_data(g, tensor),
                        (guint)(cap_graph_size(g, tensor) * sizeof(float)));
  }
  return bytes;
}

static gboolean
same(GByteArray *a, GByteArray *b)
{
  return a->len == b->len && memcmp(a->data, b->data, a->len) == 0;
}

static char *folder, *path;

static void
setup(void)
{
  folder = cap_test_folder();
  path = g_build_filename(folder, "w.safetensors", NULL);
}

static void
teardown(void)
{
  cap_test_remove(folder);
  g_free(path);
}

START_TEST(round_trip)
{
  g_autoptr(GError) error = NULL;
  Tiny a = tiny(CAP_GRAPH_TRAIN, 5, 1), b = tiny(CAP_GRAPH_INFER, 5, 2);
  const CapOptimOptions options = cap_optim_options_default();
  CapOptim *optim = cap_optim_new(a.graph, &options);
  train(&a, optim, 3); /* running statistics move too */
  g_autoptr(GHashTable) metadata = g_hash_table_new(g_str_hash, g_str_equal);
  g_hash_table_insert(metadata, (gpointer) "seed", (gpointer) "1");
  g_hash_table_insert(metadata, (gpointer) "note",
                      (gpointer) "\"quoted\" and Ä\n");
  ck_assert(cap_weights_save(a.graph, metadata, path, &error));
  cap_assert_no_error(error);
  g_autoptr(GHashTable) read = NULL;
  g_autofree char *sha256 = NULL;
  ck_assert(cap_weights_load(b.graph, path, &read, &sha256, &error));
  cap_assert_no_error(error);
  g_autoptr(GByteArray) left = snapshot(a.graph);
  g_autoptr(GByteArray) right = snapshot(b.graph);
  ck_assert(same(left, right));
  ck_assert_str_eq(g_hash_table_lookup(read, "seed"), "1");
  ck_assert_str_eq(g_hash_table_lookup(read, "note"), "\"quoted\" and Ä\n");
  ck_assert_uint_eq(g_hash_table_size(read), 2);
  g_autofree char *contents = NULL;
  gsize size;
  ck_assert(g_file_get_contents(path, &contents, &size, NULL));
  g_autofree char *expected = g_compute_checksum_for_data(
      G_CHECKSUM_SHA256, (const guchar *)contents, size);
  ck_assert_str_eq(sha256, expected);
  guint64 length;
  memcpy(&length, contents, 8);
  ck_assert_uint_eq(length % 8, 0);
  ck_assert(g_str_has_prefix(contents + 8, "{\"__metadata__\":{"));
  cap_optim_free(optim);
  cap_graph_free(a.graph);
  cap_graph_free(b.graph);
}
END_TEST

/* Each way to spoil a good file's bytes. */
static const char *const spoils[] = {
    "half",  "in header", "empty",   "seven bytes", "huge header",
    "noise", "not json",  "nested",  "array",       "no tensor",
    "shape", "dtype",     "offsets", "past end",    "nan"};

static void
replace(GByteArray *bytes, const char *from, const char *to)
{
  /* Same length, so offsets stay. */
  ck_assert_uint_eq(strlen(from), strlen(to));
  guint8 *at = memmem(bytes->data, bytes->len, from, strlen(from));
  ck_assert_msg(at != NULL, "%s is not in the header", from);
  memcpy(at, to, strlen(to));
}

static void
spoil(GByteArray *bytes, const char *how)
{
  guint64 length;
  memcpy(&length, bytes->data, 8);
  if (strcmp(how, "half") == 0)
    g_byte_array_set_size(bytes, bytes->len / 2 + (guint)length / 2);
  else if (strcmp(how, "in header") == 0)
    g_byte_array_set_size(bytes, 40);
  else if (strcmp(how, "empty") == 0)
    g_byte_array_set_size(bytes, 0);
  else if (strcmp(how, "seven bytes") == 0)
    g_byte_array_set_size(bytes, 7);
  else if (strcmp(how, "huge header") == 0)
    memset(bytes->data, 0xff, 8);
  else if (strcmp(how, "noise") == 0)
    for (guint i = 0; i < bytes->len; i++)
      bytes->data[i] = (guint8)(i * 2654435761u >> 13);
  else if (strcmp(how, "not json") == 0)
    memset(bytes->data + 8, 'x', (gsize)length);
  else if (strcmp(how, "nested") == 0)
    memset(bytes->data + 8, '[', (gsize)length);
  else if (strcmp(how, "array") == 0) {
    memset(bytes->data + 8, ' ', (gsize)length);
    memcpy(bytes->data + 8, "[1]", 3);
  } else if (strcmp(how, "no tensor") == 0)
    replace(bytes, "\"linear.bias\"", "\"linear.bios\"");
  else if (strcmp(how, "shape") == 0)
    replace(bytes, "\"shape\":[8,1,3,3,3]", "\"shape\":[8,3,3,3,1]");
  else if (strcmp(how, "dtype") == 0)
    replace(bytes, "\"F32\"", "\"F16\"");
  else if (strcmp(how, "offsets") == 0)
    replace(bytes, "\"data_offsets\":[0,864]", "\"data_offsets\":[4,864]");
  else if (strcmp(how, "past end") == 0)
    g_byte_array_set_size(bytes, bytes->len - 4);
  else
    memset(bytes->data + bytes->len - 4, 0xff, 4);
}

START_TEST(broken)
{
  g_autoptr(GError) error = NULL;
  Tiny a = tiny(CAP_GRAPH_INFER, 5, 1), b = tiny(CAP_GRAPH_INFER, 5, 2);
  ck_assert(cap_weights_save(a.graph, NULL, path, &error));
  g_autofree char *contents = NULL;
  gsize size;
  ck_assert(g_file_get_contents(path, &contents, &size, NULL));
  g_autoptr(GByteArray) bytes = g_byte_array_new();
  g_byte_array_append(bytes, (const guint8 *)contents, (guint)size);
  spoil(bytes, spoils[_i]);
  ck_assert(g_file_set_contents(path, (const char *)bytes->data,
                                (gssize)bytes->len, NULL));
  g_autoptr(GByteArray) before = snapshot(b.graph);
  ck_assert_msg(!cap_weights_load(b.graph, path, NULL, NULL, &error),
                "\"%s\" was accepted", spoils[_i]);
  cap_assert_error(error, CAP_ERROR_WEIGHTS);
  ck_assert_msg(strstr(error->message, path) != NULL, "no path in: %s",
                error->message);
  g_autoptr(GByteArray) after = snapshot(b.graph);
  ck_assert(same(before, after));
  cap_graph_free(a.graph);
  cap_graph_free(b.graph);
}
END_TEST

START_TEST(other_network)
{
  g_autoptr(GError) error = NULL;
  Tiny a = tiny(CAP_GRAPH_INFER, 5, 1), b = tiny(CAP_GRAPH_INFER, 6, 1);
  ck_assert(cap_weights_save(a.graph, NULL, path, &error));
  ck_assert(!cap_weights_load(b.graph, path, NULL, NULL, &error));
  cap_assert_error(error, CAP_ERROR_WEIGHTS);
  cap_graph_free(a.graph);
  cap_graph_free(b.graph);
}
END_TEST

START_TEST(no_place)
{
  g_autoptr(GError) error = NULL;
  Tiny a = tiny(CAP_GRAPH_INFER, 5, 1);
  ck_assert(!cap_weights_load(a.graph, path, NULL, NULL, &error));
  cap_assert_error(error, CAP_ERROR_NO_INPUT);
  g_clear_error(&error);
  g_autofree char *nowhere = g_build_filename(folder, "no", "w", NULL);
  ck_assert(!cap_weights_save(a.graph, NULL, nowhere, &error));
  cap_assert_error(error, CAP_ERROR_OUTPUT);
  cap_graph_free(a.graph);
}
END_TEST

START_TEST(resumes_exactly)
{
  g_autoptr(GError) error = NULL;
  Tiny a = tiny(CAP_GRAPH_TRAIN, 5, 1), b = tiny(CAP_GRAPH_TRAIN, 5, 9);
  const CapOptimOptions options = cap_optim_options_default();
  CapOptim *first = cap_optim_new(a.graph, &options);
  CapOptim *second = cap_optim_new(b.graph, &options);
  train(&a, first, 4);
  g_autoptr(GHashTable) metadata = g_hash_table_new(g_str_hash, g_str_equal);
  g_hash_table_insert(metadata, (gpointer) "epoch", (gpointer) "7");
  ck_assert(cap_weights_save_checkpoint(first, metadata, path, &error));
  train(&a, first, 4);
  g_autoptr(GHashTable) read = NULL;
  ck_assert(cap_weights_load_checkpoint(second, path, &read, &error));
  cap_assert_no_error(error);
  ck_assert_str_eq(g_hash_table_lookup(read, "epoch"), "7");
  ck_assert_int_eq(cap_optim_n_steps(second), 4);
  train(&b, second, 4);
  g_autoptr(GByteArray) left = snapshot(a.graph);
  g_autoptr(GByteArray) right = snapshot(b.graph);
  ck_assert(same(left, right));
  ck_assert(cap_graph_random_state(a.graph) == cap_graph_random_state(b.graph));
  /* It is a weights file too; plain weights are no checkpoint. */
  ck_assert(cap_weights_load(b.graph, path, NULL, NULL, &error));
  ck_assert(cap_weights_save(a.graph, NULL, path, &error));
  ck_assert(!cap_weights_load_checkpoint(second, path, NULL, &error));
  cap_assert_error(error, CAP_ERROR_WEIGHTS);
  cap_optim_free(first);
  cap_optim_free(second);
  cap_graph_free(a.graph);
  cap_graph_free(b.graph);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("weights");
  TCase *tcase = tcase_create("files");
  tcase_set_timeout(tcase, 60);
  tcase_add_checked_fixture(tcase, setup, teardown);
  tcase_add_test(tcase, round_trip);
  tcase_add_loop_test(tcase, broken, 0, (int)G_N_ELEMENTS(spoils));
  tcase_add_test(tcase, other_network);
  tcase_add_test(tcase, no_place);
  tcase_add_test(tcase, resumes_exactly);
  suite_add_tcase(suite, tcase);
  return cap_suite_run(suite);
}
