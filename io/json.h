/* JSON text: a writer with fixed decimals, and a parser that is safe to hand
 * any file.
 *
 * json-glib prints doubles with 17 digits; results here are compared byte for
 * byte and read by people, so the writer says how many decimals each number
 * has. Nothing depends on the locale. */
#pragma once

#include <glib.h>
#include <json-glib/json-glib.h>

typedef struct CapJson CapJson;

/* Returns an empty document; end it with cap_json_finish. */
CapJson *cap_json_new(void);
/* Takes JSON; returns its text with a final newline. */
char *cap_json_finish(CapJson *json);
void cap_json_free(CapJson *json);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapJson, cap_json_free)

/* KEY is NULL for the root and inside arrays. INLINE arrays and objects, and
 * everything in them, stay on one line. */
void cap_json_begin_object(CapJson *json, const char *key, gboolean on_one_line);
void cap_json_end_object(CapJson *json);
void cap_json_begin_array(CapJson *json, const char *key, gboolean on_one_line);
void cap_json_end_array(CapJson *json);

/* Text that is not UTF-8 is repaired; NULL is written as "". */
void cap_json_string(CapJson *json, const char *key, const char *text);
void cap_json_int(CapJson *json, const char *key, gint64 value);
void cap_json_bool(CapJson *json, const char *key, gboolean value);
void cap_json_null(CapJson *json, const char *key);
/* With DECIMALS places; null when VALUE is not finite. Never "-0.0". */
void cap_json_number(CapJson *json, const char *key, double value, int decimals);
/* An array of N numbers on one line. */
void cap_json_numbers(CapJson *json, const char *key, const double *values,
                      int n, int decimals);
void cap_json_floats(CapJson *json, const char *key, const float *values, int n,
                     int decimals);
/* An array of the strings of TEXTS (of char *, borrows), a line each. */
void cap_json_strings(CapJson *json, const char *key, const GPtrArray *texts);
/* A parsed NODE (borrows) as it is, numbers in their shortest exact form. */
void cap_json_node(CapJson *json, const char *key, JsonNode *node);

/* Parses TEXT (LENGTH bytes); NAME is for messages. Refuses what is not UTF-8,
 * not JSON, or nested deeper than 64. Returns; NULL with CAP_ERROR_DATA. */
JsonNode *cap_json_parse(const char *text, gsize length, const char *name,
                         GError **error);
