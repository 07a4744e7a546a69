"""Reports that highdicom writes, imported by capsight import and compared.

  check_import.py CAPSIGHT FINDINGS_DIR TMP

FINDINGS_DIR is what make-findings wrote: its dicom/ is the series, its masks.mha
the masks. Prints TAP."""
import json
import os
import subprocess
import sys

import highdicom as hd
import numpy as np
import SimpleITK as sitk
from highdicom.sr.coding import CodedConcept
from pydicom import dcmread
from pydicom.sr.codedict import codes
from pydicom.uid import RLELossless

CAPSIGHT, FINDINGS, TMP = sys.argv[1:4]
SERIES = os.path.join(FINDINGS, "dicom")
N = 0
FAILED = 0
LESION = CodedConcept("52988006", "SCT", "Lesion")
RUN = 0


def ok(good, text):
    global N, FAILED
    N += 1
    FAILED += not good
    print(("ok" if good else "not ok"), N, "-", text, flush=True)


def images():
    found = [dcmread(os.path.join(SERIES, n)) for n in os.listdir(SERIES)]
    return sorted(found, key=lambda i: i.ImagePositionPatient[2])


def voxels(path):
    return sitk.GetArrayFromImage(sitk.ReadImage(path))


IMAGES = images()
LABELS = voxels(os.path.join(FINDINGS, "masks.mha"))
with open(os.path.join(FINDINGS, "findings.json")) as f:
    WANTED = json.load(f)["findings"]


def run(*files):
    """Exit status, what was said, findings and masks of one import."""
    global RUN
    RUN += 1
    out = os.path.join(TMP, "import-%d" % RUN)
    done = subprocess.run([CAPSIGHT, "import", *files, "--series", SERIES, "-o",
                           out, "--quiet", "--json"],
                          capture_output=True, text=True)
    said = subprocess.run([CAPSIGHT, "import", *files, "--series", SERIES, "-o",
                           out, "--verbose"],
                          capture_output=True, text=True).stderr
    if done.returncode != 0:
        return done.returncode, said, None, None
    return (0, said, json.loads(done.stdout)["findings"],
            voxels(os.path.join(out, "masks.mha")))


def save(dataset, name):
    path = os.path.join(TMP, name)
    dataset.save_as(path)
    return path


def algorithm():
    return hd.AlgorithmIdentificationSequence(
        name="LungCAD", version="3.2",
        family=CodedConcept("123110", "DCM", "Artificial Intelligence"))


def description(number, uid, property_type=codes.SCT.Nodule,
                label=None):
    return hd.seg.SegmentDescription(
        segment_number=number, segment_label=label or "Nodule %d" % number,
        segmented_property_category=codes.SCT.MorphologicallyAbnormalStructure,
        segmented_property_type=property_type,
        algorithm_type=hd.seg.SegmentAlgorithmTypeValues.AUTOMATIC,
        algorithm_identification=algorithm(), tracking_uid=uid,
        tracking_id="Nodule %d" % number)


def segmentation(pixels, kind, described, **more):
    return hd.seg.Segmentation(
        IMAGES, pixels, kind, described, hd.UID(), 50, hd.UID(), 1,
        "Somebody", "LungCAD", "3.2", "1", **more)


def stack(dtype):
    """One channel a finding."""
    return np.stack([LABELS == f["id"] for f in WANTED], axis=-1).astype(dtype)


def same_masks(got, text):
    """Of the findings in their order, which import numbers from 1."""
    wanted = np.zeros_like(LABELS)
    for i, f in enumerate(WANTED):
        wanted[LABELS == f["id"]] = i + 1
    ok(got is not None and got.shape == wanted.shape and (got == wanted).all(),
       text)


def check_segmentations():
    uids = [hd.UID() for _ in WANTED]
    described = [description(i + 1, u) for i, u in enumerate(uids)]
    kinds = hd.seg.SegmentationTypeValues
    fractions = stack(float)
    fractions[fractions > 0] = 0.8
    # a rim below the half that does not count
    fractions[np.roll(fractions, 1, axis=2) - fractions > 0.5] = 0.3
    cases = {
        "binary": (stack(np.uint8), kinds.BINARY, {}),
        "binary with empty frames": (stack(np.uint8), kinds.BINARY,
                                     {"omit_empty_frames": False}),
        "fractional": (fractions, kinds.FRACTIONAL, {}),
    }
    if hasattr(kinds, "LABELMAP"):
        cases["label map"] = (stack(np.uint8), kinds.LABELMAP, {})
    for name, (pixels, kind, more) in cases.items():
        path = save(segmentation(pixels, kind, described, **more), "seg.dcm")
        status, said, found, got = run(path)
        ok(status == 0 and len(found) == len(WANTED) and not said,
           "SEG, %s: a finding a segment, no complaint %s" % (name, said))
        same_masks(got, "SEG, %s: the same voxels" % name)
        if found:
            ok([f["tracking_uid"] for f in found] == uids,
               "SEG, %s: tracking UIDs" % name)
    # frames in another order: by position, then by segment
    seg = segmentation(stack(np.uint8), kinds.BINARY, described)
    order = np.argsort([-float(f.PlanePositionSequence[0]
                               .ImagePositionPatient[2])
                        for f in seg.PerFrameFunctionalGroupsSequence],
                       kind="stable")
    pixels = seg.pixel_array.reshape(-1, seg.Rows, seg.Columns)[order]
    seg.PerFrameFunctionalGroupsSequence = [
        seg.PerFrameFunctionalGroupsSequence[i] for i in order]
    bits = np.packbits(pixels.astype(np.uint8).ravel(), bitorder="little")
    seg.PixelData = bits.tobytes() + b"\0" * (len(bits) % 2)
    status, said, found, got = run(save(seg, "order.dcm"))
    same_masks(got, "SEG, frames in another order: the same voxels")
    # compressed: said, not guessed
    seg = segmentation(fractions, kinds.FRACTIONAL, described,
                       transfer_syntax_uid=RLELossless)
    status, said, found, got = run(save(seg, "rle.dcm"))
    ok(status == 66 and "compressed" in said, "SEG, RLE: refused in words")
    # a segment of something else
    described[0] = description(1, uids[0], codes.SCT.Lung, "Lung")
    seg = segmentation(stack(np.uint8), kinds.BINARY, described)
    status, said, found, got = run(save(seg, "lung.dcm"))
    ok(status == 0 and len(found) == len(WANTED) - 1 and
       "segment 1 (“Lung”): is no lung nodule" in said,
       "SEG with a lung in it: the lung is left out and named")


def measurement(name, value, unit, derivation=None):
    return hd.sr.Measurement(name=name, value=value, unit=unit,
                             derivation=derivation,
                             algorithm_id=None)


def person():
    return hd.sr.ObservationContext(
        observer_person_context=hd.sr.ObserverContext(
            observer_type=codes.DCM.Person,
            observer_identifying_attributes=
            hd.sr.PersonObserverIdentifyingAttributes(name="Doe^Jane")))


def report(groups, evidence, context=None, **more):
    contents = hd.sr.MeasurementReport(
        observation_context=context or person(),
        procedure_reported=codes.LN.CTUnspecifiedBodyRegion
        if hasattr(codes.LN, "CTUnspecifiedBodyRegion")
        else CodedConcept("25045-6", "LN", "CT unspecified body region"),
        imaging_measurements=groups)
    return hd.sr.Comprehensive3DSR(
        evidence=evidence, content=contents[0], series_instance_uid=hd.UID(),
        series_number=60, sop_instance_uid=hd.UID(), instance_number=1,
        manufacturer="Somebody", is_complete=True, **more)


def sizes(finding):
    return [
        measurement(codes.SCT.LongAxis, finding["long_axis_mm"],
                    codes.UCUM.Millimeter),
        measurement(codes.SCT.ShortAxis, finding["short_axis_mm"] / 10,
                    codes.UCUM.Centimeter),
        measurement(codes.SCT.Volume, finding["volume_mm3"],
                    codes.UCUM.CubicMillimeter),
        measurement(codes.DCM.AttenuationCoefficient, finding["hu_mean"],
                    codes.UCUM.HounsfieldUnit, codes.SCT.Mean),
        measurement(CodedConcept("C0JK", "IBSI", "Surface Area of Mesh"), 7.5,
                    CodedConcept("mm2", "UCUM", "square millimeter")),
    ]


def tracking(i, uid):
    return hd.sr.TrackingIdentifier(uid=uid, identifier="Nodule %d" % (i + 1))


def site():
    return [hd.sr.FindingSite(
        anatomic_location=CodedConcept("45653009", "SCT", "Upper lobe of lung"),
        laterality=codes.SCT.Right)]


def check_volumetric():
    """TID 1411 on segments."""
    uids = [hd.UID() for _ in WANTED]
    seg = segmentation(stack(np.uint8), hd.seg.SegmentationTypeValues.BINARY,
                       [description(i + 1, u) for i, u in enumerate(uids)])
    groups = [hd.sr.VolumetricROIMeasurementsAndQualitativeEvaluations(
        tracking_identifier=tracking(i, uids[i]),
        referenced_segment=hd.sr.ReferencedSegment.from_segmentation(
            seg, segment_number=i + 1),
        finding_type=LESION, measurements=sizes(f), finding_sites=site(),
        algorithm_id=hd.sr.AlgorithmIdentification("LungCAD", "3.2"))
        for i, f in enumerate(WANTED)]
    sr = report(groups, [seg, *IMAGES])
    status, said, found, got = run(save(sr, "vol.dcm"), save(seg, "volseg.dcm"))
    ok(status == 0 and len(found) == len(WANTED),
       "TID 1411: a finding a group %s" % said.split("\n")[0])
    same_masks(got, "TID 1411: the segments' voxels")
    wrong = []
    for f, w, uid in zip(found, WANTED, uids):
        for key in ("long_axis_mm", "short_axis_mm", "volume_mm3", "hu_mean"):
            if abs(f[key] - w[key]) > 0.01:
                wrong.append((key, f[key], w[key]))
        if f["site"] != {"side": "right", "lobe": "upper"} or \
                f["tracking_uid"] != uid or f["status"] != "unreviewed":
            wrong.append((f["site"], f["tracking_uid"]))
    ok(not wrong, "TID 1411: sizes in mm and cm, site, tracking UID %s" %
       (wrong or ""))
    ok(said.count("“Surface Area of Mesh”): is not read") == len(WANTED) and
       "1." in said, "TID 1411: what has no place is named with its path")
    with open(os.path.join(TMP, "import-%d" % RUN, "findings.json")) as f:
        whole = json.load(f)
    ok(whole["algorithm"] == {"name": "LungCAD", "version": "3.2"} and
       whole["reader"] == "Doe^Jane", "TID 1411: algorithm and reader")
    # without the segmentation
    status, said, found, got = run(os.path.join(TMP, "vol.dcm"))
    ok(status == 0 and len(found) == 0 and "not among the files" in said,
       "TID 1411 without its SEG: nothing shows where, which is said")


def check_planar():
    """TID 1410 on a polygon, a circle and in space."""
    image = IMAGES[8]
    where = {
        "polyline": hd.sr.ImageRegion(
            graphic_type=hd.sr.GraphicTypeValues.POLYLINE,
            graphic_data=np.array([[10., 10], [20, 10], [20, 20], [10, 20],
                                   [10, 10]]),
            source_image=hd.sr.SourceImageForRegion.from_source_image(image)),
        "circle": hd.sr.ImageRegion(
            graphic_type=hd.sr.GraphicTypeValues.CIRCLE,
            graphic_data=np.array([[15., 15], [18, 15]]),
            source_image=hd.sr.SourceImageForRegion.from_source_image(image)),
    }
    spacing = [float(v) for v in image.PixelSpacing]
    position = [float(v) for v in image.ImagePositionPatient]
    centre = [position[0] + 14.5 * spacing[1], position[1] + 14.5 * spacing[0],
              position[2]]
    where["polygon in space"] = hd.sr.ImageRegion3D(
        graphic_type=hd.sr.GraphicTypeValues3D.POLYGON,
        graphic_data=np.array(
            [[centre[0] - 4, centre[1] - 4, centre[2]],
             [centre[0] + 4, centre[1] - 4, centre[2]],
             [centre[0] + 4, centre[1] + 4, centre[2]],
             [centre[0] - 4, centre[1] + 4, centre[2]],
             [centre[0] - 4, centre[1] - 4, centre[2]]]),
        frame_of_reference_uid=image.FrameOfReferenceUID)
    for name, region in where.items():
        group = hd.sr.PlanarROIMeasurementsAndQualitativeEvaluations(
            tracking_identifier=tracking(0, hd.UID()), referenced_region=region,
            finding_type=codes.SCT.Nodule, measurements=[
                measurement(codes.SCT.Diameter, 7.25, codes.UCUM.Millimeter,
                            codes.SCT.Mean)])
        status, said, found, got = run(save(report([group], IMAGES), "p.dcm"))
        ok(status == 0 and len(found) == 1 and
           np.allclose(found[0]["center_mm"], centre, atol=0.001) and
           found[0]["mean_diameter_mm"] == 7.25 and
           found[0]["source_slice"]["sop_uid"] == image.SOPInstanceUID,
           "TID 1410, %s: the middle, the image and the diameter %s"
           % (name, said))


def check_signed():
    """A signed report's findings are accepted; another organ's are left out."""
    image = IMAGES[8]
    region = hd.sr.ImageRegion(
        graphic_type=hd.sr.GraphicTypeValues.POINT,
        graphic_data=np.array([[15., 15]]),
        source_image=hd.sr.SourceImageForRegion.from_source_image(image))
    groups = [hd.sr.PlanarROIMeasurementsAndQualitativeEvaluations(
        tracking_identifier=tracking(i, hd.UID()), referenced_region=region,
        finding_type=kind, finding_sites=site())
        for i, kind in enumerate((codes.SCT.Nodule,
                                  CodedConcept("10200004", "SCT", "Liver")))]
    sr = report(groups, IMAGES, is_verified=True,
                verifying_observer_name="Doe^Jane",
                verifying_organization="Somewhere")
    status, said, found, got = run(save(sr, "signed.dcm"))
    ok(status == 0 and [f["status"] for f in found] == ["accepted"],
       "a signed report: accepted")
    ok("“Liver” is no lung nodule: the group is left out" in said,
       "a finding of another organ is left out and named")


def check_drawn():
    """Lengths and angles by hand: TID 1501 with points below the number, in
    the image and in space, and TID 1410 with a region."""
    image = IMAGES[8]
    rows, columns = [float(v) for v in image.PixelSpacing]
    corner = [float(v) for v in image.ImagePositionPatient]
    line = np.array([[10.5, 15.5], [20.5, 15.5]])
    source = hd.sr.SourceImageForRegion.from_source_image(image)
    node = CodedConcept("59441001", "SCT", "Lymph node")

    def group(number, finding=None):
        return hd.sr.MeasurementsAndQualitativeEvaluations(
            tracking_identifier=tracking(0, hd.UID()), finding_type=finding,
            measurements=[number])

    def number(name, value, unit, points):
        return hd.sr.Measurement(name=name, value=value, unit=unit,
                                 referenced_coordinates=[points])

    flat = hd.sr.CoordinatesForMeasurement(
        graphic_type=hd.sr.GraphicTypeValues.POLYLINE, graphic_data=line,
        source_image=source)
    angle = np.array([[0, 5, 0], [0, 0, 0], [5, 0, 0]]) + np.array(corner) + 10
    angle[:, 2] = corner[2]
    deep = hd.sr.CoordinatesForMeasurement3D(
        graphic_type=hd.sr.GraphicTypeValues3D.POLYLINE, graphic_data=angle,
        frame_of_reference_uid=image.FrameOfReferenceUID)
    region = hd.sr.ImageRegion(
        graphic_type=hd.sr.GraphicTypeValues.ELLIPSE,
        graphic_data=np.array([[10.5, 15.5], [20.5, 15.5], [15.5, 11.5],
                               [15.5, 19.5]]), source_image=source)
    area = np.pi * 5 * columns * 4 * rows
    groups = [
        group(number(codes.SCT.Length, 10 * columns, codes.UCUM.Millimeter,
                     flat), node),
        group(number(CodedConcept("1483009", "SCT", "Angle"), 90,
                     codes.UCUM.Degree, deep)),
        hd.sr.PlanarROIMeasurementsAndQualitativeEvaluations(
            tracking_identifier=tracking(1, hd.UID()), referenced_region=region,
            finding_type=node, measurements=[
                measurement(codes.SCT.Area, area,
                            codes.UCUM.SquareMillimeter)])]
    status, said, found, got = run(save(report(groups, IMAGES), "drawn.dcm"))
    ok(status == 0 and found == [] and not said,
       "by hand: no finding, no complaint %s" % said)
    with open(os.path.join(TMP, "import-%d" % RUN, "findings.json")) as f:
        read = json.load(f)["measurements"]
    ok([(m["kind"], m["name"]) for m in read] ==
       [("length", "Lymph node"), ("angle", ""), ("ellipse", "Lymph node")],
       "by hand: what they are %s" % read)
    wanted = [[corner[0] + (x - 0.5) * columns, corner[1] + (y - 0.5) * rows,
               corner[2]] for x, y in line]
    ok(np.allclose(read[0]["ends_mm"], wanted, atol=0.001) and
       abs(read[0]["length_mm"] - 10 * columns) < 1e-3,
       "by hand: a length on its image %s" % read[0])
    ok(np.allclose(read[1]["ends_mm"], angle, atol=0.001) and
       read[1]["angle_deg"] == 90, "by hand: an angle in space %s" % read[1])
    ok(abs(read[2]["area_mm2"] - area) < 0.01 and read[2]["voxels"] > 50,
       "by hand: the area and the voxels of an ellipse %s" % read[2])


def code(value, scheme, meaning):
    return {"CodeValue": value, "CodingSchemeDesignator": scheme,
            "CodeMeaning": meaning}


def dcmqi(name, *arguments):
    """One of dcmqi's programs, which lie beside this interpreter."""
    return subprocess.run([os.path.join(os.path.dirname(sys.executable), name),
                           *arguments], check=True, capture_output=True,
                          text=True)


def dcmqi_segments(number):
    return {
        "labelID": number, "SegmentDescription": "Nodule %d" % number,
        "SegmentLabel": "Nodule %d" % number,
        "SegmentAlgorithmType": "SEMIAUTOMATIC",
        "SegmentAlgorithmName": "SomeTool",
        "SegmentedPropertyCategoryCodeSequence":
            code("49755003", "SCT", "Morphologically Altered Structure"),
        "SegmentedPropertyTypeCodeSequence":
            code("27925004", "SCT", "Nodule"),
        "recommendedDisplayRGBValue": [177, 122, 101]}


def dcmqi_group(finding, seg):
    def item(value, quantity, unit, derivation=None):
        made = {"value": "%.4f" % value, "quantity": quantity, "units": unit}
        if derivation:
            made["derivationModifier"] = derivation
        return made
    mm = code("mm", "UCUM", "millimeter")
    return {
        "TrackingIdentifier": "Nodule %d" % finding["id"],
        "ReferencedSegment": finding["id"],
        "SourceSeriesForImageSegmentation": IMAGES[0].SeriesInstanceUID,
        "segmentationSOPInstanceUID": seg.SOPInstanceUID,
        "Finding": code("M-03010", "SRT", "Nodule"),
        "FindingSite": code("T-28000", "SRT", "Lung"),
        "measurementItems": [
            item(finding["long_axis_mm"], code("G-A185", "SRT", "Long Axis"), mm),
            item(finding["volume_mm3"], code("G-D705", "SRT", "Volume"),
                 code("mm3", "UCUM", "cubic millimeter")),
            item(finding["hu_mean"],
                 code("112031", "DCM", "Attenuation Coefficient"),
                 code("[hnsf'U]", "UCUM", "Hounsfield unit"),
                 code("R-00317", "SRT", "Mean"))]}


def check_dcmqi():
    """A segmentation and a report by dcmqi, with codes of SNOMED RT."""
    def at(name):
        return os.path.join(TMP, name)
    sitk.WriteImage(sitk.ReadImage(os.path.join(FINDINGS, "masks.mha")),
                    at("labels.nrrd"))
    with open(at("seg.json"), "w") as f:
        json.dump({"ContentCreatorName": "Doe^Jane", "SeriesNumber": "300",
                   "SeriesDescription": "Nodules", "InstanceNumber": "1",
                   "ContentLabel": "NODULES", "ContentDescription": "Nodules",
                   "ClinicalTrialSeriesID": "1",
                   "ClinicalTrialTimePointID": "1",
                   "segmentAttributes": [[dcmqi_segments(f["id"])
                                          for f in WANTED]]}, f)
    dcmqi("itkimage2segimage", "--inputImageList", at("labels.nrrd"),
          "--inputDICOMDirectory", SERIES, "--outputDICOM", at("qi-seg.dcm"),
          "--inputMetadata", at("seg.json"))
    status, said, found, got = run(at("qi-seg.dcm"))
    ok(status == 0 and not said, "dcmqi SEG: read without complaint %s" % said)
    same_masks(got, "dcmqi SEG: the same voxels")
    seg = dcmread(at("qi-seg.dcm"))
    with open(at("sr.json"), "w") as f:
        json.dump({"SeriesDescription": "Measurements", "SeriesNumber": "1001",
                   "InstanceNumber": "1", "compositeContext": ["qi-seg.dcm"],
                   "imageLibrary": sorted(os.listdir(SERIES)),
                   "observerContext": {"ObserverType": "PERSON",
                                       "PersonObserverName": "Doe^Jane"},
                   "VerificationFlag": "VERIFIED",
                   "CompletionFlag": "COMPLETE", "activitySession": "1",
                   "timePoint": "1",
                   "Measurements": [dcmqi_group(w, seg) for w in WANTED]}, f)
    dcmqi("tid1500writer", "--inputImageLibraryDirectory", SERIES,
          "--inputCompositeContextDirectory", TMP, "--inputMetadata",
          at("sr.json"), "--outputDICOM", at("qi-sr.dcm"))
    status, said, found, got = run(at("qi-sr.dcm"), at("qi-seg.dcm"))
    ok(status == 0 and len(found) == len(WANTED) and not said,
       "dcmqi SR: a finding a group, no complaint %s" % said)
    same_masks(got, "dcmqi SR: the masks of its segments")
    ok(all(abs(f[key] - w[key]) < 0.01 and f["status"] == "accepted"
           for f, w in zip(found, WANTED)
           for key in ("long_axis_mm", "volume_mm3", "hu_mean")),
       "dcmqi SR: sizes by the codes of SNOMED RT, accepted as it is verified")


for check in (check_segmentations, check_volumetric, check_planar, check_signed,
              check_drawn, check_dcmqi):
    check()
print("1..%d" % N)
sys.exit(FAILED > 0)
