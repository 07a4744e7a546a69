/* CT images out through DCMTK: see dcmtk_write.h. */
#include "dcmtk/config/osconfig.h"

#include "dcmtk/dcmdata/dcostrmb.h"
#include "dcmtk/dcmdata/dctk.h"

#include <glib.h>

extern "C" {
#include "core/error.h"
#include "io/dcmtk_write.h"
}

#include <cmath>
#include <cstring>
#include <exception>
#include <new>
#include <string>
#include <vector>

namespace
{

/* A number as a DS of at most 16 characters, whatever the locale. */
std::string
ds(double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  for (int digits = 10; digits > 3; digits--) {
    char format[8];
    g_snprintf(format, sizeof format, "%%.%dg", digits);
    g_ascii_formatd(text, sizeof text, format,
                    std::fabs(value) < 1e-7 ? 0 : value);
    if (std::strlen(text) <= 16)
      break;
  }
  return text;
}

std::string
ds3(CapPoint p)
{
  return ds(p.x) + "\\" + ds(p.y) + "\\" + ds(p.z);
}

class Writer
{
public:
  explicit Writer(DcmDataset *dataset) : dataset(dataset)
  {
  }
  void
  text(const DcmTagKey &tag, const std::string &value)
  {
    check(dataset->putAndInsertString(tag, value.c_str()));
  }
  void
  text(const DcmTagKey &tag, const char *value, const char *otherwise)
  {
    text(tag,
         std::string(value != nullptr && *value != '\0' ? value : otherwise));
  }
  void
  number(const DcmTagKey &tag, Uint16 value)
  {
    check(dataset->putAndInsertUint16(tag, value));
  }
  void
  pixels(const std::vector<Uint16> &values)
  {
    check(dataset->putAndInsertUint16Array(DCM_PixelData, values.data(),
                                           (unsigned long)values.size()));
  }

private:
  static void
  check(const OFCondition &status)
  {
    if (status.bad())
      throw std::string(status.text());
  }
  DcmDataset *dataset;
};

bool
is_ascii(const char *text)
{
  for (; *text != '\0'; text++)
    if ((unsigned char)*text >= 0x80)
      return false;
  return true;
}

void
put_patient_and_study(Writer &w, const CapVolume *v, const CapDcmtkInstance *i)
{
  const CapSource *s = v->source;
  const char *date = *s->study_date != '\0' ? s->study_date : "20000101";
  if (!is_ascii(s->patient_name) || !is_ascii(s->patient_id) ||
      !is_ascii(s->study_description) || !is_ascii(s->series_description))
    w.text(DCM_SpecificCharacterSet, "ISO_IR 192");
  for (const DcmTagKey &tag :
       {DCM_StudyDate, DCM_SeriesDate, DCM_AcquisitionDate, DCM_ContentDate})
    w.text(tag, date);
  for (const DcmTagKey &tag :
       {DCM_StudyTime, DCM_SeriesTime, DCM_AcquisitionTime, DCM_ContentTime})
    w.text(tag, "120000");
  w.text(DCM_PatientName, s->patient_name);
  w.text(DCM_PatientID, s->patient_id);
  w.text(DCM_PatientBirthDate, s->patient_birth_date);
  w.text(DCM_PatientSex, s->patient_sex);
  w.text(DCM_StudyInstanceUID, i->study_uid);
  w.text(DCM_StudyID, "1");
  w.text(DCM_AccessionNumber, "");
  w.text(DCM_ReferringPhysicianName, "");
  w.text(DCM_StudyDescription, s->study_description, "CT");
}

void
put_series(Writer &w, const CapVolume *v, const CapDcmtkInstance *i)
{
  const CapSource *s = v->source;
  w.text(DCM_Modality, "CT");
  w.text(DCM_SeriesInstanceUID, i->series_uid);
  w.text(DCM_SeriesNumber, s->series_number, "1");
  w.text(DCM_SeriesDescription, s->series_description, "CT");
  w.text(DCM_BodyPartExamined, "CHEST");
  w.text(DCM_PatientPosition, "HFS");
  w.text(DCM_FrameOfReferenceUID, i->frame_of_reference_uid);
  w.text(DCM_PositionReferenceIndicator, "");
  w.text(DCM_Manufacturer, s->manufacturer, "Capsight");
  w.text(DCM_ManufacturerModelName, "Capsight");
  w.text(DCM_SoftwareVersions, CAP_VERSION);
}

void
put_plane(Writer &w, const CapVolume *v, const CapDcmtkInstance *i)
{
  const CapPoint index = {0, 0, (double)i->slice};
  const CapPoint at = cap_volume_to_patient(v, index);
  const CapPoint normal = v->axis[2];
  w.text(DCM_SOPClassUID, UID_CTImageStorage);
  w.text(DCM_SOPInstanceUID, i->sop_uid);
  w.text(DCM_ImageType, "ORIGINAL\\PRIMARY\\AXIAL");
  w.text(DCM_InstanceNumber, std::to_string(i->instance_number));
  w.text(DCM_AcquisitionNumber, "1");
  w.text(DCM_PixelSpacing, ds(v->spacing_mm[1]) + "\\" + ds(v->spacing_mm[0]));
  w.text(DCM_ImageOrientationPatient, ds3(v->axis[0]) + "\\" + ds3(v->axis[1]));
  w.text(DCM_ImagePositionPatient, ds3(at));
  w.text(DCM_SliceLocation,
         ds(at.x * normal.x + at.y * normal.y + at.z * normal.z));
  const double thickness = v->source->slice_thickness_mm;
  w.text(DCM_SliceThickness, ds(thickness > 0 ? thickness : v->spacing_mm[2]));
  w.text(DCM_KVP, "120");
  w.text(DCM_ScanOptions, "HELICAL MODE");
  w.text(DCM_ConvolutionKernel, v->source->kernel, "STANDARD");
  w.text(DCM_GantryDetectorTilt, "0");
  w.text(DCM_ReconstructionDiameter, ds(v->columns * v->spacing_mm[0]));
  w.text(DCM_LossyImageCompression, "00");
  w.text(DCM_BurnedInAnnotation, "NO");
}

void
put_pixels(Writer &w, const CapVolume *v, const CapDcmtkInstance *i)
{
  w.number(DCM_SamplesPerPixel, 1);
  w.text(DCM_PhotometricInterpretation, "MONOCHROME2");
  w.number(DCM_Rows, (Uint16)v->rows);
  w.number(DCM_Columns, (Uint16)v->columns);
  w.number(DCM_BitsAllocated, 16);
  w.number(DCM_BitsStored, i->is_signed ? 16 : 12);
  w.number(DCM_HighBit, i->is_signed ? 15 : 11);
  w.number(DCM_PixelRepresentation, i->is_signed ? 1 : 0);
  w.text(DCM_RescaleIntercept, i->is_signed ? "0" : "-1024");
  w.text(DCM_RescaleSlope, "1");
  w.text(DCM_RescaleType, "HU");
  w.text(DCM_WindowCenter, "-600\\40");
  w.text(DCM_WindowWidth, "1500\\400");
  w.text(DCM_WindowCenterWidthExplanation, "LUNG\\MEDIASTINUM");
  const int16_t *hu = cap_volume_slice(v, i->slice);
  std::vector<Uint16> values((size_t)v->rows * v->columns);
  for (size_t k = 0; k < values.size(); k++)
    values[k] = (Uint16)(i->is_signed ? hu[k] : hu[k] + 1024);
  w.pixels(values);
}

GBytes *
encode(const CapVolume *volume, const CapDcmtkInstance *instance)
{
  DcmFileFormat file;
  DcmDataset *dataset = file.getDataset();
  Writer w(dataset);
  put_patient_and_study(w, volume, instance);
  put_series(w, volume, instance);
  put_plane(w, volume, instance);
  put_pixels(w, volume, instance);

  OFCondition status = file.validateMetaInfo(EXS_LittleEndianExplicit);
  if (status.bad())
    throw std::string(status.text());
  file.removeInvalidGroups();
  const size_t size =
      (size_t)volume->rows * volume->columns * sizeof(Uint16) + 65536;
  std::vector<char> buffer(size);
  DcmOutputBufferStream stream(buffer.data(), (offile_off_t)size);
  file.transferInit();
  status =
      file.write(stream, EXS_LittleEndianExplicit, EET_ExplicitLength, nullptr);
  file.transferEnd();
  if (status.bad())
    throw std::string(status.text());
  void *data = nullptr;
  offile_off_t written = 0;
  stream.flushBuffer(data, written);
  return g_bytes_new(data, (gsize)written);
}

} // namespace

extern "C" GBytes *
cap_dcmtk_encode_ct(const CapVolume *volume, const CapDcmtkInstance *instance,
                    GError **error)
{
  try {
    return encode(volume, instance);
  } catch (const std::string &why) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_INTERNAL,
                "slice %d cannot be encoded as DICOM: %s", instance->slice + 1,
                why.c_str());
  } catch (const std::bad_alloc &) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_MEMORY,
                "not enough memory to encode slice %d as DICOM",
                instance->slice + 1);
  } catch (const std::exception &e) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_INTERNAL,
                "slice %d cannot be encoded as DICOM: %s", instance->slice + 1,
                e.what());
  }
  return NULL;
}
