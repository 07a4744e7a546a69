/* The content of a structured report as a tree of items, whoever wrote it
 * (DICOM PS3.3 C.17.3).
 *
 * The tree is taken from the data set as it is: no IOD's rules are asked of it,
 * since what one writer got wrong in one item must not hide the others. */
#pragma once

#include "io/dcmtk_sr.h"

/* A coded concept; nothing is NULL, "" is absent. */
typedef struct {
  char *value, *scheme, *meaning;
} CapContentCode;

typedef struct CapContentItem CapContentItem;
struct CapContentItem {
  CapSrType type;
  CapSrRelation relation;
  char *path; /* "sr.dcm 1.5.2": the second child of the fifth child of the root
                 of that file */
  CapContentCode name;
  CapContentCode value; /* of CODE; the unit of NUM */
  char *text;           /* of TEXT, UIDREF and PNAME; "" otherwise */
  double number;        /* of NUM; NaN when it has none */
  char *graphic; /* of SCOORD and SCOORD3D: "POINT", "POLYLINE", …; "" */
  char *frame_of_reference; /* UID, of SCOORD3D; "" */
  GArray *numbers;          /* their coordinates, of double; or NULL */
  char *sop_uid;            /* of IMAGE: the object referred to; "" */
  int frame, segment;  /* its first frame and segment, from 1; 0: all of it */
  GPtrArray *children; /* of CapContentItem, never NULL */
};

/* The tree of the document ROOT, whose texts are in CHARSET; NAME is for
 * messages. Returns; NULL with CAP_ERROR_UNSUPPORTED (no structured report) or
 * CAP_ERROR_LIMIT (more than 200,000 items). */
CapContentItem *cap_content_read(CapDcmtkItem *root, const char *charset,
                                 const char *name, GError **error);
void cap_content_free(CapContentItem *item);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapContentItem, cap_content_free)

/* The coded concept in the first item of SEQUENCE of ITEM (either may be
 * absent). Clear with cap_content_code_clear. */
void cap_content_code_read(CapDcmtkItem *item, guint32 sequence,
                           const char *charset, CapContentCode *code);
void cap_content_code_clear(CapContentCode *code);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CapContentCode, cap_content_code_clear)

/* CODE means the concept ID: by our own code or by one that other writers use
 * for it (codes of SNOMED RT, which SNOMED CT has replaced). */
gboolean cap_content_means(const CapContentCode *code, CapCodeId id);
/* Child I of ITEM; borrowed. */
const CapContentItem *cap_content_child(const CapContentItem *item, guint i);
/* The first child of ITEM with the concept name ID; NULL when there is none. */
const CapContentItem *cap_content_find(const CapContentItem *item,
                                       CapCodeId id);
/* "sr.dcm 1.5.2 (“Long Axis”)", to be named in a sentence. Caller frees. */
char *cap_content_label(const CapContentItem *item);
/* Adds "LABEL: what FORMAT makes" to REMARKS (of char *). */
void cap_content_remark(GPtrArray *remarks, const CapContentItem *item,
                        const char *format, ...) G_GNUC_PRINTF(3, 4);
