/* DICOM objects in memory through DCMTK: see dcmtk_object.h. */
#include "io/dcmtk_object.hpp"

#include "dcmtk/dcmdata/dcostrmb.h"
#include "dcmtk/dcmdata/dcspchrs.h"
#include "dcmtk/oflog/oflog.h"

extern "C" {
#include "io/dicom/dicom_prescan.h"
#include "io/dicom/dicom_text.h"
}

#include <cmath>
#include <cstring>
#include <vector>

namespace
{

DcmTagKey
key(guint32 tag)
{
  return DcmTagKey((Uint16)(tag >> 16), (Uint16)(tag & 0xffff));
}

DcmItem *
item_of(CapDcmtkItem *item)
{
  return reinterpret_cast<DcmItem *>(item);
}

void
note(CapDcmtkObject *object, guint32 tag, const char *why)
{
  if (!object->fault.empty())
    return;
  char text[32];
  g_snprintf(text, sizeof text, "(%04x,%04x): ", tag >> 16, tag & 0xffff);
  object->fault = std::string(text) + why;
}

/* Runs SET; whatever it throws or returns ends up in the object's fault. */
template <typename Set>
void
attempt(CapDcmtkObject *object, guint32 tag, Set set)
{
  try {
    const OFCondition status = set();
    if (status.bad())
      note(object, tag, status.text());
  } catch (const std::exception &e) {
    note(object, tag, e.what());
  } catch (...) {
    note(object, tag, "unknown fault");
  }
}

/* At most 16 characters, whatever the locale (PS3.5 6.2, DS). */
std::string
decimal(double value, int digits_most)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  for (int digits = digits_most; digits > 3; digits--) {
    char format[8];
    g_snprintf(format, sizeof format, "%%.%dg", digits);
    g_ascii_formatd(text, sizeof text, format,
                    std::fabs(value) < 1e-9 ? 0 : value);
    if (digits_most > 12 || std::strlen(text) <= 16)
      break;
  }
  return text;
}

bool
is_text_vr(DcmEVR vr)
{
  return vr == EVR_LO || vr == EVR_LT || vr == EVR_PN || vr == EVR_SH ||
         vr == EVR_ST || vr == EVR_UC || vr == EVR_UT;
}

/* Of these DCMTK takes a plain string but no OFString. */
bool
is_whole_number_vr(DcmEVR vr)
{
  return vr == EVR_SL || vr == EVR_SS || vr == EVR_UL || vr == EVR_US;
}

bool
is_ascii(const char *text)
{
  for (; *text != '\0'; text++)
    if ((unsigned char)*text >= 0x80)
      return false;
  return true;
}

/* A copy of ELEMENT in UTF-8; NULL when that cannot be had. */
DcmElement *
utf8_copy(DcmElement *element, const OFString &charset)
{
  DcmElement *copy = OFstatic_cast(DcmElement *, element->clone());
  OFString text;
  if (copy == NULL || !is_text_vr(copy->ident()) ||
      copy->getOFStringArray(text).bad() || is_ascii(text.c_str()) ||
      charset == "ISO_IR 192")
    return copy;
  DcmSpecificCharacterSet converter;
  if (converter.selectCharacterSet(charset).bad() ||
      copy->convertCharacterSet(converter).bad()) {
    delete copy;
    return NULL;
  }
  return copy;
}

bool
copy_tags(CapDcmtkObject *object, const char *path, const guint32 *tags,
          GError **error)
{
  DcmFileFormat source;
  const OFCondition status =
      source.loadFileUntilTag(path, EXS_Unknown, EGL_noChange,
                              DCM_MaxReadLength, ERM_autoDetect, DCM_PixelData);
  if (status.bad()) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_DATA, "%s cannot be read: %s", path,
                status.text());
    return false;
  }
  DcmDataset *from = source.getDataset();
  OFString charset;
  from->findAndGetOFStringArray(DCM_SpecificCharacterSet, charset);
  for (; *tags != 0; tags++) {
    DcmElement *element = NULL;
    if (from->findAndGetElement(key(*tags), element).bad() || element == NULL)
      continue;
    DcmElement *copy = utf8_copy(element, charset);
    if (copy != NULL && object->file.getDataset()->insert(copy, OFTrue).bad())
      delete copy;
  }
  return true;
}

GBytes *
encode(CapDcmtkObject *object, GError **error)
{
  DcmDataset *dataset = object->file.getDataset();
  OFCondition status = EC_Normal;
  if (object->fault.empty()) {
    object->file.removeInvalidGroups();
    status = object->file.validateMetaInfo(EXS_LittleEndianExplicit,
                                           EWM_createNewMeta);
  }
  if (!object->fault.empty() || status.bad()) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_INTERNAL,
                "a DICOM object cannot be encoded: %s",
                object->fault.empty() ? status.text() : object->fault.c_str());
    return NULL;
  }
  const Uint32 size = object->file.calcElementLength(EXS_LittleEndianExplicit,
                                                     EET_ExplicitLength);
  (void)dataset;
  std::vector<char> buffer((size_t)size + 4096);
  DcmOutputBufferStream stream(buffer.data(), (offile_off_t)buffer.size());
  object->file.transferInit();
  status = object->file.write(stream, EXS_LittleEndianExplicit,
                              EET_ExplicitLength, nullptr);
  object->file.transferEnd();
  if (status.bad()) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_INTERNAL,
                "a DICOM object cannot be encoded: %s", status.text());
    return NULL;
  }
  void *data = nullptr;
  offile_off_t written = 0;
  stream.flushBuffer(data, written);
  return g_bytes_new(data, (gsize)written);
}

/* Value I of ELEMENT; FL and FD keep all their digits. */
bool
value_of(DcmElement *element, unsigned long i, double &number)
{
  Float32 single = 0;
  OFString text;
  char *end = nullptr;
  if (element->getFloat32(single, i).good())
    number = single;
  else if (element->getFloat64(number, i).bad()) {
    if (element->getOFString(text, i).bad() || text.empty())
      return false;
    number = g_ascii_strtod(text.c_str(), &end);
    while (g_ascii_isspace(*end))
      end++;
    if (*end != '\0')
      return false;
  }
  return std::isfinite(number);
}

/* What the prescan says of PATH. */
bool
is_sound(const char *path, GError **error)
{
  static const guint64 max_bytes = G_GUINT64_CONSTANT(1) << 30;
  CapPrescan prescan;
  cap_prescan_file(path, &prescan);
  switch (prescan.status) {
  case CAP_PRESCAN_UNREADABLE:
    g_set_error(error, CAP_ERROR, CAP_ERROR_NO_INPUT,
                "“%s” cannot be read; is it there, and yours to read?", path);
    return false;
  case CAP_PRESCAN_NOT_DICOM:
    g_set_error(error, CAP_ERROR, CAP_ERROR_UNSUPPORTED,
                "“%s” is not a DICOM file", path);
    return false;
  case CAP_PRESCAN_TOO_DEEP:
    g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
                "“%s”: its sequences nest deeper than %d levels (CASE-25)",
                path, CAP_PRESCAN_MAX_DEPTH);
    return false;
  case CAP_PRESCAN_OK:
    if (prescan.file_size <= max_bytes && !prescan.pixels_cut)
      return true;
    if (prescan.pixels_cut)
      break;
    g_set_error(error, CAP_ERROR, CAP_ERROR_LIMIT,
                "“%s” is larger than 1 GiB, the most that is read", path);
    return false;
  default:
    break;
  }
  g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
              "“%s” ends before it is complete: copy it again", path);
  return false;
}

} // namespace

extern "C" {

CapDcmtkObject *
cap_dcmtk_object_new(void)
{
  return new CapDcmtkObject;
}

void
cap_dcmtk_object_free(CapDcmtkObject *object)
{
  delete object;
}

CapDcmtkItem *
cap_dcmtk_object_root(CapDcmtkObject *object)
{
  return reinterpret_cast<CapDcmtkItem *>(
      static_cast<DcmItem *>(object->file.getDataset()));
}

void
cap_dcmtk_put(CapDcmtkObject *object, CapDcmtkItem *item, guint32 tag,
              const char *value)
{
  attempt(object, tag, [&] {
    if (value == nullptr || *value == '\0')
      return item_of(item)->insertEmptyElement(key(tag), OFTrue);
    if (is_whole_number_vr(DcmTag(key(tag)).getEVR()))
      return item_of(item)->putAndInsertString(key(tag), value, OFTrue);
    return item_of(item)->putAndInsertOFStringArray(key(tag), value, OFTrue);
  });
}

void
cap_dcmtk_put_int(CapDcmtkObject *object, CapDcmtkItem *item, guint32 tag,
                  gint64 value)
{
  const std::string text = std::to_string(value);
  cap_dcmtk_put(object, item, tag, text.c_str());
}

void
cap_dcmtk_put_numbers(CapDcmtkObject *object, CapDcmtkItem *item, guint32 tag,
                      const double *values, int n)
{
  attempt(object, tag, [&]() -> OFCondition {
    const DcmTag name(key(tag));
    if (name.getEVR() == EVR_FL) {
      std::vector<Float32> floats(values, values + n);
      return item_of(item)->putAndInsertFloat32Array(key(tag), floats.data(),
                                                     (unsigned long)n, OFTrue);
    }
    std::string text;
    for (int i = 0; i < n; i++)
      text += (i > 0 ? "\\" : "") +
              decimal(values[i], name.getEVR() == EVR_FD ? 17 : 12);
    return item_of(item)->putAndInsertOFStringArray(key(tag), text.c_str(),
                                                    OFTrue);
  });
}

void
cap_dcmtk_put_bytes(CapDcmtkObject *object, CapDcmtkItem *item, guint32 tag,
                    const void *bytes, gsize n_bytes)
{
  attempt(object, tag, [&] {
    std::vector<Uint8> even((const Uint8 *)bytes,
                            (const Uint8 *)bytes + n_bytes);
    if (even.size() % 2 != 0)
      even.push_back(0);
    return item_of(item)->putAndInsertUint8Array(
        key(tag), even.data(), (unsigned long)even.size(), OFTrue);
  });
}

CapDcmtkItem *
cap_dcmtk_add_item(CapDcmtkObject *object, CapDcmtkItem *item, guint32 tag)
{
  DcmItem *made = nullptr;
  attempt(object, tag, [&] {
    return item_of(item)->findOrCreateSequenceItem(key(tag), made, -2);
  });
  if (made == nullptr) { /* its fault is noted; what is put there is lost */
    static DcmItem nowhere;
    made = &nowhere;
  }
  return reinterpret_cast<CapDcmtkItem *>(made);
}

char *
cap_dcmtk_get(CapDcmtkItem *item, guint32 tag)
{
  try {
    OFString value;
    if (item_of(item)->findAndGetOFStringArray(key(tag), value).good())
      return g_utf8_make_valid(value.c_str(), (gssize)value.length());
  } catch (...) {
  }
  return g_strdup("");
}

char *
cap_dcmtk_get_text(CapDcmtkItem *item, guint32 tag, const char *charset)
{
  gboolean replaced = FALSE;
  OFString value;
  try {
    if (item_of(item)->findAndGetOFStringArray(key(tag), value).bad())
      value.clear();
  } catch (...) {
    value.clear();
  }
  char *text = cap_dicom_text_to_utf8(value.c_str(), charset, &replaced);
  return g_strstrip(text);
}

GArray *
cap_dcmtk_get_numbers(CapDcmtkItem *item, guint32 tag)
{
  GArray *numbers = g_array_new(FALSE, FALSE, sizeof(double));
  try {
    DcmElement *element = nullptr;
    if (item_of(item)->findAndGetElement(key(tag), element).bad())
      return numbers;
    const unsigned long n = element->getVM();
    for (unsigned long i = 0; i < n; i++) {
      double number = 0;
      if (!value_of(element, i, number)) {
        g_array_set_size(numbers, 0);
        break;
      }
      g_array_append_val(numbers, number);
    }
  } catch (...) {
    g_array_set_size(numbers, 0);
  }
  return numbers;
}

int
cap_dcmtk_get_int(CapDcmtkItem *item, guint32 tag, int fallback)
{
  g_autoptr(GArray) numbers = cap_dcmtk_get_numbers(item, tag);
  const double first =
      numbers->len > 0 ? g_array_index(numbers, double, 0) : -1;
  return first >= 0 && first <= G_MAXINT && first == std::floor(first)
             ? (int)first
             : fallback;
}

const guint8 *
cap_dcmtk_get_bytes(CapDcmtkItem *item, guint32 tag, gsize *n_bytes)
{
  try {
    const Uint8 *bytes = nullptr;
    unsigned long n = 0;
    if (item_of(item)->findAndGetUint8Array(key(tag), bytes, &n).good()) {
      *n_bytes = n;
      return bytes;
    }
  } catch (...) {
  }
  return NULL;
}

CapDcmtkItem *
cap_dcmtk_next_item(CapDcmtkItem *item, guint32 tag, CapDcmtkItem *previous)
{
  DcmSequenceOfItems *sequence = nullptr;
  if (item_of(item)->findAndGetSequence(key(tag), sequence).bad())
    return NULL;
  DcmObject *next = sequence->nextInContainer(
      previous != nullptr ? item_of(previous) : nullptr);
  return reinterpret_cast<CapDcmtkItem *>(dynamic_cast<DcmItem *>(next));
}

gboolean
cap_dcmtk_has(CapDcmtkItem *item, guint32 tag)
{
  return item_of(item)->tagExists(key(tag));
}

CapDcmtkItem *
cap_dcmtk_get_item(CapDcmtkItem *item, guint32 tag, int index)
{
  DcmItem *found = nullptr;
  if (item_of(item)->findAndGetSequenceItem(key(tag), found, index).bad())
    return NULL;
  return reinterpret_cast<CapDcmtkItem *>(found);
}

gboolean
cap_dcmtk_object_copy(CapDcmtkObject *object, const char *path,
                      const guint32 *tags, GError **error)
{
  return cap_dcmtk_guard(path, error,
                         [&] { return copy_tags(object, path, tags, error); });
}

void
cap_dcmtk_object_copy_from(CapDcmtkObject *object, CapDcmtkObject *other,
                           const guint32 *tags)
{
  for (; *tags != 0; tags++)
    attempt(object, *tags, [&]() -> OFCondition {
      DcmElement *element = nullptr;
      if (other->file.getDataset()
              ->findAndGetElement(key(*tags), element)
              .bad())
        return EC_Normal;
      return object->file.getDataset()->insert(
          OFstatic_cast(DcmElement *, element->clone()), OFTrue);
    });
}

CapDcmtkObject *
cap_dcmtk_object_read(const char *path, GError **error)
{
  if (!is_sound(path, error))
    return NULL;
  CapDcmtkObject *object = cap_dcmtk_object_new();
  const bool good = cap_dcmtk_guard(path, error, [&] {
    OFLog::configure(OFLogger::OFF_LOG_LEVEL);
    OFCondition status = object->file.loadFileUntilTag(
        path, EXS_Unknown, EGL_noChange, DCM_MaxReadLength, ERM_autoDetect,
        DcmTagKey(0x7fe0, 0x0011));
    if (status.good())
      status = object->file.loadAllDataIntoMemory();
    if (status.bad())
      g_set_error(error, CAP_ERROR, CAP_ERROR_DATA, "%s cannot be read: %s",
                  path, status.text());
    return status.good();
  });
  if (good)
    return object;
  cap_dcmtk_object_free(object);
  return NULL;
}

GBytes *
cap_dcmtk_object_encode(CapDcmtkObject *object, GError **error)
{
  GBytes *bytes = NULL;
  cap_dcmtk_guard("a DICOM object", error, [&] {
    bytes = encode(object, error);
    return bytes != NULL;
  });
  return bytes;
}

} /* extern "C" */
