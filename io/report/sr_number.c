/* Numbers in a structured report: see sr_number.h. */
#include "io/report/sr_number.h"

#include "io/report/words.h"

int
cap_report_sr_number(CapDcmtkSr *sr, int parent, CapCodeId name, double value,
                     int decimals, CapCodeId unit)
{
  g_autofree char *number = cap_words_number(value, decimals);
  return cap_dcmtk_sr_add_number(sr, parent, CAP_SR_CONTAINS, cap_code(name),
                                 number, cap_code(unit));
}

void
cap_report_sr_derivation(CapDcmtkSr *sr, int node, CapCodeId derivation)
{
  cap_dcmtk_sr_add_code(sr, node, CAP_SR_CONCEPT_MOD,
                        cap_code(CAP_CODE_DERIVATION), cap_code(derivation));
}
