"""Reads measurements by hand back with highdicom and compares them with
report.json.

  check_measured.py REPORT_DIR

Prints TAP. The report is one of a reader who has measured once of each kind."""
import json
import os
import sys

import highdicom as hd
import numpy as np
from pydicom import dcmread

REPORTS = sys.argv[1]
with open(os.path.join(REPORTS, "report.json")) as f:
    WANTED = {m["kind"]: m for m in json.load(f)["measurements"]}
N = FAILED = 0
CODES = {  # kind: name, derivation, key, unit
    "length": [("410668003", None, "length_mm", "mm")],
    "axes": [("103339001", None, "long_axis_mm", "mm"),
             ("103340004", None, "short_axis_mm", "mm"),
             ("81827009", "373098007", "mean_diameter_mm", "mm")],
    "ellipse": [("42798000", None, "area_mm2", "mm2"),
                ("112031", "373098007", "hu_mean", "[hnsf'U]"),
                ("112031", "386136009", "hu_sd", "[hnsf'U]"),
                ("112031", "255605001", "hu_min", "[hnsf'U]"),
                ("112031", "56851009", "hu_max", "[hnsf'U]")],
    "angle": [("1483009", None, "angle_deg", "deg")],
}


def ok(good, text):
    global N, FAILED
    N += 1
    FAILED += not good
    print("ok" if good else "not ok", N, "-", text, flush=True)


def kind_of(group):
    for e in group.get_qualitative_evaluations():
        if e.name.value == "measured":
            return e.value.value
    return None


def numbers_are(group, wanted):
    wrong = []
    for name, derivation, key, unit in CODES[wanted["kind"]]:
        found = [m for m in group.get_measurements()
                 if m.name.value == name and
                 (derivation is None or m.derivation.value == derivation)]
        if len(found) != 1 or found[0].unit.value != unit or \
                abs(float(found[0].value) - wanted[key]) > 1e-9:
            wrong.append((key, [float(m.value) for m in found], wanted[key]))
    return wrong


sr = hd.sr.srread(os.path.join(REPORTS, "sr.dcm"))
flat = sr.content.get_image_measurement_groups()
planar = sr.content.get_planar_roi_measurement_groups()
ok(sorted(map(kind_of, flat)) == ["angle", "axes", "length"] and
   [kind_of(g) for g in planar] == ["ellipse"],
   "TID 1501 for lines, TID 1410 for the region")
for g in flat + planar:
    wrong = numbers_are(g, WANTED[kind_of(g)])
    ok(not wrong, "numbers and units of the %s %s" % (kind_of(g), wrong or ""))
    ok(str(g.tracking_uid) == WANTED[kind_of(g)]["tracking_uid"],
       "tracking UID of the %s" % kind_of(g))
roi = planar[0].roi
ok(roi.graphic_type == hd.sr.GraphicTypeValues.ELLIPSE,
   "the region is an ellipse on an image")
major, minor = (np.linalg.norm(np.subtract(*roi.value[i:i + 2]))
                for i in (0, 2))
ok(major >= minor, "its major axis comes first")
state = dcmread(os.path.join(REPORTS, "gsps.dcm"))
drawn = [g.GraphicType for a in state.GraphicAnnotationSequence
         for g in a.GraphicObjectSequence]
ok(sorted(drawn) == ["ELLIPSE"] + 4 * ["POLYLINE"],
   "the presentation state draws all four")
print("1..%d" % N)
sys.exit(FAILED > 0)
