/* Walks every element of a DICOM object, at any depth, and changes it as a
 * visitor says (the C face of dcmtk_walk.cpp). */
#pragma once

#include "io/dcmtk_object.h"

G_BEGIN_DECLS

/* An element as the visitor meets it; all of it borrowed for the call. */
typedef struct {
  guint32 tag;
  const char *keyword;  /* by DCMTK's dictionary; "" when it has none */
  const char *vr;       /* the dictionary's, else the file's; "SQ" for whatever
                           holds items */
  gboolean is_known;    /* the dictionary has this tag, and the value is a text
                           or not as its VR is */
  gboolean is_sequence; /* has items, if none */
  gboolean is_empty;
  guint32 length;    /* of the value in bytes */
  int depth;         /* 0 for the data set itself */
  const char *value; /* of texts, values joined by backslashes, in the object's
                        own character set; "" otherwise */
} CapDcmtkElement;

typedef enum {
  CAP_DCMTK_KEEP, /* items are walked next */
  CAP_DCMTK_REMOVE,
  CAP_DCMTK_EMPTY,
  CAP_DCMTK_SET,  /* to *VALUE, as the dictionary's VR; bytes become two 0s */
  CAP_DCMTK_CODE, /* one item: a code, *VALUE its value\scheme\meaning */
} CapDcmtkAction;

/* VALUE is for SET and CODE; the walk frees what is put there. */
typedef CapDcmtkAction (*CapDcmtkVisit)(const CapDcmtkElement *element,
                                        char **value, gpointer user_data);

/* Visits all elements in the order of their tags, a sequence before its items.
 * FALSE with CAP_ERROR_INTERNAL when DCMTK refuses a change. */
gboolean cap_dcmtk_object_walk(CapDcmtkObject *object, CapDcmtkVisit visit,
                               gpointer user_data, GError **error);

/* Reads the file PATH up to its pixels; long values stay in the file until they
 * are encoded. The prescan must have found it sound. NULL with CAP_ERROR_DATA.
 */
CapDcmtkObject *cap_dcmtk_object_read_head(const char *path, GError **error);
/* The transfer syntax that such an object was read in has no VRs. */
gboolean cap_dcmtk_object_is_implicit(const CapDcmtkObject *object);

/* The head of a file: an empty preamble, new meta information (PS3.10 7.1) and
 * the data set in the transfer syntax it was read in; a deflated one becomes
 * Explicit VR Little Endian. The object is spent then. Returns; NULL with
 * CAP_ERROR_DATA or CAP_ERROR_MEMORY. */
GBytes *cap_dcmtk_object_encode_head(CapDcmtkObject *object, GError **error);

G_END_DECLS
