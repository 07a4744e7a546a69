/* DCMTK shim for headers: see dcmtk_read.h. */
#include "core/language.h"
#include "dcmtk/config/osconfig.h"
#include "dcmtk/dcmdata/dctk.h"

#include "io/dcmtk_set_up.hpp"

#include <glib.h>
extern "C" {
#include "io/dcmtk_read.h"
#include "io/dicom/dicom_text.h"
}

#include <cmath>
#include <cstring>
#include <new>

namespace
{

/* Values longer than this stay in the file: no header fact is that long. */
const Uint32 max_value_bytes = 4096;

const DcmTagKey text_tags[CAP_DICOM_N_TEXTS] = {
    DCM_PatientID,        DCM_PatientName,       DCM_PatientSex,
    DCM_PatientBirthDate, DCM_StudyInstanceUID,  DCM_StudyDate,
    DCM_StudyDescription, DCM_SeriesInstanceUID, DCM_SeriesDescription,
    DCM_SeriesNumber,     DCM_Modality,          DCM_FrameOfReferenceUID,
    DCM_Manufacturer,     DCM_ConvolutionKernel, DCM_SOPClassUID,
    DCM_ImageType,        DCM_AcquisitionNumber, DCM_AcquisitionTime,
};

DcmElement *
element_of(DcmItem *item, const DcmTagKey &tag)
{
  DcmElement *element = NULL;
  if (item == NULL || item->findAndGetElement(tag, element).bad())
    return NULL;
  return element;
}

/* All values of a text element as stored, joined by backslashes. */
bool
get_text(DcmItem *item, const DcmTagKey &tag, OFString &text)
{
  DcmElement *element = element_of(item, tag);
  text.clear();
  return element != NULL && element->getLength() > 0 &&
         element->getLength() <= max_value_bytes &&
         element->getOFStringArray(text, OFFalse).good() && !text.empty();
}

/* Rows and the like, in whatever integer VR the file uses. */
bool
get_integer(DcmItem *item, const DcmTagKey &tag, long &value)
{
  DcmElement *element = element_of(item, tag);
  Uint16 u16 = 0;
  Sint16 s16 = 0;
  Uint32 u32 = 0;
  Sint32 s32 = 0;
  if (element == NULL || element->getLength() == 0)
    return false;
  if (element->getUint16(u16).good())
    value = u16;
  else if (element->getSint16(s16).good())
    value = s16;
  else if (element->getUint32(u32).good())
    value = u32;
  else if (element->getSint32(s32).good())
    value = s32;
  else
    return false;
  return true;
}

/* Exactly N finite numbers (DS text or FD/FL binary). */
bool
get_numbers(DcmItem *item, const DcmTagKey &tag, int n, double *numbers)
{
  DcmElement *element = element_of(item, tag);
  if (element == NULL || element->getLength() > max_value_bytes ||
      element->getVM() < (unsigned long)n)
    return false;
  for (int i = 0; i < n; i++) {
    OFString text;
    if (element->getOFString(text, i).bad() || text.empty())
      return false;
    char *end = NULL;
    numbers[i] = g_ascii_strtod(text.c_str(), &end);
    while (end != NULL && g_ascii_isspace(*end))
      end++;
    if (end == text.c_str() || *end != '\0' || !std::isfinite(numbers[i]))
      return false;
  }
  return true;
}

/* The first item of a sequence; NULL when there is none. */
DcmItem *
first_item(DcmItem *item, const DcmTagKey &tag)
{
  DcmElement *element = element_of(item, tag);
  DcmSequenceOfItems *sequence = dynamic_cast<DcmSequenceOfItems *>(element);
  return sequence != NULL && sequence->card() > 0 ? sequence->getItem(0) : NULL;
}

void
note(CapDicomFile *file, int number, CapSeverity severity, const char *text,
     const char *effect)
{
  g_ptr_array_add(
      file->problems,
      cap_irregularity_new(number, severity, file->name, text, effect));
}

void
read_texts(DcmItem *dataset, CapDicomFile *file)
{
  OFString charset, text;
  gboolean replaced = FALSE;
  get_text(dataset, DCM_SpecificCharacterSet, charset);
  for (int i = 0; i < CAP_DICOM_N_TEXTS; i++) {
    get_text(dataset, text_tags[i], text);
    char *utf8 =
        cap_dicom_text_to_utf8(text.c_str(), charset.c_str(), &replaced);
    cap_dicom_file_set_text(file, i, utf8);
    g_free(utf8);
  }
  if (get_text(dataset, DCM_SOPInstanceUID, text)) {
    char *utf8 = cap_dicom_text_to_utf8(text.c_str(), "", &replaced);
    g_free(file->sop_uid);
    file->sop_uid = utf8;
  }
  if (replaced)
    note(file, 26, CAP_SEVERITY_INFO,
         N_("some text is not valid in the character set that the file "
            "declares"),
         N_("unreadable characters are shown as \xef\xbf\xbd"));
}

void
read_pixels(DcmItem *dataset, CapDicomFile *file)
{
  CapDicomPixels *p = &file->pixels;
  long value = 0;
  p->rows = get_integer(dataset, DCM_Rows, value)
                ? (int)MIN(value, (long)G_MAXINT)
                : 0;
  p->columns = get_integer(dataset, DCM_Columns, value)
                   ? (int)MIN(value, (long)G_MAXINT)
                   : 0;
  p->samples =
      get_integer(dataset, DCM_SamplesPerPixel, value) ? (int)value : 1;
  p->bits_allocated =
      get_integer(dataset, DCM_BitsAllocated, value) ? (int)value : 16;
  p->bits_stored = get_integer(dataset, DCM_BitsStored, value)
                       ? (int)value
                       : p->bits_allocated;
  p->high_bit = get_integer(dataset, DCM_HighBit, value) ? (int)value
                                                         : p->bits_stored - 1;
  p->is_signed =
      get_integer(dataset, DCM_PixelRepresentation, value) && value == 1;
  p->big_endian = file->prescan.big_endian;
  p->clamp_air = g_str_equal(file->text[CAP_DICOM_MODALITY], "CT");
  if (!get_integer(dataset, DCM_PixelPaddingValue, value))
    return;
  /* US or SS by PixelRepresentation, but writers mix them up. */
  const auto as_stored = [p](long v) {
    return p->is_signed ? (int)(Sint16)v : (int)(Uint16)v;
  };
  p->has_padding = TRUE;
  p->padding_from = p->padding_to = as_stored(value);
  if (get_integer(dataset, DCM_PixelPaddingRangeLimit, value)) {
    const int limit = as_stored(value);
    p->padding_from = MIN(p->padding_from, limit);
    p->padding_to = MAX(p->padding_to, limit);
  }
}

/* Geometry and rescale of one frame: each group from the frame's own item, else
 * from the shared item, else (classic files) from the data set itself. */
void
read_frame(DcmItem *dataset, DcmItem *own, DcmItem *shared,
           CapDicomFrame *frame)
{
  const auto group = [&](const DcmTagKey &tag) {
    DcmItem *item = first_item(own, tag);
    return item != NULL ? item : first_item(shared, tag);
  };
  const bool classic = own == NULL && shared == NULL;
  double number = 0;
  DcmItem *item = classic ? dataset : group(DCM_PlanePositionSequence);
  frame->has_position =
      get_numbers(item, DCM_ImagePositionPatient, 3, frame->position_mm);
  item = classic ? dataset : group(DCM_PlaneOrientationSequence);
  frame->has_orientation =
      get_numbers(item, DCM_ImageOrientationPatient, 6, frame->orientation);
  item = classic ? dataset : group(DCM_PixelMeasuresSequence);
  frame->has_spacing =
      get_numbers(item, DCM_PixelSpacing, 2, frame->spacing_mm) &&
      frame->spacing_mm[0] > 0 && frame->spacing_mm[1] > 0 &&
      frame->spacing_mm[0] < 100 && frame->spacing_mm[1] < 100;
  if (!frame->has_spacing)
    frame->spacing_mm[0] = frame->spacing_mm[1] = 0;
  frame->thickness_mm =
      get_numbers(item, DCM_SliceThickness, 1, &number) && number > 0 ? number
                                                                      : 0;
  item = classic ? dataset : group(DCM_CTGeometrySequence);
  frame->tilt_degrees =
      get_numbers(item, DCM_GantryDetectorTilt, 1, &number) ? number : 0;
  item = classic ? dataset : group(DCM_PixelValueTransformationSequence);
  frame->slope = 1;
  frame->intercept = 0;
  double slope = 0, intercept = 0;
  if (get_numbers(item, DCM_RescaleSlope, 1, &slope) && slope != 0 &&
      get_numbers(item, DCM_RescaleIntercept, 1, &intercept)) {
    frame->has_slope = TRUE;
    frame->slope = slope;
    frame->intercept = intercept;
  }
  long temporal = 0;
  if (classic) {
    OFString text;
    if (get_text(dataset, DCM_TemporalPositionIdentifier, text))
      temporal = strtol(text.c_str(), NULL, 10);
  } else {
    get_integer(group(DCM_FrameContentSequence), DCM_TemporalPositionIndex,
                temporal);
  }
  frame->temporal = (int)CLAMP(temporal, 0L, 1000000L);
}

/* Kernel and thickness sit in functional groups in Enhanced CT. */
void
read_enhanced_texts(DcmItem *own, DcmItem *shared, CapDicomFile *file)
{
  DcmItem *item = first_item(shared, DCM_CTReconstructionSequence);
  OFString text;
  gboolean replaced = FALSE;
  if (item == NULL)
    item = first_item(own, DCM_CTReconstructionSequence);
  if (item == NULL || !get_text(item, DCM_ConvolutionKernel, text))
    return;
  char *utf8 = cap_dicom_text_to_utf8(text.c_str(), "", &replaced);
  cap_dicom_file_set_text(file, CAP_DICOM_KERNEL, utf8);
  g_free(utf8);
}

void
read_frames(DcmItem *dataset, CapDicomFile *file)
{
  OFString text;
  gint64 declared = 1;
  if (get_text(dataset, DCM_NumberOfFrames, text))
    declared = g_ascii_strtoll(text.c_str(), NULL, 10);
  DcmItem *shared = first_item(dataset, DCM_SharedFunctionalGroupsSequence);
  DcmSequenceOfItems *per_frame = dynamic_cast<DcmSequenceOfItems *>(
      element_of(dataset, DCM_PerFrameFunctionalGroupsSequence));
  file->is_enhanced = per_frame != NULL && per_frame->card() > 0;
  /* More than we ever hold: the caller refuses it by number alone. */
  file->n_frames = (int)CLAMP(declared, 1, G_MAXINT);
  const int n = MIN(file->n_frames, CAP_DICOM_MAX_FRAMES);
  file->frames = g_new0(CapDicomFrame, n);
  DcmObject *own = NULL;
  for (int i = 0; i < n; i++) {
    file->frames[i].frame = i;
    if (!file->is_enhanced) {
      if (i == 0)
        read_frame(dataset, NULL, NULL, &file->frames[0]);
      continue; /* classic multi-frame: position of the first frame only */
    }
    if (i == 0 || own != NULL)
      own = per_frame->nextInContainer(own);
    DcmItem *item = dynamic_cast<DcmItem *>(own);
    if (i == 0)
      read_enhanced_texts(item, shared, file);
    if (item != NULL)
      read_frame(dataset, item, shared, &file->frames[i]);
    file->frames[i].frame = i;
  }
}

char *
words_of(const OFCondition &status)
{
  return g_strdup(status.text());
}

} // namespace

extern "C" gboolean
cap_dcmtk_read_header(CapDicomFile *file, char **why)
{
  try {
    cap_dcmtk_set_up();
    DcmFileFormat format;
    const OFCondition status =
        format.loadFileUntilTag(file->path, EXS_Unknown, EGL_noChange,
                                max_value_bytes, ERM_autoDetect, DCM_PixelData);
    if (status.bad()) {
      *why = words_of(status);
      return FALSE;
    }
    DcmDataset *dataset = format.getDataset();
    read_texts(dataset, file);
    read_pixels(dataset, file);
    OFString text;
    file->instance_number = G_MININT;
    if (get_text(dataset, DCM_InstanceNumber, text))
      file->instance_number = (int)CLAMP(
          g_ascii_strtoll(text.c_str(), NULL, 10), G_MININT + 1, G_MAXINT);
    read_frames(dataset, file);
    if (file->prescan.transfer_syntax[0] == '\0') {
      const char *uid = DcmXfer(dataset->getOriginalXfer()).getXferID();
      g_strlcpy(file->prescan.transfer_syntax, uid != NULL ? uid : "", 65);
    }
    return TRUE;
  } catch (const std::bad_alloc &) {
    *why = g_strdup(N_("not enough memory"));
  } catch (...) {
    *why = g_strdup(N_("DCMTK failed on it"));
  }
  return FALSE;
}

extern "C" GPtrArray *
cap_dcmtk_read_dicomdir(const char *path)
{
  try {
    cap_dcmtk_set_up();
    DcmFileFormat format;
    if (format.loadFile(path).bad())
      return NULL;
    DcmSequenceOfItems *records = NULL;
    if (format.getDataset()
            ->findAndGetSequence(DCM_DirectoryRecordSequence, records)
            .bad())
      return NULL;
    GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
    DcmObject *record = NULL;
    while ((record = records->nextInContainer(record)) != NULL) {
      OFString id;
      if (!get_text(dynamic_cast<DcmItem *>(record), DCM_ReferencedFileID, id))
        continue;
      for (size_t i = 0; i < id.size(); i++)
        if (id[i] == '\\')
          id[i] = '/';
      g_ptr_array_add(paths, g_strdup(id.c_str()));
    }
    return paths;
  } catch (...) {
    return NULL;
  }
}
