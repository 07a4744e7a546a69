/* Structured reports as trees of content items (the C face of dcmtk_sr.cpp).
 *
 * DICOM PS3.3 A.35 and C.17. DCMTK's dcmsr checks every relationship against
 * the document's IOD; which items make which template is up to the caller. */
#pragma once

#include "io/dcmtk_object.h"
#include "io/report/code.h"

G_BEGIN_DECLS

typedef enum {
  CAP_SR_COMPREHENSIVE_3D, /* TID 1500 */
  CAP_SR_KEY_OBJECTS,      /* TID 2010 */
} CapSrKind;

typedef enum {
  CAP_SR_ROOT,
  CAP_SR_CONTAINS,
  CAP_SR_OBS_CONTEXT,
  CAP_SR_ACQ_CONTEXT,
  CAP_SR_CONCEPT_MOD,
  CAP_SR_PROPERTIES,
  CAP_SR_INFERRED_FROM,
  CAP_SR_SELECTED_FROM,
  CAP_SR_OTHER_RELATION,
} CapSrRelation;

typedef enum {
  CAP_SR_CONTAINER,
  CAP_SR_TEXT,
  CAP_SR_CODE,
  CAP_SR_NUMBER,
  CAP_SR_UID,
  CAP_SR_NAME,
  CAP_SR_IMAGE,
  CAP_SR_POINTS,    /* SCOORD: column, row pairs */
  CAP_SR_POINTS_3D, /* SCOORD3D: x, y, z in patient mm */
  CAP_SR_OTHER_TYPE,
} CapSrType;

/* How points make a shape (PS3.3 C.18.6.1.2, C.18.9.1.2). */
typedef enum {
  CAP_SR_POINT,
  CAP_SR_POLYLINE,
  CAP_SR_ELLIPSE,
  CAP_SR_CIRCLE, /* on images only */
} CapSrGraphic;

/* A shape as an item; NAME may be NULL. */
typedef struct {
  CapSrRelation relation;
  const CapCode *name;
  CapSrGraphic graphic;
} CapSrShape;

/* An object that an item or the evidence refers to. */
typedef struct {
  const char *study_uid, *series_uid; /* evidence only */
  const char *sop_class_uid, *sop_uid;
  int frame, segment; /* from 1; 0: the whole object */
} CapSrReference;

typedef struct CapDcmtkSr CapDcmtkSr;

/* A document whose root has the concept TITLE, by template TEMPLATE of DCMR.
 * Returns; caller frees. */
CapDcmtkSr *cap_dcmtk_sr_new(CapSrKind kind, const CapCode *title,
                             const char *template_id);
void cap_dcmtk_sr_free(CapDcmtkSr *sr);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapDcmtkSr, cap_dcmtk_sr_free)

/* Append an item below PARENT (0 is the root) and return what names it as a
 * parent. What dcmsr refuses is remembered for cap_dcmtk_sr_finish. NAME may be
 * NULL where the standard lets an item go without. */
int cap_dcmtk_sr_add_container(CapDcmtkSr *sr, int parent,
                               CapSrRelation relation, const CapCode *name,
                               const char *template_id);
int cap_dcmtk_sr_add_text(CapDcmtkSr *sr, int parent, CapSrRelation relation,
                          const CapCode *name, const char *utf8);
int cap_dcmtk_sr_add_name(CapDcmtkSr *sr, int parent, CapSrRelation relation,
                          const CapCode *name, const char *utf8);
int cap_dcmtk_sr_add_uid(CapDcmtkSr *sr, int parent, CapSrRelation relation,
                         const CapCode *name, const char *uid);
int cap_dcmtk_sr_add_code(CapDcmtkSr *sr, int parent, CapSrRelation relation,
                          const CapCode *name, const CapCode *value);
/* NUMBER of at most 16 characters with UNIT. */
int cap_dcmtk_sr_add_number(CapDcmtkSr *sr, int parent, CapSrRelation relation,
                            const CapCode *name, const char *number,
                            const CapCode *unit);
int cap_dcmtk_sr_add_image(CapDcmtkSr *sr, int parent, CapSrRelation relation,
                           const CapCode *name,
                           const CapSrReference *reference);
/* SHAPE of N pairs (column, row; the top left corner of the image is 0, 0),
 * selected from the image REFERENCE. */
int cap_dcmtk_sr_add_points(CapDcmtkSr *sr, int parent, const CapSrShape *shape,
                            const double *pairs, int n,
                            const CapSrReference *reference);
/* SHAPE of N points in patient millimetres. */
int cap_dcmtk_sr_add_points_3d(CapDcmtkSr *sr, int parent,
                               const CapSrShape *shape,
                               const CapPoint *points_mm, int n,
                               const char *frame_of_reference);

/* REFERENCE becomes part of the evidence (PS3.3 C.17.2). */
void cap_dcmtk_sr_add_evidence(CapDcmtkSr *sr, const CapSrReference *reference);

/* Completes the document and hands it over as an object whose patient, study,
 * series and identity the caller sets. NULL with CAP_ERROR_INTERNAL that names
 * the item dcmsr refused. */
CapDcmtkObject *cap_dcmtk_sr_finish(CapDcmtkSr *sr, GError **error);

G_END_DECLS
