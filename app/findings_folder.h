/* The folder that a command leaves its findings in. */
#pragma once

#include "io/findings/output_folder.h"

#include "core/measure/finding.h"

#define CAP_NIFTI_FILE "masks.nii.gz"
#define CAP_POSES_FILE "poses.safetensors"

/* Every file that detect and import write: pass to cap_output_folder_new. */
extern const CapOutputKind cap_findings_folder_kind;

/* Writes findings.json, findings.csv and masks.mha into FOLDER. FALSE with the
 * errors of their writers. */
gboolean cap_findings_folder_save(const CapOutputFolder *folder,
                                  const CapFindings *findings,
                                  const CapVolume *volume, GError **error);
