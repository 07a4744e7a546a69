/* CapDicomFile as one GVariant, for the cache of headers. */
#pragma once

#include "io/dicom/dicom_file.h"

#define CAP_DICOM_RECORD_TYPE "(iisiayayayasa(iisss))"

/* Changes whenever the layout of what is stored does; a cache with another
 * value is thrown away. */
int cap_dicom_record_version(void);

/* Returns a floating reference. */
GVariant *cap_dicom_record_pack(const CapDicomFile *file);

/* The reverse for the file at PATH. Returns; NULL when RECORD (borrows; any
 * bytes) is not what cap_dicom_record_pack makes. */
CapDicomFile *cap_dicom_record_unpack(const char *path, GVariant *record);
