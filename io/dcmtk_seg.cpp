/* Segmentation objects through dcmseg: see dcmtk_seg.h. */
#include "io/dcmtk_object.hpp"

#include "dcmtk/dcmfg/fgderimg.h"
#include "dcmtk/dcmfg/fgfracon.h"
#include "dcmtk/dcmfg/fgpixmsr.h"
#include "dcmtk/dcmfg/fgplanor.h"
#include "dcmtk/dcmfg/fgplanpo.h"
#include "dcmtk/dcmseg/segdoc.h"
#include "dcmtk/dcmseg/segment.h"

extern "C" {
#include "io/dcmtk_seg.h"
#include "io/uid.h"
}

#include <cmath>
#include <cstring>
#include <memory>
#include <vector>

struct CapDcmtkSeg {
  std::unique_ptr<DcmSegmentation> document;
  int columns, rows;
};

namespace
{

/* A DS of at most 16 characters, whatever the locale. */
OFString
ds(double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  for (int digits = 12; digits > 3; digits--) {
    char format[8];
    g_snprintf(format, sizeof format, "%%.%dg", digits);
    g_ascii_formatd(text, sizeof text, format,
                    std::fabs(value) < 1e-9 ? 0 : value);
    if (std::strlen(text) <= 16)
      break;
  }
  return text;
}

void
need(const OFCondition &status)
{
  if (status.bad())
    throw std::runtime_error(status.text());
}

void
set_code(CodeSequenceMacro &target, const CapCode *code)
{
  need(target.set(code->value, code->scheme, code->meaning));
}

CodeSequenceMacro
coded(const CapCode *code)
{
  return CodeSequenceMacro(code->value, code->scheme, code->meaning);
}

/* What all frames share, and by what they are ordered. */
void
describe_grid(DcmSegmentation *document, const CapSegGrid *grid)
{
  need(document->getStudy().setStudyInstanceUID(grid->study_uid));
  need(document->getSeries().setSeriesNumber("1"));
  need(document->getFrameOfReference().setFrameOfReferenceUID(
      grid->frame_of_reference_uid));

  FGPixelMeasures measures;
  need(measures.setPixelSpacing(ds(grid->spacing_mm[1]) + "\\" +
                                ds(grid->spacing_mm[0])));
  need(measures.setSpacingBetweenSlices(ds(grid->spacing_mm[2])));
  need(measures.setSliceThickness(ds(grid->thickness_mm)));
  need(document->addForAllFrames(measures));

  const CapPoint *a = grid->axis;
  std::unique_ptr<FGPlaneOrientationPatient> orientation(
      FGPlaneOrientationPatient::createMinimal(ds(a[0].x), ds(a[0].y),
                                               ds(a[0].z), ds(a[1].x),
                                               ds(a[1].y), ds(a[1].z)));
  if (orientation == nullptr)
    throw std::runtime_error("the orientation cannot be written");
  need(document->addForAllFrames(*orientation));

  g_autofree char *text = g_strconcat("dimensions ", grid->study_uid, NULL);
  g_autofree char *uid = cap_uid_from_text(text);
  IODMultiframeDimensionModule &dimensions = document->getDimensions();
  need(dimensions.addDimensionIndex(DCM_ReferencedSegmentNumber, uid,
                                    DCM_SegmentIdentificationSequence,
                                    "Segment number"));
  need(dimensions.addDimensionIndex(DCM_ImagePositionPatient, uid,
                                    DCM_PlanePositionSequence,
                                    "Image position"));
}

DcmSegmentation *
new_document(const CapSegGrid *grid)
{
  const IODGeneralEquipmentModule::EquipmentInfo equipment(
      "Capsight", "Capsight", "1", CAP_VERSION);
  const ContentIdentificationMacro content("1", "NODULES", "Lung nodules", "");
  DcmSegmentation *document = nullptr;
  need(DcmSegmentation::createBinarySegmentation(
      document, (Uint16)grid->rows, (Uint16)grid->columns, equipment, content));
  document->setCheckFGOnWrite(OFFalse); /* slow; dciodvfy checks in tests */
  document->setCheckDimensionsOnWrite(OFFalse);
  return document;
}

void
identify_algorithm(DcmSegment *segment, const CapSegSegment *s)
{
  AlgorithmIdentificationMacro algorithm;
  set_code(algorithm.getAlgorithmFamilyCode(), cap_code(CAP_CODE_AI));
  need(algorithm.setAlgorithmName(s->algorithm));
  need(algorithm.setAlgorithmVersion(s->algorithm_version));
  if (*s->algorithm_parameters != '\0')
    need(algorithm.setAlgorithmParameters(s->algorithm_parameters));
  need(segment->setSegmentationAlgorithmIdentification(algorithm));
}

int
add_segment(CapDcmtkSeg *seg, const CapSegSegment *s)
{
  DcmSegment *segment = nullptr;
  static const DcmSegTypes::E_SegmentAlgoType types[] = {
      DcmSegTypes::SAT_AUTOMATIC, DcmSegTypes::SAT_SEMIAUTOMATIC,
      DcmSegTypes::SAT_MANUAL};
  const bool by_people = s->mask_maker == CAP_MASK_MANUAL;
  need(DcmSegment::create(segment, s->label, coded(cap_code(CAP_CODE_ABNORMAL)),
                          coded(s->type), types[s->mask_maker],
                          by_people ? "" : s->algorithm));
  std::unique_ptr<DcmSegment> owner(segment);
  need(segment->setSegmentDescription(s->description));
  need(segment->setTrackingID(s->tracking_id));
  need(segment->setTrackingUID(s->tracking_uid));
  need(segment->setRecommendedDisplayCIELabValue(s->cielab[0], s->cielab[1],
                                                 s->cielab[2]));
  set_code(segment->getGeneralAnatomyCode().getAnatomicRegion(), s->site);
  if (s->side != nullptr)
    segment->getGeneralAnatomyCode().getAnatomicRegionModifier().push_back(
        new CodeSequenceMacro(s->side->value, s->side->scheme,
                              s->side->meaning));
  if (!by_people)
    identify_algorithm(segment, s);
  Uint16 number = 0;
  need(seg->document->addSegment(segment, number));
  owner.release();
  return number;
}

/* By way of an item: DCMTK 3.6.7's own setter takes frame numbers for binary
 * ones, which IS are not, and refuses them. */
ImageSOPInstanceReferenceMacro
image_reference(const CapSrReference *source)
{
  DcmItem item;
  need(item.putAndInsertString(DCM_ReferencedSOPClassUID,
                               source->sop_class_uid));
  need(item.putAndInsertString(DCM_ReferencedSOPInstanceUID, source->sop_uid));
  const std::string frame = std::to_string(source->frame);
  if (source->frame > 0)
    need(item.putAndInsertString(DCM_ReferencedFrameNumber, frame.c_str()));
  ImageSOPInstanceReferenceMacro reference;
  need(reference.read(item));
  return reference;
}

void
add_frame(CapDcmtkSeg *seg, int segment, CapPoint p, int plane,
          const uint8_t *pixels, const CapSrReference *source)
{
  std::unique_ptr<FGPlanePosPatient> position(
      FGPlanePosPatient::createMinimal(ds(p.x), ds(p.y), ds(p.z)));
  if (position == nullptr)
    throw std::runtime_error("a position cannot be written");
  FGFrameContent content;
  need(content.setDimensionIndexValues((Uint32)segment, 0));
  need(content.setDimensionIndexValues((Uint32)plane, 1));
  OFVector<FGBase *> groups;
  groups.push_back(position.get());
  groups.push_back(&content);

  OFVector<ImageSOPInstanceReferenceMacro> sources;
  sources.push_back(image_reference(source));
  std::unique_ptr<FGDerivationImage> derivation(
      DcmSegmentation::createDerivationImageFG(sources, ""));
  if (derivation == nullptr)
    throw std::runtime_error("a source image cannot be referred to");
  groups.push_back(derivation.get());

  std::vector<Uint8> copy(pixels, pixels + (size_t)seg->rows * seg->columns);
  need(seg->document->addFrame(copy.data(), (Uint16)segment, groups));
}

} // namespace

extern "C" {

CapDcmtkSeg *
cap_dcmtk_seg_new(const CapSegGrid *grid, GError **error)
{
  CapDcmtkSeg *seg = new CapDcmtkSeg;
  seg->columns = grid->columns;
  seg->rows = grid->rows;
  if (cap_dcmtk_guard("a segmentation", error, [&] {
        seg->document.reset(new_document(grid));
        describe_grid(seg->document.get(), grid);
        return true;
      }))
    return seg;
  delete seg;
  return NULL;
}

void
cap_dcmtk_seg_free(CapDcmtkSeg *seg)
{
  delete seg;
}

int
cap_dcmtk_seg_add_segment(CapDcmtkSeg *seg, const CapSegSegment *segment,
                          GError **error)
{
  int number = 0;
  cap_dcmtk_guard("a segment", error, [&] {
    number = add_segment(seg, segment);
    return true;
  });
  return number;
}

gboolean
cap_dcmtk_seg_add_frame(CapDcmtkSeg *seg, int segment, CapPoint position_mm,
                        int plane, const uint8_t *pixels,
                        const CapSrReference *source, GError **error)
{
  return cap_dcmtk_guard("a segmentation frame", error, [&] {
    add_frame(seg, segment, position_mm, plane, pixels, source);
    return true;
  });
}

CapDcmtkObject *
cap_dcmtk_seg_finish(CapDcmtkSeg *seg, GError **error)
{
  CapDcmtkObject *object = cap_dcmtk_object_new();
  if (cap_dcmtk_guard("a segmentation", error, [&] {
        need(seg->document->writeDataset(*object->file.getDataset()));
        return true;
      }))
    return object;
  cap_dcmtk_object_free(object);
  return NULL;
}

} /* extern "C" */
