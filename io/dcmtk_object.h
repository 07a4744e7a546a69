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

/* Reads the file PATH, whole; nothing but DICOM objects that are not images of
 * unknown size should come here. NULL with CAP_ERROR_NO_INPUT or
 * CAP_ERROR_DATA. */
CapDcmtkObject *cap_dcmtk_object_read(const char *path, GError **error);

/* The file's bytes, Explicit VR Little Endian, with meta information from SOP
 * class and instance. Returns; NULL with CAP_ERROR_INTERNAL (names the first
 * refused element) or CAP_ERROR_MEMORY. */
GBytes *cap_dcmtk_object_encode(CapDcmtkObject *object, GError **error);

G_END_DECLS
