/* Writing structured reports through dcmsr: see dcmtk_sr.h. */
#include "io/dcmtk_object.hpp"

#include "dcmtk/dcmsr/dsrdoc.h"

extern "C" {
#include "io/dcmtk_sr.h"
}

#include <string>
#include <vector>

#define DCMR_UID "1.2.840.10008.8.1.1"
#define MAX_DS 16

struct CapDcmtkSr {
  DSRDocument document;
  std::vector<size_t> nodes; /* dcmsr's id of each item, the root first */
  std::string fault;
};

namespace
{

DSRCodedEntryValue
coded(const CapCode *code)
{
  return DSRCodedEntryValue(code->value, code->scheme, code->meaning);
}

DSRTypes::E_RelationshipType
relation_type(CapSrRelation relation)
{
  switch (relation) {
  case CAP_SR_OBS_CONTEXT:
    return DSRTypes::RT_hasObsContext;
  case CAP_SR_ACQ_CONTEXT:
    return DSRTypes::RT_hasAcqContext;
  case CAP_SR_CONCEPT_MOD:
    return DSRTypes::RT_hasConceptMod;
  case CAP_SR_PROPERTIES:
    return DSRTypes::RT_hasProperties;
  case CAP_SR_INFERRED_FROM:
    return DSRTypes::RT_inferredFrom;
  case CAP_SR_SELECTED_FROM:
    return DSRTypes::RT_selectedFrom;
  default:
    return DSRTypes::RT_contains;
  }
}

void
note(CapDcmtkSr *sr, const CapCode *name, const char *why)
{
  if (sr->fault.empty())
    sr->fault = std::string(name ? name->meaning : "an item") + ": " + why;
}

void
check(CapDcmtkSr *sr, const CapCode *name, const OFCondition &status)
{
  if (status.bad())
    note(sr, name, status.text());
}

/* Appends an item and makes it the current one. Index, or 0 when refused. */
int
append(CapDcmtkSr *sr, int parent, CapSrRelation relation,
       DSRTypes::E_ValueType type, const CapCode *name)
{
  DSRDocumentTree &tree = sr->document.getTree();
  if (!sr->fault.empty())
    return 0;
  if (parent < 0 || (size_t)parent >= sr->nodes.size() ||
      tree.gotoNode(sr->nodes[(size_t)parent]) == 0) {
    note(sr, name, "its parent is missing");
    return 0;
  }
  const size_t id = tree.addContentItem(relation_type(relation), type,
                                        DSRTypes::AM_belowCurrent);
  if (id == 0) {
    note(sr, name, "it may not stand here");
    return 0;
  }
  if (name != nullptr)
    check(sr, name, tree.getCurrentContentItem().setConceptName(coded(name)));
  sr->nodes.push_back(id);
  return (int)sr->nodes.size() - 1;
}

/* Runs WORK on behalf of the item NAME; nothing thrown leaves. */
template <typename Work>
int
guarded(CapDcmtkSr *sr, const CapCode *name, Work work)
{
  try {
    return work();
  } catch (const std::exception &e) {
    note(sr, name, e.what());
  } catch (...) {
    note(sr, name, "unknown fault");
  }
  return 0;
}

int
add_string(CapDcmtkSr *sr, int parent, CapSrRelation relation,
           DSRTypes::E_ValueType type, const CapCode *name, const char *value)
{
  return guarded(sr, name, [&] {
    const int node = append(sr, parent, relation, type, name);
    if (node > 0)
      check(
          sr, name,
          sr->document.getTree().getCurrentContentItem().setStringValue(value));
    return node;
  });
}

DSRImageReferenceValue
image_value(const CapSrReference *reference)
{
  DSRImageReferenceValue value(reference->sop_class_uid, reference->sop_uid,
                               OFFalse);
  if (reference->segment > 0)
    value.getSegmentList().addItem((Uint16)reference->segment);
  if (reference->frame > 0)
    value.getFrameList().addItem(reference->frame);
  return value;
}

void
mark_template(CapDcmtkSr *sr, const CapCode *name, const char *template_id)
{
  if (template_id != nullptr)
    check(sr, name,
          sr->document.getTree()
              .getCurrentContentItem()
              .setTemplateIdentification(template_id, "DCMR", DCMR_UID));
}

CapDcmtkObject *
finish(CapDcmtkSr *sr, GError **error)
{
  /* key objects have no completion flag (PS3.3 C.17.6.2) */
  if (sr->fault.empty() &&
      sr->document.getDocumentType() != DSRTypes::DT_KeyObjectSelectionDocument)
    check(sr, nullptr, sr->document.completeDocument());
  CapDcmtkObject *object = cap_dcmtk_object_new();
  if (sr->fault.empty())
    check(sr, nullptr, sr->document.write(*object->file.getDataset()));
  if (sr->fault.empty())
    return object;
  cap_dcmtk_object_free(object);
  g_set_error(error, CAP_ERROR, CAP_ERROR_INTERNAL,
              "the structured report cannot be made: %s", sr->fault.c_str());
  return NULL;
}

} // namespace

extern "C" {

CapDcmtkSr *
cap_dcmtk_sr_new(CapSrKind kind, const CapCode *title, const char *template_id)
{
  CapDcmtkSr *sr = new CapDcmtkSr;
  guarded(sr, title, [&] {
    DSRDocument &document = sr->document;
    check(
        sr, title,
        document.createNewDocument(kind == CAP_SR_KEY_OBJECTS
                                       ? DSRTypes::DT_KeyObjectSelectionDocument
                                       : DSRTypes::DT_Comprehensive3DSR));
    check(sr, title, document.setSpecificCharacterSetType(DSRTypes::CS_UTF8));
    const size_t root = document.getTree().addContentItem(
        DSRTypes::RT_isRoot, DSRTypes::VT_Container);
    sr->nodes.push_back(root);
    check(sr, title,
          document.getTree().getCurrentContentItem().setConceptName(
              coded(title)));
    mark_template(sr, title, template_id);
    if (kind == CAP_SR_COMPREHENSIVE_3D) {
      DSRCodingSchemeIdentificationList &list =
          document.getCodingSchemeIdentification();
      list.addItem(CAP_PRIVATE_SCHEME);
      list.setCodingSchemeName("Capsight");
      list.addItem(CAP_LIDC_SCHEME);
      list.setCodingSchemeName("LIDC-IDRI ratings as re-encoded by QIICR");
    }
    return 0;
  });
  return sr;
}

void
cap_dcmtk_sr_free(CapDcmtkSr *sr)
{
  delete sr;
}

int
cap_dcmtk_sr_add_container(CapDcmtkSr *sr, int parent, CapSrRelation relation,
                           const CapCode *name, const char *template_id)
{
  return guarded(sr, name, [&] {
    const int node = append(sr, parent, relation, DSRTypes::VT_Container, name);
    if (node > 0)
      mark_template(sr, name, template_id);
    return node;
  });
}

int
cap_dcmtk_sr_add_text(CapDcmtkSr *sr, int parent, CapSrRelation relation,
                      const CapCode *name, const char *utf8)
{
  return add_string(sr, parent, relation, DSRTypes::VT_Text, name, utf8);
}

int
cap_dcmtk_sr_add_name(CapDcmtkSr *sr, int parent, CapSrRelation relation,
                      const CapCode *name, const char *utf8)
{
  return add_string(sr, parent, relation, DSRTypes::VT_PName, name, utf8);
}

int
cap_dcmtk_sr_add_uid(CapDcmtkSr *sr, int parent, CapSrRelation relation,
                     const CapCode *name, const char *uid)
{
  return add_string(sr, parent, relation, DSRTypes::VT_UIDRef, name, uid);
}

int
cap_dcmtk_sr_add_code(CapDcmtkSr *sr, int parent, CapSrRelation relation,
                      const CapCode *name, const CapCode *value)
{
  return guarded(sr, name, [&] {
    const int node = append(sr, parent, relation, DSRTypes::VT_Code, name);
    if (node > 0)
      check(sr, name,
            sr->document.getTree().getCurrentContentItem().setCodeValue(
                coded(value)));
    return node;
  });
}

int
cap_dcmtk_sr_add_number(CapDcmtkSr *sr, int parent, CapSrRelation relation,
                        const CapCode *name, const char *number,
                        const CapCode *unit)
{
  return guarded(sr, name, [&] {
    const int node = append(sr, parent, relation, DSRTypes::VT_Num, name);
    if (node > 0 && std::string(number).size() > MAX_DS)
      note(sr, name, "a number is too long");
    if (node > 0)
      check(sr, name,
            sr->document.getTree().getCurrentContentItem().setNumericValue(
                DSRNumericMeasurementValue(number, coded(unit))));
    return node;
  });
}

int
cap_dcmtk_sr_add_image(CapDcmtkSr *sr, int parent, CapSrRelation relation,
                       const CapCode *name, const CapSrReference *reference)
{
  return guarded(sr, name, [&] {
    const int node = append(sr, parent, relation, DSRTypes::VT_Image, name);
    if (node > 0)
      check(sr, name,
            sr->document.getTree().getCurrentContentItem().setImageReference(
                image_value(reference), OFFalse));
    return node;
  });
}

int
cap_dcmtk_sr_add_points(CapDcmtkSr *sr, int parent, const CapSrShape *shape,
                        const double *pairs, int n,
                        const CapSrReference *reference)
{
  static const DSRTypes::E_GraphicType types[] = {
      DSRTypes::GT_Point, DSRTypes::GT_Polyline, DSRTypes::GT_Ellipse,
      DSRTypes::GT_Circle};
  return guarded(sr, shape->name, [&] {
    const int node =
        append(sr, parent, shape->relation, DSRTypes::VT_SCoord, shape->name);
    if (node == 0)
      return 0;
    DSRSpatialCoordinatesValue value(types[shape->graphic]);
    for (int i = 0; i < n; i++)
      value.getGraphicDataList().addItem((Float32)pairs[2 * i],
                                         (Float32)pairs[2 * i + 1]);
    check(sr, shape->name,
          sr->document.getTree().getCurrentContentItem().setSpatialCoordinates(
              value));
    cap_dcmtk_sr_add_image(sr, node, CAP_SR_SELECTED_FROM, nullptr, reference);
    return node;
  });
}

int
cap_dcmtk_sr_add_points_3d(CapDcmtkSr *sr, int parent, const CapSrShape *shape,
                           const CapPoint *points_mm, int n,
                           const char *frame_of_reference)
{
  static const DSRTypes::E_GraphicType3D types[] = {
      DSRTypes::GT3_Point, DSRTypes::GT3_Polyline, DSRTypes::GT3_Ellipse,
      DSRTypes::GT3_invalid};
  return guarded(sr, shape->name, [&] {
    const int node =
        append(sr, parent, shape->relation, DSRTypes::VT_SCoord3D, shape->name);
    if (node == 0)
      return 0;
    DSRSpatialCoordinates3DValue value(types[shape->graphic]);
    for (int i = 0; i < n; i++)
      value.getGraphicDataList().addItem((Float32)points_mm[i].x,
                                         (Float32)points_mm[i].y,
                                         (Float32)points_mm[i].z);
    value.setFrameOfReferenceUID(frame_of_reference);
    check(
        sr, shape->name,
        sr->document.getTree().getCurrentContentItem().setSpatialCoordinates3D(
            value));
    return node;
  });
}

void
cap_dcmtk_sr_add_evidence(CapDcmtkSr *sr, const CapSrReference *r)
{
  guarded(sr, nullptr, [&] {
    check(sr, nullptr,
          sr->document.getCurrentRequestedProcedureEvidence().addItem(
              r->study_uid, r->series_uid, r->sop_class_uid, r->sop_uid,
              OFFalse));
    return 0;
  });
}

CapDcmtkObject *
cap_dcmtk_sr_finish(CapDcmtkSr *sr, GError **error)
{
  CapDcmtkObject *object = NULL;
  cap_dcmtk_guard("a structured report", error, [&] {
    object = finish(sr, error);
    return object != NULL;
  });
  return object;
}

} /* extern "C" */
