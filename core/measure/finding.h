/* CapFinding: one lung nodule as Capsight sees it; CapFindings: all of a scan.
 *
 * Plain structs that move forward through the program: detection fills them, a
 * review puts changed copies in their place, reports read them. Millimetres are
 * patient LPS; every probability lies in 0 … 1. JSON names are those of
 * findings.json. */
#pragma once

#include "core/guidelines/context.h"
#include "core/guidelines/override.h"
#include "core/image/mask.h"
#include "core/image/volume.h"
#include "core/measure/doubt.h"
#include "core/measure/measurement.h"
#include "core/measure/prior_scan.h"

#define CAP_N_ATTRIBUTES 8
#define CAP_MAX_LEVELS 6  /* LIDC ratings run 1 … 5; calcification 1 … 6 */
#define CAP_N_CAPSULES 10 /* nodule, non-nodule, then the eight attributes */
#define CAP_POSE_DIM 16
#define CAP_GRID 4   /* primary capsules sit on a 4 x 4 x 4 grid */
#define CAP_PATCH 32 /* patch edge in voxels of 1 mm */

/* Order of the capsules: from the third on the attributes'. */
enum { CAP_CAPSULE_NODULE, CAP_CAPSULE_NON_NODULE, CAP_CAPSULE_ATTRIBUTES };

/* Order of the attributes everywhere (tensors, JSON, CSV). */
typedef enum {
  CAP_SUBTLETY,
  CAP_CALCIFICATION,
  CAP_SPHERICITY,
  CAP_MARGIN,
  CAP_LOBULATION,
  CAP_SPICULATION,
  CAP_TEXTURE,
  CAP_INTERNAL_STRUCTURE,
} CapAttributeKind;

typedef enum {
  CAP_TYPE_SOLID,
  CAP_TYPE_PART_SOLID,
  CAP_TYPE_GROUND_GLASS,
  CAP_TYPE_CALCIFIED,
  CAP_TYPE_UNCLASSIFIED, /* types are ranges of HU, and the images have none */
} CapNoduleType;

typedef enum {
  CAP_STATUS_UNREVIEWED,
  CAP_STATUS_ACCEPTED,
  CAP_STATUS_REJECTED,
  CAP_STATUS_UNCERTAIN,
} CapStatus;

/* What a reader has said of the scan as a whole. */
typedef enum {
  CAP_CONCLUSION_NONE, /* nothing yet, or the findings speak for themselves */
  CAP_CONCLUSION_NOTHING_FOUND,
  CAP_CONCLUSION_NOT_EVALUABLE,
} CapConclusion;

/* What a scan comes to. */
typedef enum {
  CAP_RESULT_FINDINGS,
  CAP_RESULT_NOTHING_FOUND, /* somebody, or some program, has searched */
  CAP_RESULT_NOT_SEARCHED,  /* at most measured, or slices marked */
  CAP_RESULT_NOT_EVALUABLE,
} CapResult;

/* Who drew a mask (PS3.3 C.8.20.2, Segment Algorithm Type). */
typedef enum {
  CAP_MASK_AUTOMATIC,     /* detection, and nobody has changed it */
  CAP_MASK_SEMIAUTOMATIC, /* a program with a reader's hand in it */
  CAP_MASK_MANUAL,        /* people */
  CAP_N_MASK_MAKERS
} CapMaskMaker;

typedef enum { CAP_SIDE_UNKNOWN, CAP_SIDE_RIGHT, CAP_SIDE_LEFT } CapSide;
typedef enum {
  CAP_LOBE_UNKNOWN,
  CAP_LOBE_UPPER,
  CAP_LOBE_MIDDLE,
  CAP_LOBE_LOWER,
} CapLobe;

/* A distribution over rating levels 1 … n_levels. */
typedef struct {
  int n_levels;
  double p[CAP_MAX_LEVELS]; /* sums to 1 */
  double expected, sd;      /* of the level */
} CapRating;

typedef enum {
  CAP_PRIOR_NONE,    /* no earlier scan was compared */
  CAP_PRIOR_NEW,     /* one was, without this nodule */
  CAP_PRIOR_MATCHED, /* it was there already: the rest is about then */
} CapPriorState;

/* A finding in an earlier scan of the same patient. */
typedef struct {
  CapPriorState state;
  int days; /* from the earlier scan to this one; 0: not known */
  int id;   /* of the earlier finding in its own list */
  CapNoduleType type;
  double mean_diameter_mm, solid_mean_diameter_mm, volume_mm3;
  double log_sd; /* standard deviation of ln (volume now / then), by the voxels
                    of both scans (growth.h); 0: not known */
} CapPrior;

/* One parent capsule: pose, its length (0 … 1), and the routing heat map: how
 * much of each grid cell's vote it took, 0 … 1, [z][y][x] of the patch. */
typedef struct {
  double length;
  float pose[CAP_POSE_DIM];
  float routing[CAP_GRID * CAP_GRID * CAP_GRID];
} CapCapsule;

typedef struct {
  int id;             /* 1 … n, in order of probability */
  char *tracking_uid; /* that a report gave it; "": none did */
  CapPoint center_mm;
  int source_slice;        /* index of the nearest slice of the volume */
  char *sop_uid;           /* of that slice; "" when unknown */
  CapMask *mask;           /* on the volume's grid, cropped; owned */
  CapMaskMaker mask_maker; /* who drew the mask */
  CapNoduleType type;
  CapSide side;
  CapLobe lobe;
  double probability; /* that it is a nodule */
  unsigned unknown;   /* CapUnknown bits (unit.h) of the volume: of what
                         numbers are not in HU, or not in mm but in pixels */
  double long_axis_mm, short_axis_mm, mean_diameter_mm;
  double solid_mean_diameter_mm; /* of the part >= -300 HU; 0 when none */
  CapPoint axes_mm[2][2];        /* ends of the long, then of the short axis */
  double volume_mm3;
  double hu_mean, hu_sd, hu_min, hu_max; /* inside the mask, valid planes */
  CapRating malignancy;                  /* over 1 … 5 */
  double malignancy_probability;         /* calibrated P(median rating > 3) */
  CapRating attributes[CAP_N_ATTRIBUTES];
  CapCapsule capsules[CAP_N_CAPSULES];
  CapPoint patch_axis[3];         /* unit vectors of the patch the capsules saw,
                                     centred on center_mm, 1 mm voxels */
  double reconstruction_error_hu; /* root mean square inside the mask of what
                                     the decoder draws of the nodule capsule;
                                     0: not known */
  CapDoubt doubts[CAP_N_DOUBTS];  /* why not to trust the judgement */
  CapStatus status;
  CapPrior prior;
  CapOverride *overrides[CAP_N_GUIDELINES]; /* NULL: the rule's; owned */
  char *comment;      /* the reader's; "" when there is none */
  gboolean by_reader; /* marked by a reader, not by detection */
  gboolean unjudged;  /* no network has judged it as it is now:
                         probabilities and ratings mean nothing */
  gboolean near_gap;  /* in or beside an absent plane */
} CapFinding;

typedef struct {
  GPtrArray *items;        /* of CapFinding, most probable first; owned */
  GPtrArray *measurements; /* of CapMeasurement: the reader's own, ascending by
                              id; owned */
  int n_candidates;
  char *weights_sha256; /* "" when no network judged them */
  char *settings_json;  /* JSON object of the settings that matter */
  char *algorithm, *algorithm_version; /* that found them: "Capsight" and its
                                          version; "" where people did */
  char *reader; /* who reviewed, as Family^Given; "" unknown */
  char *series_uid, *study_uid, *frame_of_reference_uid;
  unsigned unknown; /* CapUnknown bits (unit.h) of the images, as in findings:
                       a scan without any has them too */
  CapPatientContext context; /* what guidelines ask about the patient */
  CapPriorScan *prior_scan;  /* NULL: none was compared; owned */
  GPtrArray *irregularities; /* of CapIrregularity; owned copies */
  GPtrArray *notes;          /* of char *: what the reader of an empty or odd
                                list should know, one sentence each; owned */
  CapConclusion conclusion;
  char *conclusion_reason; /* the reader's, "" when there is none */
} CapFindings;

CapFinding *cap_finding_new(void);
CapFinding *cap_finding_copy(const CapFinding *finding);
void cap_finding_free(CapFinding *finding);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapFinding, cap_finding_free)

/* An empty list that names VOLUME's series (borrows). */
CapFindings *cap_findings_new(const CapVolume *volume);
/* The same before anybody or anything has looked for nodules: no algorithm. */
CapFindings *cap_findings_new_unsearched(const CapVolume *volume);
/* A copy of FINDINGS without its items and measurements. */
CapFindings *cap_findings_copy_head(const CapFindings *findings);
void cap_findings_free(CapFindings *findings);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapFindings, cap_findings_free)

/* Somebody has accepted, rejected or questioned one of them, or come to a
 * conclusion. */
gboolean cap_findings_are_reviewed(const CapFindings *findings);
/* A program, or a reader who says so, has looked for nodules: an empty list is
 * a result. Not where readers have only measured, or marked slices. */
gboolean cap_findings_are_searched(const CapFindings *findings);
/* Why the scan could not be judged: a reader says so; or a program did not even
 * find a candidate, and has a note, and no reader found that there is nothing.
 * "" where it could; borrowed. */
const char *cap_findings_not_evaluable(const CapFindings *findings);
/* What FINDINGS come to where NOT_EVALUABLE is why the scan could not be judged
 * (the above, or what the images say; ""). */
CapResult cap_findings_result(const CapFindings *findings,
                              const char *not_evaluable);

/* A network with capsules has judged it as it is, so that there is something to
 * explain; findings from elsewhere have none. */
gboolean cap_finding_has_capsules(const CapFinding *finding);

/* Some doubt is raised. */
gboolean cap_finding_is_doubted(const CapFinding *finding);

/* Recomputes expected and sd from p (p is normalised first). */
void cap_rating_finish(CapRating *rating);
/* The level, from 1, whose probability p[level - 1] is largest. */
int cap_rating_likeliest(const CapRating *rating);
/* The one level that is reported: the expected one. Of calcification, whose
 * last level, none at all, is no more of the others, it is that last level
 * unless the others together reach a fifth. */
double cap_rating_level(const CapRating *rating, CapAttributeKind kind);

/* JSON words; static. */
const char *cap_attribute_name(CapAttributeKind kind);
int cap_attribute_levels(CapAttributeKind kind); /* 5; 6 for calcification; 4
                                                    for internalStructure */
/* Its levels are classes in no order (calcification: popcorn, laminated, …):
 * what is told is the likeliest of them; a mean of them is none. */
gboolean cap_attribute_is_classes(CapAttributeKind kind);
const char *cap_capsule_name(int index); /* "nodule", "non-nodule", then the
                                            attributes */
const char *cap_nodule_type_name(CapNoduleType type);
const char *cap_status_name(CapStatus status);
const char *cap_mask_maker_name(CapMaskMaker maker);
const char *cap_side_name(CapSide side); /* "right", "left", "unknown" */
const char *cap_lobe_name(CapLobe lobe); /* "upper", …, "unknown" */
const char *cap_conclusion_name(CapConclusion conclusion); /* "none",
                                         "nothing-found", "not-evaluable" */
/* The reverse; FALSE when WORD is none of them. */
gboolean cap_nodule_type_parse(const char *word, CapNoduleType *type);
gboolean cap_status_parse(const char *word, CapStatus *status);
gboolean cap_mask_maker_parse(const char *word, CapMaskMaker *maker);
gboolean cap_conclusion_parse(const char *word, CapConclusion *conclusion);
