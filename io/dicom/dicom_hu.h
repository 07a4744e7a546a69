/* Stored pixel values of a DICOM frame to int16 HU. */
#pragma once

#include "io/dicom/dicom_file.h"

gsize cap_dicom_stored_bytes(const CapDicomPixels *pixels);

/* STORED holds one frame of rows·columns values of bits_allocated bits
 * (borrows, any alignment). Each is cut to bits_stored below high_bit,
 * sign-extended when signed (PS3.5 8.1.1), and becomes slope·value + intercept,
 * rounded and clamped to int16; padding values become CAP_HU_AIR, and so does
 * anything below it when clamp_air is set. */
void cap_dicom_to_hu(const CapDicomPixels *pixels, double slope,
                     double intercept, const uint8_t *stored, int16_t *hu);
