/* Reading members of parsed JSON with their type and range checked.
 *
 * What is absent or null keeps the value that is there; what has the wrong type
 * fails the reader. Only the first failure is told, so that callers read on and
 * look once, at the end. */
#pragma once

#include "io/json.h"

/* Where the reader is, and whether it has failed. */
typedef struct {
  const char *name; /* of the text, for messages */
  int finding;      /* position in the list of findings from 1; 0 outside it */
  GError **error;
  gboolean failed;
} CapJsonReader;

/* CAP_ERROR_DATA with the place; the first one counts. */
void cap_json_fail(CapJsonReader *reader, const char *format, ...)
    G_GNUC_PRINTF(2, 3);

/* KEY of OBJECT; NULL when it is absent, null, or OBJECT is NULL. Borrowed. */
JsonNode *cap_json_member(JsonObject *object, const char *key);
void cap_json_read_number(CapJsonReader *reader, JsonObject *object,
                          const char *key, double *value);
void cap_json_read_fraction(CapJsonReader *reader, JsonObject *object,
                            const char *key, double *value); /* 0 … 1 */
void cap_json_read_int(CapJsonReader *reader, JsonObject *object,
                       const char *key, int *value);
void cap_json_read_bool(CapJsonReader *reader, JsonObject *object,
                        const char *key, gboolean *value);
/* Frees *VALUE and puts a copy in its place. */
void cap_json_read_string(CapJsonReader *reader, JsonObject *object,
                          const char *key, char **value);
/* Borrowed; NULL when absent or of another type. */
JsonObject *cap_json_read_object(CapJsonReader *reader, JsonObject *object,
                                 const char *key);
JsonArray *cap_json_read_array(CapJsonReader *reader, JsonObject *object,
                               const char *key);
/* Exactly N numbers from NODE; KEY is for the message. */
void cap_json_read_numbers(CapJsonReader *reader, JsonNode *node,
                           const char *key, double *values, int n);
/* A word that PARSE knows, into *VALUE. */
void cap_json_read_word(CapJsonReader *reader, JsonObject *object,
                        const char *key, gboolean (*parse)(const char *, int *),
                        int *value);
