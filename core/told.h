/* Sentences of the libraries, told in the reader's language.
 *
 * What core, io and models say about a file (errors, irregularities, reasons)
 * is English wherever it is made: caches, reviews, findings.json, reports, logs
 * and other processes keep it. The viewer tells it in the reader's language by
 * finding which message of the catalogue a sentence was made from. */
#pragma once

#include <glib.h>

/* SENTENCE in the reader's language: the translation of the message that it was
 * made from, with the same names in it and numbers as the reader writes them.
 * What names stand for is told too where it is a sentence, and so is what
 * follows a colon. A sentence of nobody's catalogue stays as it is. Returns;
 * caller frees. */
char *cap_told(const char *sentence);
/* The same with a capital in front, unless it begins with a name. */
char *cap_told_capital(const char *sentence);
/* What ERROR says, as a sentence that ends with its code ("CAP-003") in
 * brackets. Returns; caller frees. */
char *cap_told_error(const GError *error);
