/* A DICOM object in memory: attributes in, the bytes of a file out (the C face
 * of dcmtk_object.cpp).
 *
 * A setter that DCMTK refuses is remembered and reported by
 * cap_dcmtk_object_encode, so that writers need not look at every line. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CAP_TAG(group, element) ((guint32)(group) << 16 | (guint32)(element))

typedef struct CapDcmtkObject CapDcmtkObject;
typedef struct CapDcmtkItem CapDcmtkItem; /* a data set or sequence item;
                                             borrowed from its object */

/* Returns; caller frees. */
CapDcmtkObject *cap_dcmtk_object_new(void);
void cap_dcmtk_object_free(CapDcmtkObject *object);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapDcmtkObject, cap_dcmtk_object_free)
CapDcmtkItem *cap_dcmtk_object_root(CapDcmtkObject *object);

/* Sets the element TAG, whose VR the dictionary knows, from UTF-8 text in
 * DICOM's form ("1\\2.5" for two values). An empty VALUE writes the element
 * with no value. */
void cap_dcmtk_put(CapDcmtkObject *object, CapDcmtkItem *item, guint32 tag,
                   const char *value);
void cap_dcmtk_put_int(CapDcmtkObject *object, CapDcmtkItem *item, guint32 tag,
                       gint64 value);
/* Sets N numbers; DS keeps up to 16 characters of each, FL and FD all. */
void cap_dcmtk_put_numbers(CapDcmtkObject *object, CapDcmtkItem *item,
                           guint32 tag, const double *values, int n);
/* OB bytes, padded to an even length by a zero. */
void cap_dcmtk_put_bytes(CapDcmtkObject *object, CapDcmtkItem *item,
                         guint32 tag, const void *bytes, gsize n_bytes);
/* Appends an item to the sequence TAG, which is made if need be. */
CapDcmtkItem *cap_dcmtk_add_item(CapDcmtkObject *object, CapDcmtkItem *item,
                                 guint32 tag);
/* Value of TAG in ITEM as text, values joined by backslashes; "" when absent.
 * Caller frees. */
char *cap_dcmtk_get(CapDcmtkItem *item, guint32 tag);
gboolean cap_dcmtk_has(CapDcmtkItem *item, guint32 tag);
/* Item INDEX (from 0) of the sequence TAG; NULL when there is none. */
CapDcmtkItem *cap_dcmtk_get_item(CapDcmtkItem *item, guint32 tag, int index);

/* Copies those of TAGS (ended by 0) that the header of the DICOM file PATH has
 * into OBJECT's data set as UTF-8; a text that cannot be converted is left out.
 * FALSE with CAP_ERROR_DATA when the file cannot be read. */
gboolean cap_dcmtk_object_copy(CapDcmtkObject *object, const char *path,
                               const guint32 *tags, GError **error);

/* The same from another object, texts as they are. */
void cap_dcmtk_object_copy_from(CapDcmtkObject *object, CapDcmtkObject *other,
                                const guint32 *tags);

/* Text of TAG in ITEM, converted from the character sets that CHARSET, the
 * value of (0008,0005), names; "" when absent. Caller frees. */
char *cap_dcmtk_get_text(CapDcmtkItem *item, guint32 tag, const char *charset);
/* All values of TAG as numbers, whatever its VR, of double; empty when absent
 * or when one of them is no finite number. Caller unrefs. */
GArray *cap_dcmtk_get_numbers(CapDcmtkItem *item, guint32 tag);
/* The first of them as a whole number; FALLBACK when there is none. */
int cap_dcmtk_get_int(CapDcmtkItem *item, guint32 tag, int fallback);
/* Bytes of TAG (OB, or OW in little endian), borrowed; NULL when it is absent,
 * encapsulated or of another kind. */
const guint8 *cap_dcmtk_get_bytes(CapDcmtkItem *item, guint32 tag,
                                  gsize *n_bytes);
/* The item of the sequence TAG that follows PREVIOUS (NULL: the first); NULL
 * after the last. */
CapDcmtkItem *cap_dcmtk_next_item(CapDcmtkItem *item, guint32 tag,
                                  CapDcmtkItem *previous);

/* Reads PATH up to and including its pixel data, whoever wrote it: DCMTK sees
 * it only when the prescan found it whole and not nested too deep. NULL with
 * CAP_ERROR_NO_INPUT (missing, unreadable), CAP_ERROR_UNSUPPORTED (not DICOM),
 * CAP_ERROR_LIMIT (above 1 GiB), CAP_ERROR_MEMORY or CAP_ERROR_DATA. */
CapDcmtkObject *cap_dcmtk_object_read(const char *path, GError **error);

/* The file's bytes, Explicit VR Little Endian, with meta information from SOP
 * class and instance. Returns; NULL with CAP_ERROR_INTERNAL (names the first
 * refused element) or CAP_ERROR_MEMORY. */
GBytes *cap_dcmtk_object_encode(CapDcmtkObject *object, GError **error);

G_END_DECLS
