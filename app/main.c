/* capsight: finds the sub-command and runs it. */
#include "app/command.h"
#include "core/error.h"

#include <locale.h>
#include <signal.h>
#include <stdio.h>

static const CapCommand commands[] = {
    {"info", "list the series at a path with their irregularities",
     cap_cmd_info},
    {"phantom", "make a synthetic chest CT with known nodules",
     cap_cmd_phantom},
    {"train", "train the capsule network", cap_cmd_train},
    {"study", "cross-validated studies of the network", cap_cmd_study},
    {"detect", "find and explain the nodules of one series", cap_cmd_detect},
    {"classify", "judge given points: nodule crops or a list of places",
     cap_cmd_classify},
    {"evaluate", "detection over LIDC-IDRI or LUNA16 against the readers",
     cap_cmd_evaluate},
    {"merge", "join the shards of an evaluation", cap_cmd_merge},
    {"froc", "evaluate detector marks by the rule of LUNA16", cap_cmd_froc},
    {"lidc", "count the annotations of LIDC-IDRI (lidc summary XMLDIR)",
     cap_cmd_lidc},
    {"report", "write findings as DICOM, PDF and other files", cap_cmd_report},
    {"import", "read findings back from DICOM reports", cap_cmd_import},
    {"compare", "pair findings with those of an earlier scan", cap_cmd_compare},
    {"history", "print who did what in a review, and when", cap_cmd_history},
    {"anonymize", "de-identified copies of DICOM files", cap_cmd_anonymize},
    {"pacs", "search, fetch from and send to an archive", cap_cmd_pacs},
    {"bench", "speed and memory of the network on this machine", cap_cmd_bench},
    {NULL, NULL, NULL},
};

static void
print_help(FILE *out)
{
  fprintf(out, "Usage: capsight COMMAND [OPTION…]\n\n"
               "Finds lung nodules on chest CT with a 3D capsule network and "
               "explains them.\nNot for diagnostic use.\n\nCommands:\n");
  for (const CapCommand *c = commands; c->name != NULL; c++)
    fprintf(out, "  %-10s %s\n", c->name, c->summary);
  fprintf(out, "\n`capsight COMMAND --help` explains one command; "
               "`capsight --version` prints the version.\n");
}

int
main(int argc, char **argv)
{
  setlocale(LC_ALL, "");
  signal(SIGXFSZ, SIG_IGN); /* a file over ulimit -f is a write error */
  const char *word = argc > 1 ? argv[1] : NULL;
  if (word == NULL || g_str_equal(word, "--help") || g_str_equal(word, "-h") ||
      g_str_equal(word, "help")) {
    print_help(word == NULL ? stderr : stdout);
    return word == NULL ? 2 : 0;
  }
  if (g_str_equal(word, "--version")) {
    printf("capsight %s\n", CAP_VERSION);
    return 0;
  }
  for (const CapCommand *c = commands; c->name != NULL; c++)
    if (g_str_equal(word, c->name))
      return c->run(argc - 1, argv + 1);

  g_autoptr(GError) error = g_error_new(
      CAP_ERROR, CAP_ERROR_USAGE,
      "there is no command “%s”; `capsight --help` lists them", word);
  return cap_command_fail(error);
}
