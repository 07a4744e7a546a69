/* CapCode: a coded concept (DICOM PS3.3 8.8), and every one that our reports
 * use.
 *
 * Values and meanings are those of DICOM PS3.16; tests compare each pair with
 * DCMTK's own tables. What DICOM has no code for keeps the codes that the
 * LIDC-IDRI collection was re-encoded with (Fedorov et al., Med Phys 2020,
 * doi 10.1002/mp.14445), and only our reader's status is private. */
#pragma once

#include "core/measure/finding.h"

typedef struct {
  const char *value, *scheme, *meaning;
} CapCode;

#define CAP_PRIVATE_SCHEME "99CAPSIGHT"
#define CAP_LIDC_SCHEME "99LIDCQIICR"

/* X(NAME, value, scheme, meaning) for every concept below. */
#define CAP_CODES(X)                                                           \
  X(REPORT, "126000", "DCM", "Imaging Measurement Report")                     \
  X(LANGUAGE, "121049", "DCM", "Language of Content Item and Descendants")     \
  X(ENGLISH, "en-US", "RFC5646", "English (US)")                               \
  X(OBSERVER_TYPE, "121005", "DCM", "Observer Type")                           \
  X(PERSON, "121006", "DCM", "Person")                                         \
  X(DEVICE, "121007", "DCM", "Device")                                         \
  X(PERSON_NAME, "121008", "DCM", "Person Observer Name")                      \
  X(DEVICE_UID, "121012", "DCM", "Device Observer UID")                        \
  X(DEVICE_NAME, "121013", "DCM", "Device Observer Name")                      \
  X(DEVICE_MAKER, "121014", "DCM", "Device Observer Manufacturer")             \
  X(DEVICE_MODEL, "121015", "DCM", "Device Observer Model Name")               \
  X(PROCEDURE, "121058", "DCM", "Procedure reported")                          \
  X(CT_CHEST, "24627-2", "LN", "CT Chest")                                     \
  X(IMAGING, "363679005", "SCT", "Imaging procedure")                          \
  X(IMAGE_LIBRARY, "111028", "DCM", "Image Library")                           \
  X(IMAGE_GROUP, "126200", "DCM", "Image Library Group")                       \
  X(MODALITY, "121139", "DCM", "Modality")                                     \
  X(CT, "CT", "DCM", "Computed Tomography")                                    \
  X(TARGET_REGION, "123014", "DCM", "Target Region")                           \
  X(CHEST, "816094009", "SCT", "Chest")                                        \
  X(FRAME_OF_REFERENCE, "112227", "DCM", "Frame of Reference UID")             \
  X(SPACING_HORIZONTAL, "111026", "DCM", "Horizontal Pixel Spacing")           \
  X(SPACING_VERTICAL, "111066", "DCM", "Vertical Pixel Spacing")               \
  X(SPACING_SLICES, "112226", "DCM", "Spacing between slices")                 \
  X(MEASUREMENTS, "126010", "DCM", "Imaging Measurements")                     \
  X(QUALITATIVE, "C0034375", "UMLS", "Qualitative Evaluations")                \
  X(SUMMARY, "111017", "DCM", "CAD Processing and Findings Summary")           \
  X(WITHOUT_FINDINGS, "111241", "DCM",                                         \
    "All algorithms succeeded; without findings")                              \
  X(WITH_FINDINGS, "111242", "DCM", "All algorithms succeeded; with findings") \
  X(NOT_EVALUABLE, "111245", "DCM",                                            \
    "No algorithms succeeded; without findings")                               \
  X(DETECTIONS, "111064", "DCM", "Summary of Detections")                      \
  X(NOT_ATTEMPTED, "111225", "DCM", "Not Attempted")                           \
  X(CONCLUSION, "121077", "DCM", "Conclusion")                                 \
  X(COMMENT, "121106", "DCM", "Comment")                                       \
  X(GROUP, "125007", "DCM", "Measurement Group")                               \
  X(TRACKING_ID, "112039", "DCM", "Tracking Identifier")                       \
  X(TRACKING_UID, "112040", "DCM", "Tracking Unique Identifier")               \
  X(FINDING, "121071", "DCM", "Finding")                                       \
  X(NODULE, "27925004", "SCT", "Nodule")                                       \
  X(SITE, "363698007", "SCT", "Finding Site")                                  \
  X(LATERALITY, "272741003", "SCT", "Laterality")                              \
  X(RIGHT, "24028007", "SCT", "Right")                                         \
  X(LEFT, "7771000", "SCT", "Left")                                            \
  X(LUNG, "39607008", "SCT", "Lung")                                           \
  X(UPPER_LOBE, "45653009", "SCT", "Upper lobe of lung")                       \
  X(MIDDLE_LOBE, "72481006", "SCT", "Middle lobe of right lung")               \
  X(LOWER_LOBE, "90572001", "SCT", "Lower lobe of lung")                       \
  X(SEGMENT, "121191", "DCM", "Referenced Segment")                            \
  X(SOURCE_IMAGE, "121233", "DCM", "Source image for segmentation")            \
  X(ALGORITHM_NAME, "111001", "DCM", "Algorithm Name")                         \
  X(ALGORITHM_PARAMETERS, "111002", "DCM", "Algorithm Parameters")             \
  X(ALGORITHM_VERSION, "111003", "DCM", "Algorithm Version")                   \
  X(LONG_AXIS, "103339001", "SCT", "Long Axis")                                \
  X(SHORT_AXIS, "103340004", "SCT", "Short Axis")                              \
  X(DIAMETER, "81827009", "SCT", "Diameter")                                   \
  X(SOLID_DIAMETER, "solid-diameter", CAP_PRIVATE_SCHEME,                      \
    "Mean diameter of the solid part")                                         \
  X(LENGTH, "410668003", "SCT", "Length")                                      \
  X(AREA, "42798000", "SCT", "Area")                                           \
  X(ANGLE, "1483009", "SCT", "Angle")                                          \
  X(REGION, "111030", "DCM", "Image Region")                                   \
  X(VOLUME, "118565006", "SCT", "Volume")                                      \
  X(ATTENUATION, "112031", "DCM", "Attenuation Coefficient")                   \
  X(CERTAINTY, "111012", "DCM", "Certainty of Finding")                        \
  X(CANCER, "111047", "DCM", "Probability of cancer")                          \
  X(CENTER, "111010", "DCM", "Center")                                         \
  X(DERIVATION, "121401", "DCM", "Derivation")                                 \
  X(MEAN, "373098007", "SCT", "Mean")                                          \
  X(MINIMUM, "255605001", "SCT", "Minimum")                                    \
  X(MAXIMUM, "56851009", "SCT", "Maximum")                                     \
  X(DEVIATION, "386136009", "SCT", "Standard Deviation")                       \
  X(METHOD, "370129005", "SCT", "Measurement Method")                          \
  X(VOXEL_SUM, "126030", "DCM", "Sum of segmented voxel method for volume")    \
  X(MILLIMETER, "mm", "UCUM", "millimeter")                                    \
  X(CUBIC_MILLIMETER, "mm3", "UCUM", "cubic millimeter")                       \
  X(SQUARE_MILLIMETER, "mm2", "UCUM", "square millimeter")                     \
  X(PIXELS, "{pixels}", "UCUM", "pixels")                                      \
  X(DEGREE, "deg", "UCUM", "Degree")                                           \
  X(HOUNSFIELD, "[hnsf'U]", "UCUM", "Hounsfield Unit")                         \
  X(PERCENT, "%", "UCUM", "Percent")                                           \
  X(ABNORMAL, "49755003", "SCT", "Morphologically Abnormal Structure")         \
  X(AI, "123110", "DCM", "Artificial Intelligence")                            \
  X(SEGMENTATION, "113076", "DCM", "Segmentation")                             \
  X(SOURCE_PROCESSED, "121322", "DCM",                                         \
    "Source image for image processing operation")                             \
  X(OF_INTEREST, "113000", "DCM", "Of Interest")                               \
  X(KEY_DESCRIPTION, "113012", "DCM", "Key Object Description")                \
  X(STATUS, "status", CAP_PRIVATE_SCHEME, "Reader's status")                   \
  X(UNREVIEWED, "unreviewed", CAP_PRIVATE_SCHEME, "Unreviewed")                \
  X(ACCEPTED, "accepted", CAP_PRIVATE_SCHEME, "Accepted")                      \
  X(REJECTED, "rejected", CAP_PRIVATE_SCHEME, "Rejected")                      \
  X(UNCERTAIN, "uncertain", CAP_PRIVATE_SCHEME, "Uncertain")                   \
  X(TYPE, "type", CAP_PRIVATE_SCHEME, "Nodule type")                           \
  X(SOLID, "RID50151", "RADLEX", "solid pulmonary nodule")                     \
  X(PART_SOLID, "RID50152", "RADLEX", "part-solid pulmonary nodule")           \
  X(GROUND_GLASS, "RID50153", "RADLEX", "non-solid pulmonary nodule")          \
  X(CALCIFIED, "calcified", CAP_PRIVATE_SCHEME, "calcified pulmonary nodule")  \
  X(MALIGNANCY, "RID36042", "RADLEX", "Malignancy")                            \
  X(LUNGRADS, "1362105002", "SCT",                                             \
    "Lung Imaging Reporting and Data System category")                         \
  X(LUNGRADS_0, "lung-rads-0", CAP_PRIVATE_SCHEME, "Lung-RADS 0")              \
  X(LUNGRADS_1, "lung-rads-1", CAP_PRIVATE_SCHEME, "Lung-RADS 1")              \
  X(LUNGRADS_2, "lung-rads-2", CAP_PRIVATE_SCHEME, "Lung-RADS 2")              \
  X(LUNGRADS_3, "lung-rads-3", CAP_PRIVATE_SCHEME, "Lung-RADS 3")              \
  X(LUNGRADS_4A, "lung-rads-4A", CAP_PRIVATE_SCHEME, "Lung-RADS 4A")           \
  X(LUNGRADS_4B, "lung-rads-4B", CAP_PRIVATE_SCHEME, "Lung-RADS 4B")           \
  X(LUNGRADS_4X, "lung-rads-4X", CAP_PRIVATE_SCHEME, "Lung-RADS 4X")           \
  X(LUNGRADS_BASIS, "lung-rads-basis", CAP_PRIVATE_SCHEME,                     \
    "Rule and numbers of the Lung-RADS category")                              \
  X(FLEISCHNER, "fleischner", CAP_PRIVATE_SCHEME,                              \
    "Recommendation by Fleischner 2017")                                       \
  X(BROCK, "brock", CAP_PRIVATE_SCHEME,                                        \
    "Probability of cancer by the Brock model")                                \
  X(NEAR_GAP, "near-gap", CAP_PRIVATE_SCHEME, "Beside a missing slice")        \
  X(PRIOR, "prior", CAP_PRIVATE_SCHEME, "Beside the earlier scan")             \
  X(PRIOR_NEW, "prior-new", CAP_PRIVATE_SCHEME,                                \
    "Not there in the earlier scan")                                           \
  X(PRIOR_MATCHED, "prior-matched", CAP_PRIVATE_SCHEME,                        \
    "There in the earlier scan")                                               \
  X(PRIOR_INTERVAL, "prior-interval", CAP_PRIVATE_SCHEME,                      \
    "Time since the earlier scan")                                             \
  X(PRIOR_DIAMETER, "prior-diameter", CAP_PRIVATE_SCHEME,                      \
    "Mean diameter in the earlier scan")                                       \
  X(PRIOR_SOLID_DIAMETER, "prior-solid", CAP_PRIVATE_SCHEME,                   \
    "Mean diameter of the solid part in the earlier scan")                     \
  X(PRIOR_VOLUME, "prior-volume", CAP_PRIVATE_SCHEME,                          \
    "Volume in the earlier scan")                                              \
  X(PRIOR_TYPE, "prior-type", CAP_PRIVATE_SCHEME,                              \
    "Nodule type in the earlier scan")                                         \
  X(VOLUME_CHANGE, "volume-change", CAP_PRIVATE_SCHEME,                        \
    "Change of volume since the earlier scan")                                 \
  X(VOLUME_CHANGE_CI, "volume-ci95", CAP_PRIVATE_SCHEME,                       \
    "95 % confidence interval of the change of volume")                        \
  X(DOUBLING_TIME, "doubling-time", CAP_PRIVATE_SCHEME,                        \
    "Volume doubling time")                                                    \
  X(DOUBLING_TIME_CI, "doubling-ci95", CAP_PRIVATE_SCHEME,                     \
    "95 % confidence interval of the volume doubling time")                    \
  X(DAY, "d", "UCUM", "day")                                                   \
  X(OUTLINE, "outline", CAP_PRIVATE_SCHEME, "Who drew the outline")            \
  X(OUTLINE_AUTOMATIC, "automatic", CAP_PRIVATE_SCHEME,                        \
    "Automatic: the software alone")                                           \
  X(OUTLINE_SEMIAUTOMATIC, "semiautomatic", CAP_PRIVATE_SCHEME,                \
    "Semiautomatic: the software and a reader")                                \
  X(OUTLINE_MANUAL, "manual", CAP_PRIVATE_SCHEME, "Manual: people")            \
  X(MARKED_BY, "marked-by", CAP_PRIVATE_SCHEME, "Who marked the finding")      \
  X(PRIOR_SCAN, "prior-scan", CAP_PRIVATE_SCHEME,                              \
    "Earlier scan that was compared")                                          \
  X(PRIOR_DATE, "prior-date", CAP_PRIVATE_SCHEME, "Date of the earlier scan")  \
  X(PRIOR_FINDING, "prior-finding", CAP_PRIVATE_SCHEME,                        \
    "Number of the finding in the earlier scan")                               \
  X(VOLUME_LOG_SD, "volume-log-sd", CAP_PRIVATE_SCHEME,                        \
    "Standard deviation of the logarithm of the volumes' ratio")               \
  X(CI_LOW, "ci95-low", CAP_PRIVATE_SCHEME,                                    \
    "Lower limit of the 95 % confidence interval")                             \
  X(CI_HIGH, "ci95-high", CAP_PRIVATE_SCHEME,                                  \
    "Upper limit of the 95 % confidence interval")                             \
  X(ONE, "1", "UCUM", "no units")                                              \
  X(STUDY_UID, "110180", "DCM", "Study Instance UID")                          \
  X(SERIES_UID, "112002", "DCM", "Series Instance UID")                        \
  X(READERS_CONCLUSION, "conclusion", CAP_PRIVATE_SCHEME,                      \
    "Reader's conclusion on the scan")                                         \
  X(MEASURED, "measured", CAP_PRIVATE_SCHEME, "Measured by hand")              \
  X(KIND_LENGTH, "length", CAP_PRIVATE_SCHEME, "Length")                       \
  X(KIND_AXES, "axes", CAP_PRIVATE_SCHEME, "Long and short axis")              \
  X(KIND_ELLIPSE, "ellipse", CAP_PRIVATE_SCHEME, "Ellipse")                    \
  X(KIND_ANGLE, "angle", CAP_PRIVATE_SCHEME, "Angle")                          \
  X(KIND_FREEHAND, "freehand", CAP_PRIVATE_SCHEME, "Outline drawn by hand")    \
  X(VOXELS, "voxels", CAP_PRIVATE_SCHEME, "Number of voxels in the region")    \
  X(HU_SD, "hu-sd", CAP_PRIVATE_SCHEME,                                        \
    "Standard deviation of the attenuation coefficient")                       \
  X(HU_MIN, "hu-min", CAP_PRIVATE_SCHEME,                                      \
    "Minimum of the attenuation coefficient")                                  \
  X(HU_MAX, "hu-max", CAP_PRIVATE_SCHEME,                                      \
    "Maximum of the attenuation coefficient")                                  \
  X(REASON, "reason", CAP_PRIVATE_SCHEME, "Reader's reason")                   \
  X(SAID_BY, "said-by", CAP_PRIVATE_SCHEME, "Said by")                         \
  X(SAID_AT, "said-at", CAP_PRIVATE_SCHEME, "Said at")

typedef enum {
#define CAP_CODE_ENUM(name, value, scheme, meaning) CAP_CODE_##name,
  CAP_CODES(CAP_CODE_ENUM)
#undef CAP_CODE_ENUM
      CAP_N_CODES
} CapCodeId;

/* All are static. */
const CapCode *cap_code(CapCodeId id);
/* The procedure: a CT of the chest, or what has no HU (UNKNOWN, of unit.h). */
const CapCode *cap_code_procedure(unsigned unknown);
const CapCode *cap_code_status(CapStatus status);
/* NULL: unclassified. */
const CapCode *cap_code_type(CapNoduleType type);
const CapCode *cap_code_mask_maker(CapMaskMaker maker);
/* What a finding was in the earlier scan; NULL where none was compared. */
const CapCode *cap_code_prior(CapPriorState state);
/* The Lung-RADS category called WORD ("4A"); NULL when it is none. */
const CapCode *cap_code_lungrads(const char *word);
/* Lung, or the lobe where it is known. */
const CapCode *cap_code_site(CapSide side, CapLobe lobe);
/* The rated attribute, and what LEVEL (from 1) of it means; the codes of an
 * attribute's levels follow each other in memory. */
const CapCode *cap_code_attribute(CapAttributeKind kind);
const CapCode *cap_code_attribute_level(CapAttributeKind kind, int level);
const CapCode *cap_code_malignancy_level(int level);

/* Same value and scheme; the meaning is for people. */
gboolean cap_code_equal(const CapCode *a, const CapCode *b);
