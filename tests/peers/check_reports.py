"""Reads reports back with programs that are not ours and compares them with
findings.json and masks.mha.

  check_reports.py FINDINGS_DIR REPORT_DIR

Prints TAP. pydicom, highdicom and SimpleITK are needed; what is missing is
skipped by name."""
import json
import os
import sys

import numpy as np

FINDINGS, REPORTS = sys.argv[1:3]
with open(os.path.join(FINDINGS, "findings.json")) as f:
    WANTED = json.load(f)
N = 0
FAILED = 0


def ok(good, text):
    global N, FAILED
    N += 1
    FAILED += not good
    print(("ok" if good else "not ok"), N, "-", text, flush=True)


def skip(text):
    global N
    N += 1
    print("ok", N, "- # SKIP", text, flush=True)


def path(name):
    return os.path.join(REPORTS, name)


def near(a, b, within=0.01):
    return abs(float(a) - float(b)) <= within


def check_codes():
    """Every SCT and DCM code of the DICOM objects has the meaning that it has in
    pydicom's tables."""
    from pydicom import dcmread
    from pydicom.sr._concepts_dict import concepts
    known = {}
    for scheme, words in concepts.items():
        for values in words.values():
            for value, (meaning, _) in values.items():
                known.setdefault((scheme, value), set()).add(meaning.lower())
    bad = set()
    elements = [e for name in ("sr", "seg", "kos", "gsps", "pdf")
                for e in dcmread(path(name + ".dcm")).iterall()]
    for element in elements:
        if element.VR != "SQ" or element.keyword not in (
                "ConceptNameCodeSequence", "ConceptCodeSequence",
                "MeasurementUnitsCodeSequence"):
            continue
        for code in element.value:
            scheme = code.CodingSchemeDesignator
            key = (scheme, code.CodeValue)
            if scheme not in ("DCM", "SCT") or key not in known:
                continue
            if code.CodeMeaning.lower() not in known[key]:
                bad.add((key, code.CodeMeaning, tuple(known[key])))
    ok(not bad, "codes and meanings are those of pydicom's tables %s" % (bad or ""))


NUMBERS = [  # SCT or DCM name, derivation, key of findings.json, scale, unit
    ("103339001", None, "long_axis_mm", 1, "mm"),
    ("103340004", None, "short_axis_mm", 1, "mm"),
    ("81827009", "373098007", "mean_diameter_mm", 1, "mm"),
    ("118565006", None, "volume_mm3", 1, "mm3"),
    ("112031", "373098007", "hu_mean", 1, "[hnsf'U]"),
    ("112031", "386136009", "hu_sd", 1, "[hnsf'U]"),
    ("111012", None, "probability", 100, "%"),
]


def number_of(group, name, derivation):
    for m in group.get_measurements():
        if m.name.value != name:
            continue
        if derivation is None or (m.derivation is not None
                                  and m.derivation.value == derivation):
            return m
    return None


def check_sr():
    import highdicom as hd
    sr = hd.sr.srread(path("sr.dcm"))
    ok(sr.SOPClassUID.name == "Comprehensive 3D SR Storage",
       "highdicom opens sr.dcm")
    groups = sr.content.get_volumetric_roi_measurement_groups()
    by_id = {g.tracking_identifier: g for g in groups}
    ok(len(groups) == len(WANTED["findings"]),
       "%d volumetric groups" % len(groups))
    for finding in WANTED["findings"]:
        group = by_id["Capsight finding %d" % finding["id"]]
        wrong = []
        for name, derivation, key, scale, unit in NUMBERS:
            m = number_of(group, name, derivation)
            if m is None or not near(m.value, finding[key] * scale) \
                    or m.unit.value != unit:
                wrong.append((key, m and m.value, finding[key]))
        m = number_of(group, "111047", None)
        if not near(m.value, 100 * finding["malignancy"]["probability"]):
            wrong.append("malignancy")
        sites = [s.value.value for s in group.finding_sites]
        lobe = {"upper": "45653009", "lower": "90572001",
                "middle": "72481006"}.get(finding["site"]["lobe"], "39607008")
        if sites != [lobe]:
            wrong.append(("site", sites))
        if group.finding_type.value != "27925004":
            wrong.append("finding type")
        ok(not wrong, "highdicom reads finding %d %s" % (finding["id"], wrong or ""))
    # lengths drawn on the images are the lengths that are told
    bad = []
    for g in groups:
        for m in g.get_measurements():
            for item in getattr(m[0], "ContentSequence", []):
                if item.ValueType != "SCOORD":
                    continue
                x0, y0, x1, y1 = item.GraphicData
                spacing = SPACING
                mm = np.hypot((x1 - x0) * spacing[1], (y1 - y0) * spacing[0])
                if not near(mm, m.value, 0.01):
                    bad.append((g.tracking_identifier, mm, m.value))
    ok(not bad, "axes drawn on the images have the lengths told %s" % (bad or ""))


def check_seg():
    import highdicom as hd
    import SimpleITK as sitk
    seg = hd.seg.segread(path("seg.dcm"))
    labels = sitk.ReadImage(os.path.join(FINDINGS, "masks.mha"))
    voxels = sitk.GetArrayFromImage(labels)
    counts = {s.SegmentNumber: 0 for s in seg.SegmentSequence}
    wrong = 0
    empty = 0
    for frame, pixels in zip(seg.PerFrameFunctionalGroupsSequence,
                             seg.pixel_array.reshape(
                                 (-1, seg.Rows, seg.Columns))):
        number = frame.SegmentIdentificationSequence[0].ReferencedSegmentNumber
        label = seg.SegmentSequence[number - 1].SegmentLabel
        finding = int(label.split()[-1])
        position = [float(v) for v in
                    frame.PlanePositionSequence[0].ImagePositionPatient]
        k = labels.TransformPhysicalPointToContinuousIndex(position)
        if max(abs(k[0]), abs(k[1]), abs(k[2] - round(k[2]))) > 0.01:
            wrong += 1
            continue
        wrong += int((pixels.astype(bool) !=
                      (voxels[int(round(k[2]))] == finding)).sum())
        empty += not pixels.any()
        counts[number] += int(pixels.sum())
    ok(wrong == 0, "every voxel of every segment is that of masks.mha")
    ok(empty == 0, "no empty frame")
    total = sum(counts.values())
    ok(total == int((voxels > 0).sum()), "all %d voxels are there" % total)


def middle(finding):
    """Of the long axis, in patient millimetres."""
    return np.mean(finding["axes_mm"][0], axis=0)


def source_images(seg):
    """SOP instance UID and position of the images that findings lie on, by
    finding, as the segmentation tells them."""
    images = {}
    for frame in seg.PerFrameFunctionalGroupsSequence:
        number = frame.SegmentIdentificationSequence[0].ReferencedSegmentNumber
        finding = int(seg.SegmentSequence[number - 1].SegmentLabel.split()[-1])
        source = frame.DerivationImageSequence[0].SourceImageSequence[0]
        images.setdefault(finding, {})[source.ReferencedSOPInstanceUID] = \
            np.array(frame.PlanePositionSequence[0].ImagePositionPatient, float)
    return images


def check_kos():
    import highdicom as hd
    from pydicom import dcmread
    kos = hd.ko.KeyObjectSelectionDocument.from_dataset(dcmread(path("kos.dcm")))
    seg = dcmread(path("seg.dcm"))
    ok(kos.content[0].name.value == "113000",
       "highdicom opens kos.dcm: of interest")
    told = [r.ReferencedSOPSequence[0].ReferencedSOPInstanceUID
            for r in kos.content.get_references()]
    wanted = []
    images = source_images(seg)
    for finding in WANTED["findings"]:
        nearest = min(images[finding["id"]].items(),
                      key=lambda i: abs(i[1][2] - middle(finding)[2]))[0]
        if nearest not in wanted:
            wanted.append(nearest)
    ok(told == wanted, "kos.dcm names the images with the long axes")
    for uid in told:
        kos.resolve_reference(uid)
    ok(kos.StudyInstanceUID == seg.StudyInstanceUID and
       kos.PatientID == seg.PatientID, "kos.dcm is of the same study")


def filled(polylines, rows, columns):
    """Pixels whose centres are within closed lines; PS3.3 C.10.5 has (0, 0) at
    the corner of the first pixel, so that centres are halves."""
    y, x = np.mgrid[0:rows, 0:columns] + 0.5
    inside = np.zeros((rows, columns), bool)
    for line in polylines:
        for (x0, y0), (x1, y1) in zip(line[:-1], line[1:]):
            if y0 != y1:
                inside ^= ((y0 > y) != (y1 > y)) & \
                    (x < x0 + (y - y0) * (x1 - x0) / (y1 - y0))
    return inside


def check_gsps():
    import SimpleITK as sitk
    from pydicom import dcmread
    state = dcmread(path("gsps.dcm"))
    seg = dcmread(path("seg.dcm"))
    labels = sitk.ReadImage(os.path.join(FINDINGS, "masks.mha"))
    voxels = sitk.GetArrayFromImage(labels)
    images = source_images(seg)
    listed = {i.ReferencedSOPInstanceUID
              for i in state.ReferencedSeriesSequence[0].ReferencedImageSequence}
    drawn, wrong, open_lines, unlisted, texts = {}, 0, 0, 0, set()
    for item in state.GraphicAnnotationSequence:
        finding = int(item.GraphicLayer.split()[-1])
        uid = item.ReferencedImageSequence[0].ReferencedSOPInstanceUID
        drawn.setdefault(finding, set()).add(uid)
        unlisted += uid not in listed
        texts.add((finding, item.TextObjectSequence[0].UnformattedTextValue))
        lines = [np.reshape(g.GraphicData, (-1, 2))
                 for g in item.GraphicObjectSequence]
        open_lines += sum((line[0] != line[-1]).any() for line in lines)
        k = labels.TransformPhysicalPointToContinuousIndex(
            images[finding][uid].tolist())
        mask = voxels[int(round(k[2]))] == finding
        wrong += int((filled(lines, *mask.shape) != mask).sum())
    ok(wrong == 0 and open_lines == 0,
       "gsps.dcm outlines masks.mha to the pixel, %d slices"
       % sum(map(len, drawn.values())))
    ok(drawn == {f: set(i) for f, i in images.items()} and not unlisted,
       "gsps.dcm draws on the images of every segment, which it refers to")
    ok(texts == {(f, "Finding %d" % f) for f in images},
       "gsps.dcm numbers the findings")
    colours = {"FINDING " + s.SegmentLabel.split()[-1]:
               list(s.RecommendedDisplayCIELabValue)
               for s in seg.SegmentSequence}
    ok({l.GraphicLayer: list(l.GraphicLayerRecommendedDisplayCIELabValue)
        for l in state.GraphicLayerSequence} == colours,
       "gsps.dcm draws in the segments' colours")


def check_dicom_pdf():
    from pydicom import dcmread
    held = dcmread(path("pdf.dcm"))
    with open(path("report.pdf"), "rb") as f:
        pdf = f.read()
    ok(held.EncapsulatedDocument[:held.EncapsulatedDocumentLength] == pdf and
       len(held.EncapsulatedDocument) % 2 == 0 and
       held.MIMETypeOfEncapsulatedDocument == "application/pdf",
       "pdf.dcm holds report.pdf")
    state = dcmread(path("gsps.dcm"))
    ok([i.ReferencedSOPInstanceUID for i in held.SourceInstanceSequence] ==
       [i.ReferencedSOPInstanceUID for i in
        state.ReferencedSeriesSequence[0].ReferencedImageSequence],
       "pdf.dcm names the series' images")


def check_json():
    import jsonschema
    schema = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                          "../../io/report/report.schema.json")
    with open(schema) as f, open(path("report.json")) as g:
        validator = jsonschema.Draft202012Validator(json.load(f))
        errors = [e.message for e in validator.iter_errors(json.load(g))]
    ok(not errors, "report.json keeps to its schema %s" % (errors or ""))


def check_fhir():
    from fhir.resources.bundle import Bundle
    with open(path("fhir.json")) as f:
        text = f.read()
    bundle = Bundle.model_validate_json(text)
    urls = {e.fullUrl for e in bundle.entry}
    wanted = set()

    def walk(node):
        if isinstance(node, dict):
            wanted.update(v for k, v in node.items() if k == "reference")
            node = list(node.values())
        if isinstance(node, list):
            for child in node:
                walk(child)
    walk(json.loads(text))
    ok(True, "fhir.json is a valid R5 bundle of %d entries" % len(urls))
    ok(wanted <= urls, "every reference has its entry")
    found = [e.resource for e in bundle.entry
             if type(e.resource).__name__ == "Observation"]
    ok(len(found) == len(WANTED["findings"]), "an Observation a finding")


def check_csv():
    import csv
    with open(path("report.csv"), newline="", encoding="utf-8") as f:
        text = f.read()
    rows = list(csv.DictReader(text.splitlines()))
    ok(text.count("\r\n") == len(rows) + 1 == text.count("\n"),
       "report.csv ends its lines as RFC 4180 asks")
    ok(all(near(r["long_axis_mm"], f["long_axis_mm"]) and
           near(r["volume_mm3"], f["volume_mm3"])
           for r, f in zip(rows, WANTED["findings"], strict=True)),
       "report.csv has every finding's sizes")


def main():
    global SPACING
    try:
        from pydicom import dcmread
    except ImportError as error:
        skip(str(error))
        return
    seg = dcmread(path("seg.dcm"))
    SPACING = [float(v) for v in seg.SharedFunctionalGroupsSequence[0]
               .PixelMeasuresSequence[0].PixelSpacing]
    for check in (check_codes, check_sr, check_seg, check_kos, check_gsps,
                  check_dicom_pdf, check_json, check_fhir, check_csv):
        try:
            check()
        except ImportError as error:
            skip("%s: %s" % (check.__name__, error))


main()
print("1..%d" % N)
sys.exit(FAILED > 0)
