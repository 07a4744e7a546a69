/* Elements one by one through DCMTK: see dcmtk_walk.h. */
#include "io/dcmtk_object.hpp"
#include "io/dcmtk_set_up.hpp"

#include "dcmtk/dcmdata/dcostrmb.h"

extern "C" {
#include "io/dcmtk_walk.h"
}

#include <cstring>
#include <vector>

namespace
{

/* Values longer than this stay in the file until they are written. */
const Uint32 max_value_bytes = 64 << 10;

struct Walk {
  CapDcmtkVisit visit;
  gpointer user_data;
  std::string fault;
};

bool
is_text(DcmEVR vr)
{
  static const DcmEVR texts[] = {EVR_AE, EVR_AS, EVR_CS, EVR_DA, EVR_DS, EVR_DT,
                                 EVR_IS, EVR_LO, EVR_LT, EVR_PN, EVR_SH, EVR_ST,
                                 EVR_TM, EVR_UC, EVR_UI, EVR_UR, EVR_UT};
  for (DcmEVR text : texts)
    if (text == vr)
      return true;
  return false;
}

bool
is_bytes(DcmEVR vr)
{
  return vr == EVR_OB || vr == EVR_OW || vr == EVR_OF || vr == EVR_OD ||
         vr == EVR_OL || vr == EVR_OV || vr == EVR_UN || vr == EVR_ox ||
         vr == EVR_PixelData || vr == EVR_OverlayData;
}

DcmSequenceOfItems *
items_of(DcmElement *element)
{
  return element->ident() == EVR_SQ
             ? dynamic_cast<DcmSequenceOfItems *>(element)
             : nullptr;
}

bool
is_known(const DcmTag &tag)
{
  return tag.error().good() && tag.getEVR() != EVR_UNKNOWN &&
         tag.getEVR() != EVR_UN;
}

/* A text is stored as one, and a number is none that reads like prose. */
bool
is_stored_as(DcmElement *element, const DcmTag &tag, const OFString &text)
{
  if (items_of(element) != nullptr || element->getLength() == 0 ||
      is_text(element->ident()) == is_text(tag.getEVR()))
    return true;
  return is_text(element->ident()) &&
         text.find_first_not_of("0123456789.+-\\ ") == OFString_npos;
}

OFCondition
set_value(DcmItem *item, const DcmTag &tag, const char *value)
{
  if (is_bytes(tag.getEVR())) {
    const Uint8 zeros[2] = {0, 0};
    DcmElement *made = new DcmOtherByteOtherWord(tag);
    const OFCondition status = made->putUint8Array(zeros, 2);
    return status.good() ? item->insert(made, OFTrue) : status;
  }
  return item->putAndInsertString(tag, value, OFTrue);
}

/* One item with the three attributes of a code (PS3.3 table 8.8-1). */
OFCondition
set_code(DcmItem *item, const DcmTag &tag, const char *value)
{
  g_auto(GStrv) parts = g_strsplit(value, "\\", 3);
  DcmItem *code = nullptr;
  item->findAndDeleteElement(tag);
  OFCondition status = item->findOrCreateSequenceItem(tag, code, -2);
  const DcmTagKey keys[] = {DCM_CodeValue, DCM_CodingSchemeDesignator,
                            DCM_CodeMeaning};
  for (int i = 0; status.good() && i < 3 && parts[i] != nullptr; i++)
    status = code->putAndInsertString(keys[i], parts[i]);
  return status;
}

void walk_item(DcmItem *item, int depth, Walk *walk);

void
walk_sequence(DcmSequenceOfItems *sequence, int depth, Walk *walk)
{
  for (DcmObject *object = nullptr;
       walk->fault.empty() &&
       (object = sequence->nextInContainer(object)) != nullptr;) {
    DcmItem *item = dynamic_cast<DcmItem *>(object);
    if (item != nullptr)
      walk_item(item, depth + 1, walk);
  }
}

OFCondition
change(DcmItem *item, DcmElement *element, CapDcmtkAction action,
       const char *value, int depth, Walk *walk)
{
  const DcmTag tag((DcmTagKey(element->getTag())));
  switch (action) {
  case CAP_DCMTK_KEEP:
    if (items_of(element) != nullptr)
      walk_sequence(items_of(element), depth, walk);
    return EC_Normal;
  case CAP_DCMTK_REMOVE:
    delete item->remove(element);
    return EC_Normal;
  case CAP_DCMTK_EMPTY:
    delete item->remove(element);
    return item->insertEmptyElement(tag, OFTrue);
  case CAP_DCMTK_SET:
    delete item->remove(element);
    return set_value(item, tag, value != nullptr ? value : "");
  case CAP_DCMTK_CODE:
    return set_code(item, tag, value != nullptr ? value : "");
  }
  return EC_Normal;
}

void
visit_element(DcmItem *item, DcmElement *element, int depth, Walk *walk)
{
  DcmTag tag((DcmTagKey(element->getTag())));
  OFString text;
  if (is_text(element->ident()))
    element->getOFStringArray(text, OFFalse);
  const bool known = is_known(tag) && is_stored_as(element, tag, text);
  const char *vr = known ? tag.getVRName() : element->getTag().getVRName();
  CapDcmtkElement seen = {};
  seen.tag = CAP_TAG(element->getGTag(), element->getETag());
  seen.keyword = known ? tag.getTagName() : "";
  seen.vr = items_of(element) != nullptr ? "SQ" : vr;
  seen.is_known = known;
  seen.is_sequence = items_of(element) != nullptr;
  seen.length = element->getLength();
  seen.is_empty =
      seen.is_sequence ? items_of(element)->card() == 0 : seen.length == 0;
  seen.depth = depth;
  seen.value = text.c_str();
  char *value = nullptr;
  const CapDcmtkAction action = walk->visit(&seen, &value, walk->user_data);
  const OFCondition status = change(item, element, action, value, depth, walk);
  g_free(value);
  if (status.bad() && walk->fault.empty()) {
    char where[16];
    g_snprintf(where, sizeof where, "(%04x,%04x): ", seen.tag >> 16,
               seen.tag & 0xffff);
    walk->fault = std::string(where) + status.text();
  }
}

void
walk_item(DcmItem *item, int depth, Walk *walk)
{
  std::vector<DcmElement *> elements; /* changes do not disturb these */
  for (DcmObject *object = nullptr;
       (object = item->nextInContainer(object)) != nullptr;) {
    DcmElement *element = dynamic_cast<DcmElement *>(object);
    if (element != nullptr)
      elements.push_back(element);
  }
  for (DcmElement *element : elements)
    if (walk->fault.empty())
      visit_element(item, element, depth, walk);
}

CapDcmtkObject *
read_head(const char *path, GError **error)
{
  cap_dcmtk_set_up();
  CapDcmtkObject *object = cap_dcmtk_object_new();
  const OFCondition status = object->file.loadFileUntilTag(
      path, EXS_Unknown, EGL_noChange, max_value_bytes, ERM_autoDetect,
      DCM_PixelData);
  if (status.good())
    return object;
  g_set_error(error, CAP_ERROR, CAP_ERROR_DATA, "%s cannot be read: %s", path,
              status.text());
  cap_dcmtk_object_free(object);
  return NULL;
}

E_TransferSyntax
syntax_of(const CapDcmtkObject *object)
{
  DcmFileFormat &file = const_cast<CapDcmtkObject *>(object)->file;
  return file.getDataset()->getOriginalXfer();
}

bool
fail(const OFCondition &status, GError **error)
{
  g_set_error(error, CAP_ERROR, CAP_ERROR_DATA, "it cannot be encoded: %s",
              status.text());
  return false;
}

/* DCMTK writes the preamble that it has read, so that what goes out is a file
 * object of its own. */
bool
encode_head(CapDcmtkObject *object, GBytes **bytes, GError **error)
{
  E_TransferSyntax syntax = syntax_of(object);
  if (syntax == EXS_DeflatedLittleEndianExplicit)
    syntax = EXS_LittleEndianExplicit;
  DcmFileFormat file(object->file.getAndRemoveDataset(), OFFalse);
  file.removeInvalidGroups();
  OFCondition status = file.validateMetaInfo(syntax, EWM_createNewMeta);
  if (status.bad())
    return fail(status, error);
  const Uint32 size = file.calcElementLength(syntax, EET_UndefinedLength);
  std::vector<char> buffer((size_t)size + 4096);
  DcmOutputBufferStream stream(buffer.data(), (offile_off_t)buffer.size());
  file.transferInit();
  status =
      file.write(stream, syntax, EET_UndefinedLength, nullptr, EGL_recalcGL);
  file.transferEnd();
  if (status.bad())
    return fail(status, error);
  void *data = nullptr;
  offile_off_t written = 0;
  stream.flushBuffer(data, written);
  *bytes = g_bytes_new(data, (gsize)written);
  return true;
}

} // namespace

extern "C" {

gboolean
cap_dcmtk_object_walk(CapDcmtkObject *object, CapDcmtkVisit visit,
                      gpointer user_data, GError **error)
{
  return cap_dcmtk_guard("a DICOM object", error, [&] {
    Walk walk = {visit, user_data, ""};
    walk_item(object->file.getDataset(), 0, &walk);
    if (walk.fault.empty())
      return true;
    g_set_error(error, CAP_ERROR, CAP_ERROR_INTERNAL,
                "a DICOM element cannot be changed: %s", walk.fault.c_str());
    return false;
  });
}

CapDcmtkObject *
cap_dcmtk_object_read_head(const char *path, GError **error)
{
  CapDcmtkObject *object = NULL;
  cap_dcmtk_guard(path, error, [&] {
    object = read_head(path, error);
    return object != NULL;
  });
  return object;
}

gboolean
cap_dcmtk_object_is_implicit(const CapDcmtkObject *object)
{
  return DcmXfer(syntax_of(object)).isImplicitVR();
}

GBytes *
cap_dcmtk_object_encode_head(CapDcmtkObject *object, GError **error)
{
  GBytes *bytes = NULL;
  cap_dcmtk_guard("a DICOM object", error,
                  [&] { return encode_head(object, &bytes, error); });
  return bytes;
}

} /* extern "C" */
