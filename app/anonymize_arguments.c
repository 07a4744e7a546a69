/* Options about de-identification: see anonymize_arguments.h. */
#include "app/anonymize_arguments.h"

#include "app/command.h"
#include "core/error.h"

/* A word that an option takes and what it stands for. */
typedef struct {
  const char *word;
  unsigned options;
} Word;

static const Word keep_words[] = {
    {"patient", CAP_PROFILE_PATIENT | CAP_PROFILE_PATIENT_C},
    {"device", CAP_PROFILE_DEVICE},
    {"institution", CAP_PROFILE_INSTITUTION},
    {"uids", CAP_PROFILE_UIDS},
    {NULL}};
static const Word clean_words[] = {{"descriptors", CAP_PROFILE_WORDS},
                                   {"content", CAP_PROFILE_CONTENT},
                                   {NULL}};

static gboolean
refuse_word(const char *name, const Word *words, const char *part,
            GError **error)
{
  g_autoptr(GString) list = g_string_new(NULL);
  if (words == clean_words && g_str_equal(part, "pixels"))
    return cap_command_wrong(
        error, "pixels are not cleaned: nobody here can promise that all text "
               "is found. What may show text is left out (--burned-in refuse); "
               "blank it with a program where you see what goes");
  for (const Word *word = words; word->word != NULL; word++)
    g_string_append_printf(list, "%s%s", list->len > 0 ? ", " : "", word->word);
  return cap_command_wrong(error,
                           "--%s takes %s, one or more with commas, not “%s”",
                           name, list->str, part);
}

/* Adds what LIST of option NAME names to *OPTIONS. */
static gboolean
read_list(const char *name, const char *list, const Word *words,
          unsigned *options, GError **error)
{
  g_auto(GStrv) parts = g_strsplit(list != NULL ? list : "", ",", -1);
  for (int i = 0; parts[i] != NULL; i++) {
    const char *part = g_strstrip(parts[i]);
    const Word *word = words;
    while (word->word != NULL && !g_str_equal(word->word, part))
      word++;
    if (word->word == NULL)
      return refuse_word(name, words, part, error);
    *options |= word->options;
  }
  return TRUE;
}

gboolean
cap_anonymize_arguments_read(const CapAnonymizeArguments *a,
                             CapAnonymizeOptions *options, GError **error)
{
  static const char *const dates[] = {"remove", "shift", "keep", NULL};
  static const char *const burned_in[] = {"refuse", "warn", NULL};
  if (a->dates != NULL && !g_strv_contains(dates, a->dates))
    return cap_command_wrong(
        error, "--dates is remove, shift or keep, not “%s”", a->dates);
  if (a->burned_in != NULL && !g_strv_contains(burned_in, a->burned_in))
    return cap_command_wrong(error, "--burned-in is refuse or warn, not “%s”",
                             a->burned_in);
  if (g_strcmp0(a->dates, "shift") == 0)
    options->profile_options |= CAP_PROFILE_DATES;
  if (g_strcmp0(a->dates, "keep") == 0)
    options->profile_options |= CAP_PROFILE_FULL_DATES;
  options->tolerate_pixels = g_strcmp0(a->burned_in, "warn") == 0;
  return read_list("keep", a->keep, keep_words, &options->profile_options,
                   error) &&
         read_list("clean", a->clean, clean_words, &options->profile_options,
                   error);
}

void
cap_anonymize_arguments_clear(CapAnonymizeArguments *a)
{
  g_free(a->key);
  g_free(a->dates);
  g_free(a->keep);
  g_free(a->clean);
  g_free(a->burned_in);
}
