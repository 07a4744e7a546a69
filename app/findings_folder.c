/* Folders of findings: see findings_folder.h. */
#include "app/findings_folder.h"

#include "io/findings/findings_csv.h"
#include "io/findings/findings_json.h"
#include "io/findings/findings_masks.h"

const CapOutputKind cap_findings_folder_kind = {
    CAP_FINDINGS_FILE,
    (const char *const[]){CAP_FINDINGS_FILE, CAP_MASKS_FILE, "findings.csv",
                          CAP_NIFTI_FILE, CAP_POSES_FILE, "finding-*.png",
                          "timing.json", NULL}};

gboolean
cap_findings_folder_save(const CapOutputFolder *folder,
                         const CapFindings *findings, const CapVolume *volume,
                         GError **error)
{
  g_autofree char *json = cap_output_folder_file(folder, CAP_FINDINGS_FILE);
  g_autofree char *csv = cap_output_folder_file(folder, "findings.csv");
  g_autofree char *masks = cap_output_folder_file(folder, CAP_MASKS_FILE);
  return cap_findings_json_save(findings, json, error) &&
         cap_findings_csv_save(findings, csv, error) &&
         cap_findings_masks_save(findings, volume, masks, error);
}
