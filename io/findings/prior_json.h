/* What findings.json and report.json say about an earlier scan: which one it
 * was, what a finding was in it, and how it has grown.
 *
 * Growth is written for whoever reads the file and never read back: it follows
 * from both volumes, the days between and the error kept with them. */
#pragma once

#include "core/measure/finding.h"
#include "core/measure/growth.h"
#include "io/json_reader.h"

/* Member "prior_scan" of the object that JSON is in; none where no scan was
 * compared. */
void cap_prior_json_put_scan(CapJson *json, const CapFindings *findings);
/* Member "prior"; none where the earlier scan does not reach. */
void cap_prior_json_put(CapJson *json, const CapFinding *finding);
/* Member "growth": the volume's ratio and the doubling time with their
 * intervals, null for what is without limit. */
void cap_prior_json_put_growth(CapJson *json, const CapGrowth *growth);

/* The reverse, from the root and from a finding's OBJECT. */
CapPriorScan *cap_prior_json_read_scan(CapJsonReader *reader, JsonObject *root);
void cap_prior_json_read(CapJsonReader *reader, JsonObject *object,
                         CapPrior *prior);
