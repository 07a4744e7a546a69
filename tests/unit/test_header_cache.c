/* The cache of headers: what comes out is what went in, a changed file is read
 * again, a broken cache is no obstacle (CASE-29). */
#include "io/dicom/dicom_record.h"
#include "io/series/header_cache.h"
#include "io/series/series.h"
#include "tests/support/dicom_make.h"
#include "tests/support/series_check.h"
#include "tests/support/suite.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static char *folder, *database;

static void
set_up(void)
{
  folder = cap_test_folder();
  g_autofree char *cache = g_build_filename(folder, "cache", NULL);
  g_setenv("XDG_CACHE_HOME", cache, TRUE);
  database = g_build_filename(cache, "capsight", "headers.sqlite", NULL);
}

static void
tear_down(void)
{
  g_clear_pointer(&database, g_free);
  cap_test_remove(g_steal_pointer(&folder));
}

static char *
write_slice(const CapTestSlice *slice)
{
  cap_test_slice_write(slice, folder, "slice");
  return g_build_filename(folder, "slice", NULL);
}

static void
assert_same(const CapDicomFile *a, const CapDicomFile *b)
{
  ck_assert_int_eq(a->state, b->state);
  ck_assert_int_eq(a->n_frames, b->n_frames);
  ck_assert_int_eq(a->is_enhanced, b->is_enhanced);
  ck_assert_int_eq(a->instance_number, b->instance_number);
  ck_assert_str_eq(a->sop_uid, b->sop_uid);
  ck_assert_str_eq(a->name, b->name);
  ck_assert_mem_eq(&a->prescan, &b->prescan, sizeof a->prescan);
  ck_assert_mem_eq(&a->pixels, &b->pixels, sizeof a->pixels);
  for (int i = 0; i < a->n_frames; i++)
    ck_assert_mem_eq(&a->frames[i], &b->frames[i], sizeof a->frames[i]);
  for (int i = 0; i < CAP_DICOM_N_TEXTS; i++)
    ck_assert_str_eq(a->text[i], b->text[i]);
  ck_assert_int_eq(a->problems->len, b->problems->len);
  for (guint i = 0; i < a->problems->len; i++) {
    const CapIrregularity *p = g_ptr_array_index(a->problems, i);
    const CapIrregularity *q = g_ptr_array_index(b->problems, i);
    ck_assert_int_eq(p->number, q->number);
    ck_assert_str_eq(p->text, q->text);
  }
}

START_TEST(a_header_comes_back_as_it_was)
{
  CapTestSlice slice = cap_test_slice(3);
  slice.extra_pixel_bytes = 64; /* CASE-19 is remembered too */
  g_autofree char *path = write_slice(&slice);
  g_autoptr(CapDicomFile) file = cap_dicom_file_read(path);
  ck_assert_int_eq(file->problems->len, 1);
  {
    g_autoptr(CapHeaderCache) cache = cap_header_cache_open();
    ck_assert_ptr_nonnull(cache);
    ck_assert_ptr_null(cap_header_cache_find(cache, path));
    cap_header_cache_store(cache, &file, 1);
  }
  g_autoptr(CapHeaderCache) cache = cap_header_cache_open();
  g_autoptr(CapDicomFile) again = cap_header_cache_find(cache, path);
  ck_assert_ptr_nonnull(again);
  assert_same(file, again);
  struct stat about;
  ck_assert_int_eq(stat(database, &about), 0);
  ck_assert_int_eq(about.st_mode & 0777, 0600);
}
END_TEST

START_TEST(a_changed_file_is_read_again)
{
  CapTestSlice slice = cap_test_slice(3);
  g_autofree char *path = write_slice(&slice);
  g_autoptr(CapDicomFile) file = cap_dicom_file_read(path);
  g_autoptr(CapHeaderCache) cache = cap_header_cache_open();
  cap_header_cache_store(cache, &file, 1);
  slice.rows = 16;
  g_free(write_slice(&slice));
  ck_assert_ptr_null(cap_header_cache_find(cache, path));
}
END_TEST

START_TEST(frames_and_strangers_are_remembered)
{
  const double z[] = {0, 1, 2}, slopes[] = {1, 2, 1};
  const int stored[] = {1, 2, 3};
  GByteArray *bytes = cap_test_enhanced_bytes(3, z, slopes, stored);
  cap_test_write(folder, "slice", bytes->data, bytes->len);
  g_byte_array_unref(bytes);
  cap_test_write(folder, "notes", "no image at all", 15);
  CapDicomFile *files[2];
  const char *const names[] = {"slice", "notes"};
  g_autoptr(CapHeaderCache) cache = cap_header_cache_open();
  for (int i = 0; i < 2; i++) {
    g_autofree char *path = g_build_filename(folder, names[i], NULL);
    files[i] = cap_dicom_file_read(path);
  }
  ck_assert_int_eq(files[0]->n_frames, 3);
  ck_assert_int_eq(files[1]->state, CAP_DICOM_OTHER);
  cap_header_cache_store(cache, files, 2);
  for (int i = 0; i < 2; i++) {
    g_autoptr(CapDicomFile) again =
        cap_header_cache_find(cache, files[i]->path);
    ck_assert_ptr_nonnull(again);
    assert_same(files[i], again);
    cap_dicom_file_unref(files[i]);
  }
}
END_TEST

START_TEST(foreign_records_are_refused)
{
  g_autoptr(GVariant) wrong =
      g_variant_ref_sink(g_variant_new("(is)", 1, "no record"));
  ck_assert_ptr_null(cap_dicom_record_unpack("x", wrong));
  uint8_t noise[200];
  for (gsize i = 0; i < sizeof noise; i++)
    noise[i] = (uint8_t)(i * 37);
  g_autoptr(GBytes) bytes = g_bytes_new(noise, sizeof noise);
  g_autoptr(GVariant) record = g_variant_ref_sink(g_variant_new_from_bytes(
      G_VARIANT_TYPE(CAP_DICOM_RECORD_TYPE), bytes, FALSE));
  ck_assert_ptr_null(cap_dicom_record_unpack("x", record));
}
END_TEST

static int
count_kept(void)
{
  sqlite3 *db = NULL;
  sqlite3_stmt *count = NULL;
  ck_assert_int_eq(sqlite3_open_v2(database, &db, SQLITE_OPEN_READONLY, NULL),
                   SQLITE_OK);
  ck_assert_int_eq(
      sqlite3_prepare_v2(db, "SELECT count(*) FROM headers", -1, &count, NULL),
      SQLITE_OK);
  ck_assert_int_eq(sqlite3_step(count), SQLITE_ROW);
  const int n = sqlite3_column_int(count, 0);
  sqlite3_finalize(count);
  sqlite3_close(db);
  return n;
}

START_TEST(what_is_gone_is_forgotten)
{
  /* "a" and "ab" begin alike and are two folders. */
  static const char *const names[] = {"a/1", "a/b/2", "ab/3"};
  CapDicomFile *files[3];
  g_autoptr(CapHeaderCache) cache = cap_header_cache_open();
  g_autofree char *deep = g_build_filename(folder, "a/b", NULL);
  g_autofree char *other = g_build_filename(folder, "ab", NULL);
  g_mkdir_with_parents(deep, 0700);
  g_mkdir_with_parents(other, 0700);
  g_autoptr(GPtrArray) there = g_ptr_array_new();
  for (int i = 0; i < 3; i++) {
    CapTestSlice slice = cap_test_slice(i);
    cap_test_slice_write(&slice, folder, names[i]);
    g_autofree char *path = g_build_filename(folder, names[i], NULL);
    files[i] = cap_dicom_file_read(path);
  }
  cap_header_cache_store(cache, files, 3);
  g_ptr_array_add(there, files[0]->path);
  g_autofree char *inside = g_build_filename(folder, "a", NULL);
  cap_header_cache_forget(cache, inside, there);
  for (int i = 0; i < 3; i++) {
    g_autoptr(CapDicomFile) found =
        cap_header_cache_find(cache, files[i]->path);
    ck_assert_int_eq(found != NULL, i != 1);
    cap_dicom_file_unref(files[i]);
  }
}
END_TEST

/* Pages that say nonsense, behind a head that is in order. */
START_TEST(a_cache_damaged_inside_is_made_anew)
{
  cap_test_series_write(folder, 2100);
  for (int pass = 0; pass < 3; pass++) {
    g_autoptr(CapSeriesList) list = cap_check_scan(folder);
    ck_assert_int_eq(cap_check_only(list)->slices, 2100);
    if (pass != 0)
      continue;
    FILE *file = g_fopen(database, "r+b");
    fseek(file, 0, SEEK_END);
    const long end = ftell(file);
    for (long at = 4096; at < end; at += 64) {
      fseek(file, at, SEEK_SET);
      fwrite("nonsense, nothing but nonsense, and that for 64 bytes; nonsense.",
             1, 64, file);
    }
    fclose(file);
  }
  ck_assert_int_eq(count_kept(), 2100);
}
END_TEST

START_TEST(a_large_folder_is_scanned_twice_alike)
{
  g_autofree char *images = g_build_filename(folder, "images", NULL);
  ck_assert_int_eq(g_mkdir(images, 0700), 0);
  cap_test_series_write(images, 2100);
  for (int pass = 0; pass < 4; pass++) {
    g_autoptr(CapSeriesList) list = cap_check_scan(images);
    const CapSeries *series = cap_check_only(list);
    ck_assert_int_eq(series->slices, 2100);
    ck_assert_uint_eq(series->usable, CAP_CHECK_ALL);
    ck_assert_int_eq(series->source->irregularities->len, 0);
    /* The third pass finds rubbish in its place and makes a new one. */
    ck_assert_int_eq(count_kept(), 2100);
    if (pass == 1)
      cap_test_write(folder, "cache/capsight/headers.sqlite", "rubbish", 7);
  }
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("header_cache");
  TCase *tests = tcase_create("header_cache");
  tcase_set_timeout(tests, 200);
  tcase_add_checked_fixture(tests, set_up, tear_down);
  tcase_add_test(tests, a_header_comes_back_as_it_was);
  tcase_add_test(tests, a_changed_file_is_read_again);
  tcase_add_test(tests, frames_and_strangers_are_remembered);
  tcase_add_test(tests, foreign_records_are_refused);
  tcase_add_test(tests, what_is_gone_is_forgotten);
  tcase_add_test(tests, a_cache_damaged_inside_is_made_anew);
  tcase_add_test(tests, a_large_folder_is_scanned_twice_alike);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
