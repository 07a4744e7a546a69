/* The options about de-identification that more than one command has. */
#pragma once

#include "io/anonymize/subject.h"

typedef struct {
  char *key, *dates, *keep, *clean, *burned_in; /* NULL: not given */
} CapAnonymizeArguments;

/* Rows of a command's option table for ARGUMENTS, a variable. */
#define CAP_ANONYMIZE_ENTRIES(arguments)                                       \
  {"key",                                                                      \
   0,                                                                          \
   0,                                                                          \
   G_OPTION_ARG_FILENAME,                                                      \
   &(arguments).key,                                                           \
   "Secret of 16 bytes or more: the same key gives the same UIDs, "            \
   "pseudonyms and shifts (default: a random one)",                            \
   "FILE"},                                                                    \
      {"dates",                                                                \
       0,                                                                      \
       0,                                                                      \
       G_OPTION_ARG_STRING,                                                    \
       &(arguments).dates,                                                     \
       "remove (default); shift: each patient's dates go back by the same "    \
       "secret number of days, times of day stay; keep",                       \
       "HOW"},                                                                 \
      {"keep",                                                                 \
       0,                                                                      \
       0,                                                                      \
       G_OPTION_ARG_STRING,                                                    \
       &(arguments).keep,                                                      \
       "patient (age, sex, size, weight, …), device (serial numbers, …), " \
       "institution (names, addresses), uids",                                 \
       "LIST"},                                                                \
      {"clean",                                                                \
       0,                                                                      \
       0,                                                                      \
       G_OPTION_ARG_STRING,                                                    \
       &(arguments).clean,                                                     \
       "descriptors (keeps known words of descriptions), content (lets "       \
       "structured reports through without their texts)",                      \
       "LIST"},                                                                \
  {                                                                            \
    "burned-in", 0, 0, G_OPTION_ARG_STRING, &(arguments).burned_in,            \
        "What to do with pictures that may show text: refuse (default) or "    \
        "warn",                                                                \
        "HOW"                                                                  \
  }

/* What ARGUMENTS ask for, apart from the key. FALSE with CAP_ERROR_USAGE. */
gboolean cap_anonymize_arguments_read(const CapAnonymizeArguments *arguments,
                                      CapAnonymizeOptions *options,
                                      GError **error);
void cap_anonymize_arguments_clear(CapAnonymizeArguments *arguments);
