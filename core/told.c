/* Sentences of libraries in the reader's language: see told.h. */
#include "core/told.h"

#include "core/error.h"
#include "core/language.h"

#include <libintl.h>
#include <string.h>

/* Fewer letters of its own are no message, as in "%s: %s". */
#define MIN_LETTERS 5

/* ---- the messages of the catalogue ---- */

typedef struct {
  const char *one, *many; /* as they are written; MANY may be NULL */
  GRegex *made_of_it;     /* its conversions are groups */
  gsize own;              /* bytes of it that are no conversions */
} Message;

/* A conversion of printf: place, kind. */
static const char conversion[] =
    "%(?:(\\d+)\\$)?[-+ #0']*\\d*(?:\\.\\d+)?[hlzjt]*([diouxXeEfgGsc%])";

static const GRegex *
conversions(void)
{
  static GRegex *regex;
  if (g_once_init_enter(&regex))
    g_once_init_leave(&regex, g_regex_new(conversion, 0, 0, NULL));
  return regex;
}

static char
kind_of(const GMatchInfo *match)
{
  g_autofree char *kind = g_match_info_fetch(match, 2);
  return *kind;
}

/* What a conversion may have become. */
static const char *
group_of(char kind)
{
  switch (kind) {
  case '%':
    return "%";
  case 's':
    return "(.*?)";
  case 'c':
    return "(.)";
  case 'x':
  case 'X':
    return "([0-9a-fA-F]+)";
  case 'd':
  case 'i':
  case 'o':
  case 'u':
    return "(-?\\d+)";
  default:
    return "(-?(?:\\d[\\d.,]*(?:e[-+]?\\d+)?|inf|nan))";
  }
}

/* TEXT (N_BYTES) as it stands, into PATTERN. */
static int
append_own(GString *pattern, const char *text, gsize n_bytes)
{
  g_autofree char *escaped = g_regex_escape_string(text, n_bytes);
  int letters = 0;
  g_string_append(pattern, escaped);
  for (const char *p = text; p < text + n_bytes; p = g_utf8_next_char(p))
    letters += g_unichar_isalpha(g_utf8_get_char(p));
  return letters;
}

static void
add_message(GPtrArray *messages, const char *format, const char *one,
            const char *many)
{
  g_autoptr(GString) pattern = g_string_new("^");
  g_autoptr(GMatchInfo) match = NULL;
  const char *from = format;
  int letters = 0, start, end;
  gsize own = strlen(format);
  g_regex_match(conversions(), format, 0, &match);
  for (; g_match_info_matches(match); g_match_info_next(match, NULL)) {
    g_match_info_fetch_pos(match, 0, &start, &end);
    own -= end - start;
    letters += append_own(pattern, from, format + start - from);
    g_string_append(pattern, group_of(kind_of(match)));
    from = format + end;
  }
  letters += append_own(pattern, from, strlen(from));
  g_string_append_c(pattern, '$');
  if (from == format || letters < MIN_LETTERS)
    return; /* without a conversion gettext finds it */
  Message *message = g_new(Message, 1);
  *message = (Message){one, many, NULL, own};
  message->made_of_it = g_regex_new(pattern->str, G_REGEX_DOTALL, 0, NULL);
  g_ptr_array_add(messages, message);
}

/* The file that gettext takes its words from. Returns; NULL without one. */
static GMappedFile *
map_catalogue(void)
{
  const char *folder = bindtextdomain(GETTEXT_PACKAGE, NULL);
  const char *const *languages = g_get_language_names();
  GMappedFile *file = NULL;
  for (; folder != NULL && file == NULL && *languages != NULL; languages++) {
    g_autofree char *path = g_build_filename(folder, *languages, "LC_MESSAGES",
                                             GETTEXT_PACKAGE ".mo", NULL);
    file = g_mapped_file_new(path, FALSE, NULL);
  }
  return file;
}

/* Messages of a catalogue in the format of GNU gettext (its manual, "The Format
 * of GNU MO Files"): magic, revision, number, offset of a table of lengths and
 * offsets. The file came with the program and stays mapped. */
static GPtrArray *
read_messages(void)
{
  GPtrArray *messages = g_ptr_array_new();
  static GMappedFile *file;
  file = map_catalogue();
  const gsize size = file != NULL ? g_mapped_file_get_length(file) : 0;
  const char *bytes = size > 0 ? g_mapped_file_get_contents(file) : NULL;
  const guint32 *head = (const guint32 *)bytes;
  if (size < 28 || head[0] != 0x950412de || head[3] > size ||
      head[2] > (size - head[3]) / 8)
    return messages;
  const guint32 *table = (const guint32 *)(bytes + head[3]);
  for (guint32 i = 0; i < head[2]; i++) {
    const gsize length = table[2 * i], at = table[2 * i + 1];
    if (at >= size || length >= size - at || bytes[at + length] != '\0')
      continue;
    const char *one = bytes + at;
    const gsize n = strlen(one);
    const char *many = n < length ? one + n + 1 : NULL;
    add_message(messages, one, one, many);
    if (many != NULL)
      add_message(messages, many, one, many);
  }
  return messages;
}

/* ---- telling ---- */

/* WORD, which a conversion of KIND made, for the reader. Returns; owned. */
static char *
tell_word(char *word, char kind)
{
  if (kind == 's') {
    char *told = cap_told(word);
    g_free(word);
    return told;
  }
  if (strchr("eEfgG", kind) != NULL)
    g_strdelimit(word, ".,", *localeconv()->decimal_point);
  if (*word != '-' || strchr("dieEfgG", kind) == NULL)
    return word;
  char *negative = g_strconcat("−", word + 1, NULL);
  g_free(word);
  return negative;
}

/* The words of SENTENCE in the order of FORMAT, told. N gets the first whole
 * number. Returns; caller owns. */
static GPtrArray *
take_words(const char *format, const GMatchInfo *made, unsigned long *n)
{
  GPtrArray *words = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(GMatchInfo) match = NULL;
  gboolean counted = FALSE;
  g_regex_match(conversions(), format, 0, &match);
  for (; g_match_info_matches(match); g_match_info_next(match, NULL)) {
    const char kind = kind_of(match);
    if (kind == '%')
      continue;
    char *word = g_match_info_fetch(made, words->len + 1);
    if (!counted && strchr("diu", kind) != NULL) {
      *n = strtoul(word + (*word == '-'), NULL, 10);
      counted = TRUE;
    }
    g_ptr_array_add(words, tell_word(word, kind));
  }
  return words;
}

/* FORMAT with WORDS in the places of its conversions. */
static char *
fill(const char *format, const GPtrArray *words)
{
  GString *text = g_string_new(NULL);
  g_autoptr(GMatchInfo) match = NULL;
  const char *from = format;
  guint next = 0;
  int start, end;
  g_regex_match(conversions(), format, 0, &match);
  for (; g_match_info_matches(match); g_match_info_next(match, NULL)) {
    g_match_info_fetch_pos(match, 0, &start, &end);
    g_string_append_len(text, from, format + start - from);
    from = format + end;
    g_autofree char *place = g_match_info_fetch(match, 1);
    const guint i = *place != '\0' ? (guint)atoi(place) - 1 : next;
    if (kind_of(match) == '%')
      g_string_append_c(text, '%');
    else if (i < words->len)
      g_string_append(text, words->pdata[i]);
    next += kind_of(match) != '%';
  }
  g_string_append(text, from);
  return g_string_free(text, FALSE);
}

/* The message that has most in common with SENTENCE. MADE gets its words. */
static const Message *
find_message(const char *sentence, GMatchInfo **made)
{
  static GPtrArray *messages;
  const Message *best = NULL;
  if (g_once_init_enter(&messages))
    g_once_init_leave(&messages, read_messages());
  for (guint i = 0; i < messages->len; i++) {
    const Message *message = messages->pdata[i];
    g_autoptr(GMatchInfo) match = NULL;
    if ((best != NULL && message->own <= best->own) ||
        !g_regex_match(message->made_of_it, sentence, 0, &match))
      continue;
    best = message;
    g_clear_pointer(made, g_match_info_unref);
    *made = g_steal_pointer(&match);
  }
  return best;
}

/* SENTENCE told as one message; NULL where it is none. */
static char *
tell_whole(const char *sentence)
{
  g_autoptr(GMatchInfo) made = NULL;
  const char *own = strchr(sentence, ' ') != NULL ? _(sentence) : sentence;
  if (own != sentence)
    return g_strdup(own);
  const Message *message = find_message(sentence, &made);
  if (message == NULL)
    return NULL;
  unsigned long n = 0;
  g_autoptr(GPtrArray) words = take_words(message->one, made, &n);
  const char *format = message->many != NULL
                           ? P_(message->one, message->many, n)
                           : _(message->one);
  return format == message->one ? NULL : fill(format, words);
}

char *
cap_told(const char *sentence)
{
  char *told = tell_whole(sentence);
  for (const char *p = sentence; told == NULL && *p != '\0'; p++) {
    if ((*p != ':' && *p != ';') || p[1] != ' ')
      continue;
    g_autofree char *begin = g_strndup(sentence, p - sentence);
    g_autofree char *begin_told = tell_whole(begin);
    g_autofree char *end_told = tell_whole(p + 2);
    if (begin_told == NULL && end_told == NULL)
      continue;
    g_autofree char *end = cap_told(p + 2);
    told = g_strdup_printf("%s%.2s%s", begin_told != NULL ? begin_told : begin,
                           p, end);
  }
  return told != NULL ? told : g_strdup(sentence);
}

/* Not a name, as of a file, which keeps its letters. */
static gboolean
begins_with_word(const char *text)
{
  while (g_unichar_islower(g_utf8_get_char(text)))
    text = g_utf8_next_char(text);
  return *text == ' ';
}

char *
cap_told_capital(const char *sentence)
{
  char *told = cap_told(sentence);
  if (!begins_with_word(told))
    return told;
  g_autofree char *small = told;
  char first[7] = "";
  g_unichar_to_utf8(g_unichar_toupper(g_utf8_get_char(small)), first);
  return g_strconcat(first, g_utf8_next_char(small), NULL);
}

char *
cap_told_error(const GError *error)
{
  const int code =
      error->domain == CAP_ERROR ? error->code : CAP_ERROR_INTERNAL;
  g_autofree char *sentence = cap_told_capital(error->message);
  return g_strdup_printf("%s [%s]", sentence, cap_error_name(code));
}
