/* Reading structured reports through dcmsr: see dcmtk_sr.h. */
#include "io/dcmtk_object.hpp"

#include "dcmtk/dcmsr/dsrdoc.h"
#include "dcmtk/dcmsr/dsrnumtn.h"

extern "C" {
#include "io/dcmtk_sr.h"
}

#include <vector>

/* More than any report of 1,000 findings has. */
#define MAX_NODES 500000
#define MAX_POINTS 1000000

namespace
{

char *
utf8(const OFString &text)
{
  return g_utf8_make_valid(text.c_str(), (gssize)text.length());
}

CapSrRelation
relation_of(DSRTypes::E_RelationshipType type)
{
  switch (type) {
  case DSRTypes::RT_isRoot:
    return CAP_SR_ROOT;
  case DSRTypes::RT_contains:
    return CAP_SR_CONTAINS;
  case DSRTypes::RT_hasObsContext:
    return CAP_SR_OBS_CONTEXT;
  case DSRTypes::RT_hasAcqContext:
    return CAP_SR_ACQ_CONTEXT;
  case DSRTypes::RT_hasConceptMod:
    return CAP_SR_CONCEPT_MOD;
  case DSRTypes::RT_hasProperties:
    return CAP_SR_PROPERTIES;
  case DSRTypes::RT_inferredFrom:
    return CAP_SR_INFERRED_FROM;
  case DSRTypes::RT_selectedFrom:
    return CAP_SR_SELECTED_FROM;
  default:
    return CAP_SR_OTHER_RELATION;
  }
}

void
read_code(const DSRCodedEntryValue &from, char **value, char **scheme,
          char **meaning)
{
  *value = utf8(from.getCodeValue());
  *scheme = utf8(from.getCodingSchemeDesignator());
  *meaning = utf8(from.getCodeMeaning());
}

void
read_number(DSRContentItem &item, CapSrNode *node)
{
  node->type = CAP_SR_NUMBER;
  const DSRNumericMeasurementValue *value = item.getNumericValuePtr();
  if (value == NULL)
    return;
  node->text = utf8(value->getNumericValue());
  read_code(value->getMeasurementUnit(), &node->code, &node->code_scheme,
            &node->code_meaning);
}

void
read_image(DSRContentItem &item, CapSrNode *node)
{
  node->type = CAP_SR_IMAGE;
  DSRImageReferenceValue *value = item.getImageReferencePtr();
  if (value == NULL)
    return;
  node->sop_class_uid = utf8(value->getSOPClassUID());
  node->sop_uid = utf8(value->getSOPInstanceUID());
  Sint32 frame = 0;
  Uint16 segment = 0;
  if (value->getFrameList().getItem(1, frame).good())
    node->frame = (int)frame;
  if (value->getSegmentList().getItem(1, segment).good())
    node->segment = segment;
}

void
read_points(DSRContentItem &item, CapSrNode *node)
{
  node->type = CAP_SR_POINTS;
  DSRSpatialCoordinatesValue *value = item.getSpatialCoordinatesPtr();
  if (value == NULL)
    return;
  node->points = g_array_new(FALSE, FALSE, sizeof(double));
  DSRGraphicDataList &list = value->getGraphicDataList();
  for (size_t i = 1; i <= list.getNumberOfItems() && i <= MAX_POINTS; i++) {
    const DSRGraphicDataItem &p = list.getItem(i);
    const double pair[2] = {(double)p.Column, (double)p.Row};
    g_array_append_vals(node->points, pair, 2);
  }
}

void
read_points_3d(DSRContentItem &item, CapSrNode *node)
{
  node->type = CAP_SR_POINTS_3D;
  DSRSpatialCoordinates3DValue *value = item.getSpatialCoordinates3DPtr();
  if (value == NULL)
    return;
  node->points = g_array_new(FALSE, FALSE, sizeof(double));
  DSRGraphicData3DList &list = value->getGraphicDataList();
  for (size_t i = 1; i <= list.getNumberOfItems() && i <= MAX_POINTS; i++) {
    const DSRGraphicData3DItem &p = list.getItem(i);
    const double triple[3] = {(double)p.XCoord, (double)p.YCoord,
                              (double)p.ZCoord};
    g_array_append_vals(node->points, triple, 3);
  }
}

void
read_value(DSRContentItem &item, CapSrNode *node)
{
  switch (item.getValueType()) {
  case DSRTypes::VT_Container:
    node->type = CAP_SR_CONTAINER;
    break;
  case DSRTypes::VT_Text:
    node->type = CAP_SR_TEXT;
    node->text = utf8(item.getStringValue());
    break;
  case DSRTypes::VT_PName:
    node->type = CAP_SR_NAME;
    node->text = utf8(item.getStringValue());
    break;
  case DSRTypes::VT_UIDRef:
    node->type = CAP_SR_UID;
    node->text = utf8(item.getStringValue());
    break;
  case DSRTypes::VT_Code:
    node->type = CAP_SR_CODE;
    if (item.getCodeValuePtr() != NULL)
      read_code(*item.getCodeValuePtr(), &node->code, &node->code_scheme,
                &node->code_meaning);
    break;
  case DSRTypes::VT_Num:
    read_number(item, node);
    break;
  case DSRTypes::VT_Image:
    read_image(item, node);
    break;
  case DSRTypes::VT_SCoord:
    read_points(item, node);
    break;
  case DSRTypes::VT_SCoord3D:
    read_points_3d(item, node);
    break;
  default:
    node->type = CAP_SR_OTHER_TYPE;
  }
}

/* What was not read is "", so that users need no checks. */
void
fill_gaps(CapSrNode *node)
{
  char **texts[] = {
      &node->name,         &node->name_scheme,   &node->name_meaning,
      &node->text,         &node->code,          &node->code_scheme,
      &node->code_meaning, &node->sop_class_uid, &node->sop_uid};
  for (char **text : texts)
    if (*text == NULL)
      *text = g_strdup("");
}

void
read_tree(DSRDocumentTree &tree, GPtrArray *nodes)
{
  std::vector<int> parents; /* index of the last item at each level */
  if (tree.gotoRoot() == 0)
    return;
  do {
    DSRContentItem &item = tree.getCurrentContentItem();
    if (!item.isValid())
      continue;
    CapSrNode *node = g_new0(CapSrNode, 1);
    const size_t level = tree.getLevel(); /* from 1 */
    node->parent =
        level >= 2 && level - 2 < parents.size() ? parents[level - 2] : -1;
    node->relation = relation_of(item.getRelationshipType());
    read_code(item.getConceptName(), &node->name, &node->name_scheme,
              &node->name_meaning);
    read_value(item, node);
    fill_gaps(node);
    parents.resize(level);
    parents[level - 1] = (int)nodes->len;
    g_ptr_array_add(nodes, node);
  } while (nodes->len < MAX_NODES && tree.iterate() != 0);
}

void
free_node(gpointer data)
{
  CapSrNode *node = (CapSrNode *)data;
  g_free(node->name);
  g_free(node->name_scheme);
  g_free(node->name_meaning);
  g_free(node->text);
  g_free(node->code);
  g_free(node->code_scheme);
  g_free(node->code_meaning);
  g_free(node->sop_class_uid);
  g_free(node->sop_uid);
  if (node->points != NULL)
    g_array_unref(node->points);
  g_free(node);
}

CapSrTree *
read_document(CapDcmtkObject *object, const char *path, GError **error)
{
  DSRDocument document;
  DcmDataset *dataset = object->file.getDataset();
  dataset->convertToUTF8(); /* where it cannot, texts are repaired */
  const OFCondition status =
      document.read(*dataset, DSRTypes::RF_ignoreRelationshipConstraints |
                                  DSRTypes::RF_ignoreContentItemErrors |
                                  DSRTypes::RF_skipInvalidContentItems |
                                  DSRTypes::RF_acceptUnknownRelationshipType |
                                  DSRTypes::RF_acceptInvalidContentItemValue);
  if (status.bad()) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
                "%s cannot be read as a structured report: %s", path,
                status.text());
    return NULL;
  }
  CapSrTree *tree = g_new0(CapSrTree, 1);
  CapDcmtkItem *root = cap_dcmtk_object_root(object);
  tree->sop_class_uid = cap_dcmtk_get(root, CAP_TAG(0x0008, 0x0016));
  tree->sop_uid = cap_dcmtk_get(root, CAP_TAG(0x0008, 0x0018));
  tree->study_uid = cap_dcmtk_get(root, CAP_TAG(0x0020, 0x000d));
  tree->nodes = g_ptr_array_new_with_free_func(free_node);
  read_tree(document.getTree(), tree->nodes);
  return tree;
}

} // namespace

extern "C" {

CapSrTree *
cap_dcmtk_sr_read(const char *path, GError **error)
{
  CapDcmtkObject *object = cap_dcmtk_object_read(path, error);
  if (object == NULL)
    return NULL;
  CapSrTree *tree = NULL;
  cap_dcmtk_guard(path, error, [&] {
    OFString modality;
    object->file.getDataset()->findAndGetOFString(DCM_Modality, modality);
    if (modality != "SR" && modality != "KO") {
      g_set_error(error, CAP_ERROR, CAP_ERROR_UNSUPPORTED,
                  "%s is not a structured report", path);
      return false;
    }
    tree = read_document(object, path, error);
    return tree != NULL;
  });
  cap_dcmtk_object_free(object);
  return tree;
}

void
cap_sr_tree_free(CapSrTree *tree)
{
  if (tree == NULL)
    return;
  g_ptr_array_unref(tree->nodes);
  g_free(tree->sop_class_uid);
  g_free(tree->sop_uid);
  g_free(tree->study_uid);
  g_free(tree);
}

} /* extern "C" */
