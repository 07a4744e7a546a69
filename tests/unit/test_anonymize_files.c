/* De-identified files, read again byte by byte and attribute by attribute. */
#include "core/error.h"
#include "io/anonymize/anonymize.h"
#include "io/anonymize/log_file.h"
#include "io/dcmtk_walk.h"
#include "tests/support/dicom_make.h"
#include "tests/support/secrets.h"
#include "tests/support/series_check.h"
#include "tests/support/suite.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>

#define CT "1.2.840.10008.5.1.4.1.1.2"
#define PET "1.2.840.10008.5.1.4.1.1.128"
#define ALL_OPTIONS                                                            \
  (CAP_PROFILE_DATES | CAP_PROFILE_WORDS | CAP_PROFILE_CONTENT |               \
   CAP_PROFILE_PATIENT | CAP_PROFILE_PATIENT_C | CAP_PROFILE_DEVICE)
#define FIRST "patient-001/study-01/series-01/000001.dcm"

static char *folder, *input, *output, *key;
static CapPseudonyms *pseudonyms;
static CapAnonymizer anonymizer;

static void
set_up(void)
{
  folder = cap_test_folder();
  input = g_build_filename(folder, "in", NULL);
  output = g_build_filename(folder, "out", NULL);
  key = g_build_filename(folder, "key", NULL);
  g_mkdir(input, 0777);
  g_file_set_contents(key, "0123456789abcdef0123456789abcdef", -1, NULL);
  pseudonyms = cap_pseudonyms_new(key, NULL);
  anonymizer = (CapAnonymizer){.pseudonyms = pseudonyms};
}

static void
tear_down(void)
{
  g_clear_pointer(&pseudonyms, cap_pseudonyms_free);
  g_free(input);
  g_free(output);
  g_free(key);
  cap_test_remove(g_steal_pointer(&folder));
}

/* De-identifies INPUT; the log. */
static CapAnonymizeLog *
run(void)
{
  g_autoptr(GError) error = NULL;
  CapAnonymizeLog *log =
      cap_anonymize_path(&anonymizer, input, output, NULL, &error);
  cap_assert_no_error(error);
  return log;
}

/* The bytes of OUTPUT/NAME; asserts that they are there. */
static GBytes *
bytes_of(const char *name)
{
  g_autofree char *path = g_build_filename(output, name, NULL);
  char *bytes = NULL;
  gsize n = 0;
  ck_assert_msg(g_file_get_contents(path, &bytes, &n, NULL), "no %s", path);
  return g_bytes_new_take(bytes, n);
}

static CapDcmtkObject *
read_output(const char *name)
{
  g_autofree char *path = g_build_filename(output, name, NULL);
  CapDcmtkObject *object = cap_dcmtk_object_read_head(path, NULL);
  ck_assert_ptr_nonnull(object);
  return object;
}

static void
assert_value(CapDcmtkObject *object, guint32 tag, const char *expected)
{
  g_autofree char *value = cap_dcmtk_get(cap_dcmtk_object_root(object), tag);
  ck_assert_msg(g_str_equal(g_strchomp(value), expected),
                "%08x is “%s”, not “%s”", tag, value, expected);
}

/* What went wrong with the only input; caller frees. */
static char *
why_left_out(void)
{
  g_autoptr(CapAnonymizeLog) log = run();
  ck_assert_int_eq(cap_anonymize_log_written(log), 0);
  ck_assert_int_eq(cap_anonymize_log_left_out(log), 1);
  GString *text = g_string_new(NULL);
  cap_anonymize_log_tell(log, text);
  return g_string_free(text, FALSE);
}

/* ---- secrets ---- */

static void
check_secrets(const char *sop_class, unsigned options)
{
  g_autoptr(GByteArray) secret = cap_test_secret_bytes(sop_class);
  cap_test_write(input, "Doe^SECRET.dcm", secret->data, secret->len);
  anonymizer.options.profile_options = options;
  g_autoptr(CapAnonymizeLog) log = run();
  g_autoptr(GString) told = g_string_new(NULL);
  cap_anonymize_log_tell(log, told);
  ck_assert_msg(cap_anonymize_log_written(log) == 1, "%s", told->str);
  ck_assert(cap_anonymize_log_save(log, &anonymizer, output, NULL));
  const char *files[] = {FIRST, "anonymize.json", "anonymize.txt"};
  for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
    g_autoptr(GBytes) bytes = bytes_of(files[i]);
    g_autofree char *found = cap_test_find_secret(
        g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), TRUE);
    ck_assert_msg(found == NULL, "%s has “%s”", files[i], found);
  }
}

START_TEST(test_secrets)
{
  check_secrets(_i == 0 ? CT : PET, 0);
}
END_TEST

static CapDcmtkAction
count_secret(const CapDcmtkElement *element, char **value, gpointer user_data)
{
  GHashTable *found = user_data;
  g_autofree char *secret =
      cap_test_find_secret(element->value, strlen(element->value), FALSE);
  if (secret != NULL)
    g_hash_table_add(found, GUINT_TO_POINTER(element->tag));
  return CAP_DCMTK_KEEP;
}

/* With everything that can be kept: what is left is what the table's columns of
 * the options name, and a time of day. */
START_TEST(test_secrets_that_options_keep)
{
  g_autoptr(GByteArray) secret = cap_test_secret_bytes(CT);
  cap_test_write(input, "a", secret->data, secret->len);
  anonymizer.options.profile_options = ALL_OPTIONS;
  g_autoptr(CapAnonymizeLog) log = run();
  ck_assert_int_eq(cap_anonymize_log_written(log), 1);
  g_autoptr(GHashTable) found = g_hash_table_new(NULL, NULL);
  g_autoptr(CapDcmtkObject) object = read_output(FIRST);
  ck_assert(cap_dcmtk_object_walk(object, count_secret, found, NULL));
  gsize n;
  int kept = 0;
  const CapProfileRow *rows = cap_profile_rows(&n);
  for (gsize i = 0; i < n; i++) {
    const gboolean may =
        !(rows[i].options & CAP_PROFILE_DATES) &&
        (rows[i].options & (CAP_PROFILE_PATIENT | CAP_PROFILE_DEVICE));
    const gboolean is =
        g_hash_table_contains(found, GUINT_TO_POINTER(rows[i].tag));
    ck_assert_msg(may || !is, "%s is left", rows[i].keyword);
    kept += is;
  }
  ck_assert_uint_eq(kept, g_hash_table_size(found));
  ck_assert(g_hash_table_contains(found, GUINT_TO_POINTER(0x00101010)));
  ck_assert(g_hash_table_contains(found, GUINT_TO_POINTER(0x00101030)));
  ck_assert(g_hash_table_contains(found, GUINT_TO_POINTER(0x00181000)));
}
END_TEST

static CapDcmtkAction
check_date(const CapDcmtkElement *element, char **value, gpointer user_data)
{
  const CapProfileRow *row = cap_profile_find(element->tag);
  const char *moved = user_data;
  if (row == NULL || !(row->options & CAP_PROFILE_DATES) || element->is_empty)
    return CAP_DCMTK_KEEP;
  if (g_str_equal(element->vr, "DA"))
    ck_assert_str_eq(element->value, moved);
  if (g_str_equal(element->vr, "DT")) {
    g_autofree char *expected = g_strconcat(moved, "070709", NULL);
    ck_assert_str_eq(element->value, expected);
  }
  if (g_str_equal(element->vr, "TM"))
    ck_assert_str_eq(element->value, "070709");
  (*(int *)(moved + 16))++;
  return CAP_DCMTK_KEEP;
}

/* Every date of the object moves alike, and no time of day does. */
START_TEST(test_dates_move)
{
  g_autoptr(GByteArray) secret = cap_test_secret_bytes(PET);
  cap_test_write(input, "a", secret->data, secret->len);
  anonymizer.options.profile_options = CAP_PROFILE_DATES;
  g_autoptr(CapAnonymizeLog) log = run();
  g_autoptr(CapDcmtkObject) object = read_output(FIRST);
  const int days = cap_pseudonyms_shift_days(pseudonyms, "SECRET00100020\n"
                                                         "SECRET00100021");
  GDate date;
  g_date_clear(&date, 1);
  g_date_set_dmy(&date, 7, 7, 1977);
  g_date_subtract_days(&date, days);
  struct {
    char text[16];
    int n;
  } moved = {.n = 0};
  g_date_strftime(moved.text, sizeof moved.text, "%Y%m%d", &date);
  ck_assert(cap_dcmtk_object_walk(object, check_date, &moved, NULL));
  ck_assert_int_gt(moved.n, 300); /* 160 in each of two or three places */
  assert_value(object, CAP_TAG(0x0028, 0x0303), "MODIFIED");
}
END_TEST

/* ---- what other options keep ---- */

/* An option, what its rows are known by, and what the files say of it. */
static const struct {
  unsigned option, rows;
  const char *code, *dates;
} keeps[] = {
    {CAP_PROFILE_UIDS, CAP_PROFILE_UIDS, "113110", "REMOVED"},
    {CAP_PROFILE_INSTITUTION, CAP_PROFILE_INSTITUTION, "113112", "REMOVED"},
    {CAP_PROFILE_FULL_DATES, CAP_PROFILE_DATES, "113106", "UNMODIFIED"},
    {CAP_PROFILE_DEVICE, CAP_PROFILE_DEVICE, "113109", "REMOVED"},
};

typedef struct {
  GHashTable *values; /* "tag at depth" to value */
} Values;

static CapDcmtkAction
note_value(const CapDcmtkElement *element, char **value, gpointer user_data)
{
  Values *all = user_data;
  if (!element->is_sequence && element->depth == 0 && element->is_known)
    g_hash_table_insert(all->values, GUINT_TO_POINTER(element->tag),
                        g_strdup(element->value));
  return CAP_DCMTK_KEEP;
}

static GHashTable *
values_of(CapDcmtkObject *object)
{
  Values all = {g_hash_table_new_full(NULL, NULL, NULL, g_free)};
  ck_assert(cap_dcmtk_object_walk(object, note_value, &all, NULL));
  return all.values;
}

/* Every attribute of every row that DCMTK's dictionary has (the others always
 * go), against the table's column of the option: kept as it was where the
 * column says K, and nowhere else. */
START_TEST(test_kept_by_its_column_alone)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GByteArray) secret = cap_test_secret_bytes(CT);
  cap_test_write(input, "a", secret->data, secret->len);
  anonymizer.options.profile_options = keeps[_i].option;
  g_autoptr(CapAnonymizeLog) log = run();
  ck_assert_int_eq(cap_anonymize_log_written(log), 1);
  g_autofree char *path = g_build_filename(input, "a", NULL);
  g_autoptr(CapDcmtkObject) original = cap_dcmtk_object_read_head(path, &error);
  cap_assert_no_error(error);
  g_autoptr(CapDcmtkObject) object = read_output(FIRST);
  g_autoptr(GHashTable) before = values_of(original);
  g_autoptr(GHashTable) after = values_of(object);
  gsize n;
  int kept = 0;
  const CapProfileRow *rows = cap_profile_rows(&n);
  for (gsize i = 0; i < n; i++) {
    const gpointer tag = GUINT_TO_POINTER(rows[i].tag);
    const char *was = g_hash_table_lookup(before, tag);
    const char *is = g_hash_table_lookup(after, tag);
    if (was == NULL || *was == '\0' || rows[i].tag >> 16 == 0x0012)
      continue; /* group 0012 also has what de-identification says of itself */
    const gboolean same = is != NULL && g_str_equal(was, is);
    const gboolean date = rows[i].options & CAP_PROFILE_DATES;
    const gboolean may = (rows[i].options & keeps[_i].rows) &&
                         (keeps[_i].option != CAP_PROFILE_DEVICE || !date);
    if (may)
      ck_assert_msg(same, "%s is not kept: “%s” became “%s”", rows[i].keyword,
                    was, is ? is : "nothing");
    else
      ck_assert_msg(!same, "%s is kept: “%s”", rows[i].keyword, was);
    kept += may;
  }
  ck_assert_int_ge(kept, 3);
  assert_value(object, CAP_TAG(0x0028, 0x0303), keeps[_i].dates);
  gboolean told = FALSE;
  CapDcmtkItem *code, *root = cap_dcmtk_object_root(object);
  for (int i = 0; (code = cap_dcmtk_get_item(root, CAP_TAG(0x0012, 0x0064), i));
       i++) {
    g_autofree char *value = cap_dcmtk_get(code, CAP_TAG(0x0008, 0x0100));
    told |= g_str_equal(value, keeps[_i].code);
  }
  ck_assert(told);
}
END_TEST

/* ---- what is written besides ---- */

START_TEST(test_says_so)
{
  cap_test_series_write(input, 1);
  anonymizer.options.profile_options = CAP_PROFILE_WORDS;
  g_autoptr(CapAnonymizeLog) log = run();
  g_autoptr(CapDcmtkObject) object = read_output(FIRST);
  CapDcmtkItem *root = cap_dcmtk_object_root(object);
  assert_value(object, CAP_TAG(0x0012, 0x0062), "YES");
  assert_value(object, CAP_TAG(0x0012, 0x0063),
               "Capsight " CAP_VERSION "\\DICOM PS3.15 annex E, 2026c");
  assert_value(object, CAP_TAG(0x0028, 0x0303), "REMOVED");
  assert_value(object, CAP_TAG(0x0008, 0x103e), "chest");
  assert_value(object, CAP_TAG(0x0008, 0x0020), "");
  const char *codes[] = {"113100", "113105"};
  for (int i = 0; i < 2; i++) {
    CapDcmtkItem *item = cap_dcmtk_get_item(root, CAP_TAG(0x0012, 0x0064), i);
    ck_assert_ptr_nonnull(item);
    g_autofree char *code = cap_dcmtk_get(item, CAP_TAG(0x0008, 0x0100));
    ck_assert_str_eq(code, codes[i]);
  }
  ck_assert_ptr_null(cap_dcmtk_get_item(root, CAP_TAG(0x0012, 0x0064), 2));
}
END_TEST

/* The same key gives the same UIDs in every run, another key others; relations
 * stay. */
START_TEST(test_uids_are_consistent)
{
  cap_test_series_write(input, 3);
  g_autoptr(CapAnonymizeLog) log = run();
  ck_assert_int_eq(cap_anonymize_log_written(log), 3);
  g_autofree char *series = cap_pseudonyms_uid(pseudonyms, CAP_TEST_SERIES);
  g_autoptr(GHashTable) sops =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  for (int k = 0; k < 3; k++) {
    g_autofree char *name =
        g_strdup_printf("patient-001/study-01/series-01/%06d.dcm", k + 1);
    g_autofree char *original = g_strdup_printf(CAP_TEST_SERIES ".1.%d", k + 1);
    g_autofree char *expected = cap_pseudonyms_uid(pseudonyms, original);
    g_autoptr(CapDcmtkObject) object = read_output(name);
    assert_value(object, CAP_TAG(0x0020, 0x000e), series);
    assert_value(object, CAP_TAG(0x0008, 0x0018), expected);
    ck_assert(g_hash_table_add(sops, g_steal_pointer(&expected)));
  }
  g_autoptr(CapPseudonyms) other = cap_pseudonyms_new(NULL, NULL);
  g_autofree char *elsewhere = cap_pseudonyms_uid(other, CAP_TEST_SERIES);
  ck_assert_str_ne(series, elsewhere);
}
END_TEST

/* ---- transfer syntaxes and files ---- */

/* Pixels of slice K of a sound series as they come out. */
static void
check_pixels(const CapTestSlice *slice)
{
  g_autoptr(GByteArray) before = cap_test_slice_bytes(slice);
  cap_test_write(input, "a.dcm", before->data, before->len);
  g_autoptr(CapAnonymizeLog) log = run();
  g_autoptr(GBytes) after = bytes_of(FIRST);
  const gsize n = (gsize)slice->rows * slice->columns * 2;
  gsize n_after;
  const guint8 *data = g_bytes_get_data(after, &n_after);
  ck_assert_mem_eq(data + n_after - n, before->data + before->len - n, n);
  CapPrescan scan;
  cap_prescan_bytes(data, n_after, &scan);
  ck_assert_int_eq(scan.status, CAP_PRESCAN_OK);
  ck_assert_uint_eq(scan.pixel_length, n);
  ck_assert_int_eq(scan.implicit, slice->implicit);
  ck_assert_int_eq(scan.big_endian, slice->big_endian);
  ck_assert(!scan.no_preamble);
}

START_TEST(test_syntaxes)
{
  CapTestSlice slice = cap_test_slice(0);
  if (_i == 1) {
    slice.implicit = TRUE;
    slice.transfer_syntax = "1.2.840.10008.1.2";
  } else if (_i == 2) {
    slice.big_endian = TRUE;
    slice.transfer_syntax = "1.2.840.10008.1.2.2";
  } else if (_i == 3) {
    slice.implicit = slice.no_preamble = TRUE;
  }
  check_pixels(&slice);
}
END_TEST

START_TEST(test_originals_stay)
{
  cap_test_series_write(input, 1);
  g_autofree char *path = g_build_filename(input, "i000.dcm", NULL);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  gsize n_before, n_after;
  struct stat about_before, about_after;
  g_file_get_contents(path, &before, &n_before, NULL);
  ck_assert_int_eq(stat(path, &about_before), 0);
  g_autoptr(CapAnonymizeLog) log = run();
  g_file_get_contents(path, &after, &n_after, NULL);
  ck_assert_int_eq(stat(path, &about_after), 0);
  ck_assert_uint_eq(n_before, n_after);
  ck_assert_mem_eq(before, after, n_before);
  ck_assert_int_eq(about_before.st_mtim.tv_nsec, about_after.st_mtim.tv_nsec);
}
END_TEST

START_TEST(test_passed_over)
{
  const char *names[] = {"I000"};
  g_autoptr(GByteArray) dicomdir = cap_test_dicomdir_bytes(names, 1);
  cap_test_series_write(input, 1);
  cap_test_write(input, "DICOMDIR", dicomdir->data, dicomdir->len);
  cap_test_write(input, "notes.txt", "Doe, John", 9);
  g_autoptr(CapAnonymizeLog) log = run();
  ck_assert_int_eq(cap_anonymize_log_written(log), 1);
  ck_assert_int_eq(cap_anonymize_log_left_out(log), 0);
}
END_TEST

/* ---- what does not go out ---- */

static const struct {
  const char *sop_class, *image_type, *says;
} risks[] = {
    {"1.2.840.10008.5.1.4.1.1.88.33", "ORIGINAL", "structured report"},
    {"1.2.840.10008.5.1.4.1.1.104.1", "ORIGINAL", "document"},
    {"1.2.840.10008.5.1.4.1.1.11.1", "ORIGINAL", "presentation state"},
    {"1.2.840.10008.5.1.4.1.1.7", "ORIGINAL", "secondary capture"},
    {"1.2.840.10008.5.1.4.1.1.7.4", "ORIGINAL", "secondary capture"},
    {"1.2.840.10008.5.1.4.1.1.6.1", "ORIGINAL", "ultrasound"},
    {"1.2.840.10008.5.1.4.1.1.77.1.4", "ORIGINAL", "visible light"},
    {"1.2.3.4", "ORIGINAL", "a vendor's own"},
    {CT, "DERIVED\\SECONDARY\\SCREEN SAVE", "picture of a screen"},
};

START_TEST(test_risks)
{
  CapTestSlice slice = cap_test_slice(0);
  slice.sop_class = risks[_i].sop_class;
  slice.image_type = risks[_i].image_type;
  cap_test_slice_write(&slice, input, "a.dcm");
  g_autofree char *why = why_left_out();
  ck_assert_msg(strstr(why, risks[_i].says) != NULL, "%s", why);
}
END_TEST

/* Five letters of a blocky font in the corner of a picture of air. */
static int
text_pixel(double x, double y, double z, gpointer user_data)
{
  static const char *const font[] = {"#.#", "###", "#.#", "#.#", "#.#"};
  const int column = (int)lround((x + 10) / 0.8) - 2;
  const int row = (int)lround((y + 20) / 0.7) - 2;
  if (row < 0 || row >= 5 || column < 0 || column >= 30)
    return 24 + (column * 7 + row * 3) % 5;
  return column % 4 < 3 && font[row][column % 4] == '#' ? 3000 : 24;
}

START_TEST(test_burned_text)
{
  CapTestSlice slice = cap_test_slice(0);
  slice.pixel = text_pixel;
  cap_test_slice_write(&slice, input, "a.dcm");
  g_autofree char *why = why_left_out();
  ck_assert_msg(strstr(why, "text in its pixels") != NULL, "%s", why);
  g_rmdir(output);
  anonymizer.options.tolerate_pixels = TRUE;
  g_autoptr(CapAnonymizeLog) log = run();
  ck_assert_int_eq(cap_anonymize_log_written(log), 1);
  g_autoptr(GString) told = g_string_new(NULL);
  cap_anonymize_log_tell(log, told);
  ck_assert_ptr_nonnull(strstr(told->str, "text in its pixels"));
}
END_TEST

static void
write_with(guint32 tag, const char *vr, const char *value)
{
  g_autoptr(GByteArray) extra = g_byte_array_new();
  cap_test_put_element(extra, tag, vr, value, strlen(value));
  CapTestSlice slice = cap_test_slice(0);
  slice.extra = extra;
  cap_test_slice_write(&slice, input, "a.dcm");
}

START_TEST(test_burned_in_annotation)
{
  write_with(0x00280301, "CS", "YES");
  g_autofree char *why = why_left_out();
  ck_assert_ptr_nonnull(strstr(why, "burned into"));
}
END_TEST

START_TEST(test_damaged)
{
  CapTestSlice slice = cap_test_slice(0);
  g_autoptr(GByteArray) nested = cap_test_nested_bytes(100);
  if (_i == 0)
    slice.extra_pixel_bytes = -100, slice.pixel_length = 2048;
  else
    slice.extra = nested;
  cap_test_slice_write(&slice, input, "a.dcm");
  g_autofree char *why = why_left_out();
  ck_assert_msg(strstr(why, _i == 0 ? "cut off" : "deeper") != NULL, "%s", why);
}
END_TEST

START_TEST(test_output_folder)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *inside = g_build_filename(input, "out", NULL);
  cap_test_series_write(input, 1);
  ck_assert_ptr_null(
      cap_anonymize_path(&anonymizer, input, inside, NULL, &error));
  cap_assert_error(error, CAP_ERROR_USAGE);
  ck_assert(!g_file_test(inside, G_FILE_TEST_EXISTS));
  g_clear_error(&error);
  g_mkdir(output, 0777);
  cap_test_write(output, "mine", "x", 1);
  ck_assert_ptr_null(
      cap_anonymize_path(&anonymizer, input, output, NULL, &error));
  cap_assert_error(error, CAP_ERROR_OUTPUT);
}
END_TEST

START_TEST(test_mapping)
{
  g_autoptr(CapMapping) mapping = cap_mapping_new();
  g_autofree char *path = g_build_filename(folder, "map.json", NULL);
  g_autofree char *text = NULL;
  g_autofree char *patient = cap_pseudonyms_patient_id(pseudonyms, "P1\n");
  struct stat about;
  cap_test_series_write(input, 2);
  anonymizer.mapping = mapping;
  g_autoptr(CapAnonymizeLog) log = run();
  ck_assert(cap_mapping_save(mapping, "name", path, NULL));
  ck_assert_int_eq(stat(path, &about), 0);
  ck_assert_uint_eq(about.st_mode & 0777, 0600);
  ck_assert(g_file_get_contents(path, &text, NULL, NULL));
  const char *expected[] = {"\"P1\"",   "\"Test^Case\"",
                            patient,    CAP_TEST_SERIES,
                            "i001.dcm", "series-01/000002.dcm"};
  for (gsize i = 0; i < G_N_ELEMENTS(expected); i++)
    ck_assert_msg(strstr(text, expected[i]) != NULL, "no %s in %s", expected[i],
                  text);
}
END_TEST

/* A real series: what is measured and detected on it cannot change, since its
 * voxels and their places do not. */
START_TEST(test_real_series)
{
  g_autofree char *real = cap_test_data("lidc/LIDC-IDRI-0001");
  if (real == NULL) {
    cap_test_skip("test_real_series", "no CAPSIGHT_DATA");
    return;
  }
  g_autoptr(GError) error = NULL;
  anonymizer.options.profile_options = CAP_PROFILE_DATES;
  g_autoptr(CapAnonymizeLog) log =
      cap_anonymize_path(&anonymizer, real, output, NULL, &error);
  cap_assert_no_error(error);
  ck_assert_int_eq(cap_anonymize_log_written(log), 133);
  ck_assert_int_eq(cap_anonymize_log_left_out(log), 0);
  g_autoptr(CapSeriesList) before = cap_check_scan(real);
  g_autoptr(CapSeriesList) after = cap_check_scan(output);
  g_autoptr(CapVolume) a = cap_check_load(cap_check_only(before));
  g_autoptr(CapVolume) b = cap_check_load(cap_check_only(after));
  ck_assert_mem_eq(a->voxels_hu, b->voxels_hu,
                   cap_volume_n_voxels(a) * sizeof(int16_t));
  ck_assert_mem_eq(a->spacing_mm, b->spacing_mm, sizeof a->spacing_mm);
  ck_assert_mem_eq(&a->origin_mm, &b->origin_mm, sizeof a->origin_mm);
  ck_assert_mem_eq(a->axis, b->axis, sizeof a->axis);
  ck_assert_str_ne(a->source->study_date, b->source->study_date);
  ck_assert_int_eq(strlen(b->source->study_date), 8);
  for (int s = 0; s < a->slices; s++) {
    g_autofree char *uid =
        cap_pseudonyms_uid(pseudonyms, a->source->sop_uids[s]);
    ck_assert_str_eq(uid, b->source->sop_uids[s]);
  }
}
END_TEST

static Suite *
make_suite(void)
{
  Suite *suite = suite_create("anonymize_files");
  TCase *tests = tcase_create("files");
  tcase_add_checked_fixture(tests, set_up, tear_down);
  tcase_add_loop_test(tests, test_secrets, 0, 2);
  tcase_add_test(tests, test_secrets_that_options_keep);
  tcase_add_test(tests, test_dates_move);
  tcase_add_loop_test(tests, test_kept_by_its_column_alone, 0,
                      G_N_ELEMENTS(keeps));
  tcase_add_test(tests, test_says_so);
  tcase_add_test(tests, test_uids_are_consistent);
  tcase_add_loop_test(tests, test_syntaxes, 0, 4);
  tcase_add_test(tests, test_originals_stay);
  tcase_add_test(tests, test_passed_over);
  tcase_add_loop_test(tests, test_risks, 0, G_N_ELEMENTS(risks));
  tcase_add_test(tests, test_burned_text);
  tcase_add_test(tests, test_burned_in_annotation);
  tcase_add_loop_test(tests, test_damaged, 0, 2);
  tcase_add_test(tests, test_output_folder);
  tcase_add_test(tests, test_mapping);
  tcase_add_test(tests, test_real_series);
  suite_add_tcase(suite, tests);
  return suite;
}

int
main(void)
{
  return cap_suite_run(make_suite());
}
