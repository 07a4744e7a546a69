/* Files about a series that other programs wrote, for suites of import: a
 * structured report made item by item, and whatever else is saved beside it. */
#pragma once

#include "io/dcmtk_sr.h"
#include "io/import/import.h"

/* Of reference: that of the series. */
#define CAP_OTHERS_FRAME "1.2.826.0.1.3680043.10.9"

/* Codes as dcmqi, OHIF and others have them. */
extern const CapCode cap_others_lesion;
extern const CapCode cap_others_long_axis; /* before SNOMED CT */
extern const CapCode cap_others_centimeter;

typedef struct {
  char *folder, *dicom; /* dicom: of the series, CAP_TEST_EVEN */
  GPtrArray *paths;     /* of the files that are imported (of char *) */
  CapDcmtkSr *sr;       /* the report that is being made */
  int list, group;      /* its list of groups, and the newest of them */
  GArray *arrows; /* of double[4]: their ends, as they are to be written */
} CapOthers;

/* Writes the series into a folder of its own. */
void cap_others_open(CapOthers *others);
void cap_others_close(CapOthers *others);

/* OBJECT (borrows) becomes NAME, one of the files. */
void cap_others_save(CapOthers *others, CapDcmtkObject *object,
                     const char *name);
/* All files at once, as cap_import_load. */
CapImport *cap_others_import(CapOthers *others, GError **error);
CapImport *cap_others_import_well(CapOthers *others); /* or the test fails */
gboolean cap_others_has_remark(const CapImport *import, const char *part);

/* A report by TID 1500 without groups. */
void cap_others_begin(CapOthers *others);
/* A measurement group about FOUND (NULL: it does not say). */
void cap_others_add_group(CapOthers *others, const CapCode *found);
/* A number of the newest group. Returns its item. */
int cap_others_add_number(CapOthers *others, const CapCode *name,
                          const char *number, const CapCode *unit);
/* N points, column and row each, below the item PARENT, on slice K. */
void cap_others_add_shape(CapOthers *others, int parent, const double *pairs,
                          int n, int k, CapSrGraphic graphic);
/* The same as a point or a line. */
void cap_others_add_points(CapOthers *others, int parent, const double *pairs,
                           int n, int k);
/* An arrow as OHIF's adapters write it into the newest group: a number “Center”
 * without a value, with head and, where N is 2, tail as one “POINT”. */
void cap_others_add_arrow(CapOthers *others, const double *pairs, int n, int k);
/* Saves the report as sr.dcm; VERIFIED is its verification flag. */
void cap_others_finish(CapOthers *others, const char *verified);
