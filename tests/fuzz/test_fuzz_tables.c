/* Mutated tables, annotations, headers and weights, from a seed, for a few
 * seconds: whatever they are like, reading them ends with a value or a sentence
 * that names the file.
 *
 * FUZZ_SECONDS (default 4) and FUZZ_SEED (default 1) choose length and start.
 */
#include "core/error.h"
#include "datasets/luna16.h"
#include "datasets/points.h"
#include "io/csv.h"
#include "io/lidc_xml.h"
#include "io/metaimage.h"
#include "io/nifti_write.h"
#include "io/weights.h"
#include "tests/support/dicom_make.h"
#include "tests/support/mutate.h"
#include "tests/support/suite.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

enum { N_PARTS = 4, LEAST = 50 };
static const double usual_s = 4;

static char *folder, *path;

static void
set_up(void)
{
  folder = cap_test_folder();
  path = g_build_filename(folder, "mutated", NULL);
}

static void
tear_down(void)
{
  g_clear_pointer(&path, g_free);
  cap_test_remove(g_steal_pointer(&folder));
}

/* A refusal is a sentence of our own about this file. */
static void
check_refusal(const GError *error)
{
  ck_assert_ptr_nonnull(error);
  ck_assert_msg(error->domain == CAP_ERROR, "%s", error->message);
  ck_assert_msg(error->code != CAP_ERROR_INTERNAL, "%s", error->message);
  ck_assert_msg(strstr(error->message, "mutated") != NULL, "%s",
                error->message);
}

static GByteArray *
bytes_of(const char *text, gsize n)
{
  GByteArray *bytes = g_byte_array_new();
  g_byte_array_append(bytes, (const guint8 *)text, (guint)n);
  return bytes;
}

/* ---- tables ---- */

static const char table[] =
    "\xEF\xBB\xBFseriesuid,coordX,coordY,coordZ,diameter_mm,probability,file,"
    "label,mask_label,malignancy,n_readers\r\n"
    "1.2,1.5,-2,3e1,4,0.5,a.mha,nodule,1,4 5,3\r\n"
    "\"1.3\",0,0,0,-1,1,\"b, c.nii.gz\",excluded,,,\r\n"
    "1.4,,,,,,d,0,0,1,\r\n";

static const char *const table_words[] = {
    ",",         "\"",           "\n",  "\r",    "\t",      ";",        "nan",
    "inf",       "1,5",          "-1",  "1e999", "\"\"",    "0x1p9",    "file",
    "seriesuid", "\xEF\xBB\xBF", "5 x", "1e9",   "perhaps", "\xff\xfe", NULL};

static void
read_table(void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(CapCsv) csv = cap_csv_read(path, &error);
  if (csv == NULL)
    check_refusal(error);
  for (int row = 0; csv != NULL && row < cap_csv_n_rows(csv); row++)
    for (int column = 0; column < cap_csv_n_columns(csv); column++) {
      double value = NAN;
      g_autoptr(GError) why = NULL;
      if (cap_csv_number(csv, row, column, &value, &why))
        ck_assert(isfinite(value));
      else
        check_refusal(why);
    }
  for (int isolate = 0; isolate < 2; isolate++) {
    g_autoptr(GError) why = NULL;
    const CapLuna16Tables tables = {.annotations = path,
                                    .excluded = path,
                                    .series = isolate ? NULL : path,
                                    .isolate_faults = isolate};
    g_autoptr(CapLuna16) luna = cap_luna16_read(&tables, &why);
    if (luna == NULL)
      check_refusal(why);
    for (guint i = 0; luna != NULL && i < luna->nodules->len; i++) {
      const CapFrocNodule *n = &g_array_index(luna->nodules, CapFrocNodule, i);
      ck_assert(n->scan >= 0 && n->scan < (int)luna->series->len &&
                isfinite(n->diameter_mm));
    }
  }
}

static void
read_index(void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) points = cap_index_points_read(path, &error);
  if (points == NULL)
    check_refusal(error);
  for (guint i = 0; points != NULL && i < points->len; i++) {
    const CapIndexPoint *p = points->pdata[i];
    ck_assert_int_eq(p->fault == NULL, p->nodule != NULL);
    if (p->fault != NULL)
      ck_assert_ptr_nonnull(strstr(p->fault, "line"));
    else
      ck_assert(!p->has_point || isfinite(p->at.x + p->at.y + p->at.z));
  }
}

START_TEST(mutated_tables)
{
  GRand *rand = cap_test_fuzz_rand();
  int n = 0;
  for (const gint64 end = cap_test_fuzz_end(usual_s, N_PARTS);
       g_get_monotonic_time() < end || n < LEAST; n++) {
    g_autoptr(GByteArray) bytes = bytes_of(table, sizeof table - 1);
    cap_test_mutate_text(rand, bytes, table_words);
    cap_test_write(folder, "mutated", bytes->data, bytes->len);
    read_table();
    read_index();
  }
  g_rand_free(rand);
  printf("# %d tables\n", n);
}
END_TEST

/* ---- annotations ---- */

static const char message[] =
    "<?xml version=\"1.0\"?><LidcReadMessage xmlns=\"http://www.nih.gov\">"
    "<ResponseHeader><SeriesInstanceUid>9.8</SeriesInstanceUid>"
    "<DateService>2008-08-18</DateService></ResponseHeader><readingSession>"
    "<unblindedReadNodule><noduleID>N1</noduleID><characteristics>"
    "<subtlety>5</subtlety><malignancy>4</malignancy></characteristics><roi>"
    "<imageZposition>-10.0 </imageZposition><imageSOP_UID>1.2</imageSOP_UID>"
    "<inclusion>TRUE</inclusion><edgeMap><xCoord>10</xCoord><yCoord>20</yCoord>"
    "</edgeMap><edgeMap><xCoord>11</xCoord><yCoord>21</yCoord></edgeMap></roi>"
    "</unblindedReadNodule><nonNodule><nonNoduleID>X</nonNoduleID>"
    "<imageZposition>-5</imageZposition><locus><xCoord>3</xCoord>"
    "<yCoord>4</yCoord></locus></nonNodule></readingSession></LidcReadMessage>";

static const char *const xml_words[] = {"<",
                                        ">",
                                        "</roi>",
                                        "<roi>",
                                        "&",
                                        "&amp;",
                                        "&#0;",
                                        "&e;",
                                        "<![CDATA[",
                                        "]]>",
                                        "<!--",
                                        "-->",
                                        "nan",
                                        "1e999",
                                        "-99999999999999999999",
                                        "<edgeMap>",
                                        "</edgeMap>",
                                        "FALSE",
                                        "<readingSession>",
                                        "\xff\xfe",
                                        "<!DOCTYPE a [<!ENTITY e \"&e;\">]>",
                                        "<?x ?>",
                                        NULL};

START_TEST(mutated_annotations)
{
  GRand *rand = cap_test_fuzz_rand();
  g_autoptr(CapVolume) volume = cap_volume_new(32, 32, 8, NULL);
  int n = 0;
  for (const gint64 end = cap_test_fuzz_end(usual_s, N_PARTS);
       g_get_monotonic_time() < end || n < LEAST; n++) {
    g_autoptr(GByteArray) bytes = bytes_of(message, sizeof message - 1);
    cap_test_mutate_text(rand, bytes, xml_words);
    cap_test_write(folder, "mutated", bytes->data, bytes->len);
    g_autoptr(GError) error = NULL, other = NULL;
    g_autoptr(CapLidcReads) reads = cap_lidc_read(path, &error);
    g_autoptr(CapLidcReads) header = cap_lidc_read_header(path, &other);
    if (reads == NULL)
      check_refusal(error);
    if (header == NULL)
      check_refusal(other);
    for (guint i = 0; reads != NULL && i < reads->marks->len; i++) {
      CapPoint at;
      double reach_mm = 0;
      if (cap_lidc_locate(reads->marks->pdata[i], volume, &at, &reach_mm))
        ck_assert(isfinite(at.x + at.y + at.z) && isfinite(reach_mm));
    }
  }
  g_rand_free(rand);
  printf("# %d annotations\n", n);
}
END_TEST

/* ---- headers of volumes ---- */

static const char *const meta_words[] = {
    "-1",         "0",    "99999999", "nan",  "=",         "\n",
    "LOCAL",      "LIST", "../x",     "True", "MET_FLOAT", "MET_DOUBLE",
    "4294967297", "1e30", "%03d.raw", NULL};

static void
read_volume(const char *file)
{
  g_autoptr(GError) error = NULL;
  g_auto(CapVolumeFile) header = {0};
  if (cap_volume_file_read_header(file, &header, &error) &&
      (gint64)header.size[0] * header.size[1] * header.size[2] > 1 << 24)
    return; /* allowed, but not worth the seconds here */
  g_clear_error(&error);
  g_autoptr(CapVolume) volume = cap_volume_file_read(file, NULL, &error);
  if (volume == NULL) {
    check_refusal(error);
    return;
  }
  gint64 sum = 0;
  for (gsize i = 0; i < cap_volume_n_voxels(volume); i++)
    sum += volume->voxels_hu[i]; /* every page can be touched */
  const CapPoint o = cap_volume_to_patient(volume, (CapPoint){0, 0, 0});
  ck_assert(isfinite(o.x + o.y + o.z) && sum < G_MAXINT64);
}

START_TEST(mutated_headers)
{
  GRand *rand = cap_test_fuzz_rand();
  g_autoptr(CapVolume) volume = cap_volume_new(6, 5, 4, NULL);
  g_autofree char *mha = g_build_filename(folder, "mutated.mha", NULL);
  g_autofree char *nii = g_build_filename(folder, "mutated.nii", NULL);
  g_autofree char *packed = g_build_filename(folder, "mutated.nii.gz", NULL);
  ck_assert(cap_metaimage_write_volume(volume, mha, NULL));
  ck_assert(cap_nifti_write_volume(volume, packed, NULL));
  g_autofree char *gz = NULL, *meta = NULL;
  gsize n_gz, n_meta;
  ck_assert(g_file_get_contents(packed, &gz, &n_gz, NULL));
  ck_assert(g_file_get_contents(mha, &meta, &n_meta, NULL));
  uint8_t plain[1024]; /* a NIfTI without its gzip */
  gzFile stream = gzopen(packed, "rb");
  const int n_plain = gzread(stream, plain, sizeof plain);
  gzclose(stream);
  ck_assert_int_eq(n_plain, 352 + 6 * 5 * 4 * 2);
  int n = 0;
  for (const gint64 end = cap_test_fuzz_end(usual_s, N_PARTS);
       g_get_monotonic_time() < end || n < LEAST; n++) {
    g_autoptr(GByteArray) a = bytes_of(meta, n_meta);
    g_autoptr(GByteArray) b = bytes_of((const char *)plain, (gsize)n_plain);
    g_autoptr(GByteArray) c = bytes_of(gz, n_gz);
    cap_test_mutate_text(rand, a, meta_words);
    cap_test_mutate(rand, b, 352);
    cap_test_mutate(rand, c, 64);
    cap_test_write(folder, "mutated.mha", a->data, a->len);
    cap_test_write(folder, "mutated.nii", b->data, b->len);
    cap_test_write(folder, "mutated.nii.gz", c->data, c->len);
    read_volume(mha);
    read_volume(nii);
    read_volume(packed);
  }
  g_rand_free(rand);
  printf("# %d headers\n", 3 * n);
}
END_TEST

/* ---- weights ---- */

static const char *const json_words[] = {"{",          "}",
                                         "[",          "]",
                                         "\"",         ":",
                                         ",",          "null",
                                         "-1",         "1e99",
                                         "F32",        "F16",
                                         "\"shape\":", "[[[[[[[[[[[[",
                                         "4294967296", "18446744073709551615",
                                         "\\u0000",    "\xc3\x28",
                                         NULL};

static CapGraph *
small_graph(void)
{
  CapGraph *graph = cap_graph_new(1, CAP_GRAPH_INFER, 1);
  cap_graph_param(graph, "a", (CapShape){2, {3, 4}}, CAP_INIT_ZERO, 4, 3);
  cap_graph_buffer(graph, "b", (CapShape){1, {5}}, 0.5f);
  return graph;
}

START_TEST(mutated_weights)
{
  GRand *rand = cap_test_fuzz_rand();
  CapGraph *graph = small_graph();
  g_autoptr(GHashTable) facts = g_hash_table_new(g_str_hash, g_str_equal);
  g_hash_table_insert(facts, (char *)"architecture", (char *)"small");
  ck_assert(cap_weights_save(graph, facts, path, NULL));
  g_autofree char *good = NULL;
  gsize n_good;
  ck_assert(g_file_get_contents(path, &good, &n_good, NULL));
  int n = 0;
  for (const gint64 end = cap_test_fuzz_end(usual_s, N_PARTS);
       g_get_monotonic_time() < end || n < LEAST; n++) {
    g_autoptr(GByteArray) bytes = bytes_of(good, n_good);
    if (g_rand_boolean(rand))
      cap_test_mutate_text(rand, bytes, json_words);
    else
      cap_test_mutate(rand, bytes, 16);
    cap_test_write(folder, "mutated", bytes->data, bytes->len);
    g_autoptr(GError) error = NULL, other = NULL;
    g_autoptr(GHashTable) metadata = cap_weights_metadata(path, &other);
    if (metadata == NULL)
      check_refusal(other);
    if (!cap_weights_load(graph, path, NULL, NULL, &error))
      check_refusal(error);
  }
  cap_graph_free(graph);
  g_rand_free(rand);
  printf("# %d weights\n", n);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("fuzz_tables");
  TCase *tests = tcase_create("fuzz_tables");
  tcase_set_timeout(tests, 0);
  tcase_add_checked_fixture(tests, set_up, tear_down);
  tcase_add_test(tests, mutated_tables);
  tcase_add_test(tests, mutated_annotations);
  tcase_add_test(tests, mutated_headers);
  tcase_add_test(tests, mutated_weights);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
