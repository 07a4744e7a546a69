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
    {NULL}};
static const Word clean_words[] = {{"descriptors", CAP_PROFILE_WORDS},
                                   {"content", CAP_PROFILE_CONTENT},
                                   {NULL}};

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
      return cap_command_wrong(
          error, "--%s takes %s or %s, or both with a comma, not “%s”", name,
          words[0].word, words[1].word, part);
    *options |= word->options;
  }
  return TRUE;
}

static gboolean
is_one_of(const char *value, const char *usual, const char *other)
{
  return value == NULL || g_str_equal(value, usual) ||
         g_str_equal(value, other);
}

gboolean
cap_anonymize_arguments_read(const CapAnonymizeArguments *a,
                             CapAnonymizeOptions *options, GError **error)
{
  if (!is_one_of(a->dates, "remove", "shift"))
    return cap_command_wrong(error, "--dates is remove or shift, not “%s”",
                             a->dates);
  if (!is_one_of(a->burned_in, "refuse", "warn"))
    return cap_command_wrong(error, "--burned-in is refuse or warn, not “%s”",
                             a->burned_in);
  if (a->dates != NULL && g_str_equal(a->dates, "shift"))
    options->profile_options |= CAP_PROFILE_DATES;
  options->tolerate_pixels =
      a->burned_in != NULL && g_str_equal(a->burned_in, "warn");
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
