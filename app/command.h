/* Sub-commands of `capsight`: one file each, one row in the table of main.c.
 *
 * A command parses its own options with GOption, does its work through the
 * floors below, prints data on stdout and talk on stderr, and returns the exit
 * status. */
#pragma once

#include "core/progress.h"

typedef struct {
  const char *name;
  const char *summary;               /* one line for --help */
  int (*run)(int argc, char **argv); /* argv[0] is the command's name */
} CapCommand;

/* Options that every command has; call cap_command_add_common on its context,
 * then cap_command_begin after parsing. */
typedef struct {
  gboolean json, quiet, verbose;
  char *progress; /* "auto", "none", "json" */
  char *data;     /* --data or $CAPSIGHT_DATA; NULL when neither */
  int jobs;
  gint64 seed;
} CapCommon;

/* Parses ARGV with ENTRIES (NULL-terminated, may be NULL) and the common
 * options; POSITIONAL is what --help prints after the options ("PATH"). On a
 * usage error prints it with a hint and returns FALSE: return status 2. */
gboolean cap_command_parse(int *argc, char ***argv, const char *positional,
                           const char *description, const GOptionEntry *entries,
                           CapCommon *common);
void cap_common_clear(CapCommon *common);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CapCommon, cap_common_clear)

/* Progress on stderr as COMMON asks (a bar on a terminal, JSON lines, nothing)
 * with a cancellable that Ctrl-C triggers. Returns; caller frees after the
 * work, which also ends the bar's line. */
typedef struct CapReporter CapReporter;
CapReporter *cap_reporter_new(const CapCommon *common);
void cap_reporter_free(CapReporter *reporter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapReporter, cap_reporter_free)
const CapProgress *cap_reporter_progress(const CapReporter *reporter);

/* What a command does with its ARGUMENTS and OPTIONS, once those are checked.
 */
typedef gboolean (*CapCommandWork)(char **arguments, gpointer options,
                                   const CapProgress *progress, GError **error);
/* Does WORK with progress as COMMON asks; returns the exit status. */
int cap_command_work(const CapCommon *common, CapCommandWork work,
                     char **arguments, gpointer options);

/* FALSE, with CAP_ERROR_USAGE and the sentence. */
gboolean cap_command_wrong(GError **error, const char *format, ...)
    G_GNUC_PRINTF(2, 3);
/* Prints "capsight: MESSAGE [CAP-nnn]" and returns the exit status. */
int cap_command_fail(const GError *error);

int cap_cmd_evaluate(int argc, char **argv);
int cap_cmd_merge(int argc, char **argv);
int cap_cmd_froc(int argc, char **argv);
int cap_cmd_info(int argc, char **argv);
int cap_cmd_lidc(int argc, char **argv);
int cap_cmd_detect(int argc, char **argv);
int cap_cmd_phantom(int argc, char **argv);
int cap_cmd_train(int argc, char **argv);
int cap_cmd_study(int argc, char **argv);
int cap_cmd_classify(int argc, char **argv);
int cap_cmd_report(int argc, char **argv);
int cap_cmd_compare(int argc, char **argv);
int cap_cmd_history(int argc, char **argv);
int cap_cmd_import(int argc, char **argv);
int cap_cmd_pacs(int argc, char **argv);
int cap_cmd_bench(int argc, char **argv);
int cap_cmd_anonymize(int argc, char **argv);
