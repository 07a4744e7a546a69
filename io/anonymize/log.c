/* What was done: see log.h. */
#include "io/anonymize/log.h"

#include <string.h>

/* Elements of one tag that the same was done to. */
typedef struct {
  guint32 tag;
  CapDone done;
  const char *keyword; /* of a table or of DCMTK's dictionary: interned */
  int n;
} Count;

typedef struct {
  int number;
  char *path; /* told to who runs the program, never written */
  char *output, *why;
} File;

struct CapAnonymizeLog {
  GHashTable *counts; /* of Count by itself */
  GPtrArray *files;   /* of File */
  int n_written;
};

static guint
count_hash(gconstpointer key)
{
  const Count *count = key;
  return count->tag * 31 + count->done;
}

static gboolean
count_equal(gconstpointer a, gconstpointer b)
{
  const Count *x = a, *y = b;
  return x->tag == y->tag && x->done == y->done;
}

static void
file_free(gpointer data)
{
  File *file = data;
  g_free(file->path);
  g_free(file->output);
  g_free(file->why);
  g_free(file);
}

CapAnonymizeLog *
cap_anonymize_log_new(void)
{
  CapAnonymizeLog *log = g_new0(CapAnonymizeLog, 1);
  log->counts = g_hash_table_new_full(count_hash, count_equal, g_free, NULL);
  log->files = g_ptr_array_new_with_free_func(file_free);
  return log;
}

void
cap_anonymize_log_free(CapAnonymizeLog *log)
{
  if (log == NULL)
    return;
  g_hash_table_unref(log->counts);
  g_ptr_array_unref(log->files);
  g_free(log);
}

static void
add_count(CapAnonymizeLog *log, const Count *count)
{
  Count *known = g_hash_table_lookup(log->counts, count);
  if (known == NULL) {
    known = g_memdup2(count, sizeof *count);
    known->n = 0;
    g_hash_table_add(log->counts, known);
  }
  known->n += count->n;
}

/* Private and unknown elements get no word of their own: their creators' names
 * are texts of the file. */
static Count
count_of(const CapDcmtkElement *element, CapDone done)
{
  const CapProfileRow *row = cap_profile_find(element->tag);
  Count count = {.tag = element->tag, .done = done, .n = 1};
  if (row != NULL && row->tag == 0) /* a range: told by its groups */
    count.tag = element->tag & 0xffff0000;
  count.keyword = row != NULL ? row->keyword
                  : *element->keyword != '\0'
                      ? g_intern_string(element->keyword)
                      : "Unknown";
  return count;
}

void
cap_anonymize_log_element(CapAnonymizeLog *log, const CapDcmtkElement *element,
                          CapDone done)
{
  const Count count = count_of(element, done);
  add_count(log, &count);
}

void
cap_anonymize_log_add(CapAnonymizeLog *log, const CapAnonymizeLog *from)
{
  GHashTableIter iter;
  gpointer count;
  g_hash_table_iter_init(&iter, from->counts);
  while (g_hash_table_iter_next(&iter, &count, NULL))
    add_count(log, count);
}

void
cap_anonymize_log_file(CapAnonymizeLog *log, int number, const char *path,
                       const char *output, const char *why)
{
  File *file = g_new0(File, 1);
  file->number = number;
  file->path = g_filename_display_name(path);
  file->output = g_strdup(output);
  file->why = g_strdup(why);
  g_ptr_array_add(log->files, file);
  log->n_written += output != NULL;
}

int
cap_anonymize_log_written(const CapAnonymizeLog *log)
{
  return log->n_written;
}

int
cap_anonymize_log_left_out(const CapAnonymizeLog *log)
{
  return (int)log->files->len - log->n_written;
}

static int
by_tag(gconstpointer a, gconstpointer b)
{
  const Count *x = *(Count *const *)a, *y = *(Count *const *)b;
  return x->tag != y->tag ? (x->tag < y->tag ? -1 : 1)
                          : (int)x->done - (int)y->done;
}

/* Of Count, by tag. Caller unrefs. */
static GPtrArray *
sorted(const CapAnonymizeLog *log)
{
  GPtrArray *counts = g_ptr_array_new();
  GHashTableIter iter;
  gpointer count;
  g_hash_table_iter_init(&iter, log->counts);
  while (g_hash_table_iter_next(&iter, &count, NULL))
    g_ptr_array_add(counts, count);
  g_ptr_array_sort(counts, by_tag);
  return counts;
}

static const char *
basic_action(guint32 tag)
{
  const CapProfileRow *row = cap_profile_find(tag);
  return row != NULL ? cap_profile_action_name(row->action) : "";
}

void
cap_anonymize_log_to_json(const CapAnonymizeLog *log, CapJson *json)
{
  g_autoptr(GPtrArray) counts = sorted(log);
  cap_json_begin_array(json, "attributes", FALSE);
  for (guint i = 0; i < counts->len; i++) {
    const Count *count = counts->pdata[i];
    char tag[16];
    g_snprintf(tag, sizeof tag, "%04X,%04X", count->tag >> 16,
               count->tag & 0xffff);
    cap_json_begin_object(json, NULL, TRUE);
    cap_json_string(json, "tag", tag);
    cap_json_string(json, "keyword", count->keyword);
    cap_json_string(json, "profile", basic_action(count->tag));
    cap_json_string(json, "done", cap_done_name(count->done));
    cap_json_int(json, "n", count->n);
    cap_json_end_object(json);
  }
  cap_json_end_array(json);
  cap_json_begin_array(json, "files", FALSE);
  for (guint i = 0; i < log->files->len; i++) {
    const File *file = log->files->pdata[i];
    cap_json_begin_object(json, NULL, TRUE);
    cap_json_int(json, "input", file->number);
    if (file->output != NULL)
      cap_json_string(json, "output", file->output);
    if (file->why != NULL)
      cap_json_string(json, file->output != NULL ? "warning" : "left_out",
                      file->why);
    cap_json_end_object(json);
  }
  cap_json_end_array(json);
}

void
cap_anonymize_log_to_text(const CapAnonymizeLog *log, GString *out)
{
  g_autoptr(GPtrArray) counts = sorted(log);
  g_string_append_printf(out, "\n%-10s %-8s %-24s %7s  %s\n", "Tag", "Profile",
                         "Done", "Times", "Attribute");
  for (guint i = 0; i < counts->len; i++) {
    const Count *count = counts->pdata[i];
    g_string_append_printf(out, "%04X,%04X  %-8s %-24s %7d  %s\n",
                           count->tag >> 16, count->tag & 0xffff,
                           basic_action(count->tag), cap_done_name(count->done),
                           count->n, count->keyword);
  }
  g_string_append_printf(out, "\n%d files written, %d left out\n",
                         log->n_written, cap_anonymize_log_left_out(log));
  for (guint i = 0; i < log->files->len; i++) {
    const File *file = log->files->pdata[i];
    if (file->why != NULL)
      g_string_append_printf(out, "Input %d, %s%s: %s\n", file->number,
                             file->output != NULL ? "written as " : "left out",
                             file->output != NULL ? file->output : "",
                             file->why);
  }
}

void
cap_anonymize_log_tell(const CapAnonymizeLog *log, GString *out)
{
  for (guint i = 0; i < log->files->len; i++) {
    const File *file = log->files->pdata[i];
    if (file->why != NULL)
      g_string_append_printf(
          out, "%s: %s%s\n", file->path,
          file->output != NULL ? "" : "left out: ", file->why);
  }
}
