#!/usr/bin/env python3
"""De-identified files read by pydicom, and our table beside another one.

check_anonymize.py PROFILE.INC SOURCE_DIR OUTPUT_DIR SHIFTED

PROFILE.INC is io/anonymize/profile.inc; OUTPUT_DIR what `capsight anonymize
--dates shift` (SHIFTED is 1) or without it (0) made of SOURCE_DIR. Prints TAP.
"""
import datetime
import importlib.util
import pathlib
import re
import subprocess
import sys

import pydicom

count = 0
failed = 0


def ok(what, good, detail=""):
    global count, failed
    count += 1
    print(f"{'ok' if good else 'not ok'} {count} - {what}")
    if not good:
        failed = 1
        print(f"# {detail}")


# ---- the table ----

LISTS = {"D": "D", "Z": "Z", "X": "X", "U": "U", "ZD": "Z_D", "XZ": "X_Z",
         "XD": "X_D", "XZD": "X_Z_D", "XZU": "X_Z_U_STAR"}


def read_profile(path):
    """tag: (keyword, action, set of options)"""
    row = re.compile(r"ROW\((0x\w+), (0x\w+), (\w+), (\w+), ([\w| ]+)\)")
    rows = {}
    for match in row.finditer(pathlib.Path(path).read_text()):
        tag = int(match[1], 16) << 16 | int(match[2], 16)
        assert tag not in rows, hex(tag)
        rows[tag] = (match[3], match[4], set(match[5].split(" | ")) - {"NONE"})
    return rows


def other_table():
    """Action of each tag by the dicom-anonymizer package; None without it."""
    package = importlib.util.find_spec("dicomanonymizer")
    if package is None:
        return None
    folder = pathlib.Path(package.origin).parent
    folder /= "dicom_anonymization_databases"
    newest = sorted(folder.glob("dicomfields_*.py"))[-1]
    spec = importlib.util.spec_from_file_location("fields", newest)
    fields = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(fields)
    table = {}
    for ours, theirs in LISTS.items():
        for tag in getattr(fields, theirs + "_TAGS"):
            if len(tag) == 2:  # the others are ranges: curves and overlays
                table[tag[0] << 16 | tag[1]] = ours
    return table


def check_table(profile):
    table = other_table()
    if table is None:
        print("# SKIP the table: dicom-anonymizer is not installed")
        return
    differ = [f"{tag:08x}: {row[1]}, theirs {table.get(tag)}"
              for tag, row in profile.items() if table.get(tag) != row[1]]
    missing = [f"{tag:08x}" for tag in table if tag not in profile]
    ok(f"{len(profile)} rows are those of another transcription",
       not differ and not missing, f"{differ} missing {missing}")


# ---- the files ----

def elements(dataset, depth=0):
    for element in dataset:
        yield element, depth
        if element.VR == "SQ":
            for item in element.value:
                yield from elements(item, depth + 1)


def load(folder):
    files = {}
    for path in sorted(pathlib.Path(folder).rglob("*")):
        if path.is_file():
            try:
                dataset = pydicom.dcmread(path)
            except pydicom.errors.InvalidDicomError:
                continue
            if "SOPInstanceUID" in dataset:
                files[path] = dataset
    return files


def pair_by_pixels(before, after):
    """(original, copy) by their pixel bytes, which must be equal."""
    copies = {}
    for path, dataset in after.items():
        copies.setdefault(dataset.PixelData, []).append((path, dataset))
    pairs = []
    for path, dataset in before.items():
        same = copies.get(dataset.PixelData, [])
        fitting = [c for c in same if c[1].get("ImagePositionPatient") ==
                   dataset.get("ImagePositionPatient")]
        if fitting:
            pairs.append(((path, dataset), fitting[0]))
    return pairs


def date_of(text):
    return datetime.datetime.strptime(text[:8], "%Y%m%d").date()


ADDED = {"PatientIdentityRemoved", "DeidentificationMethod",
         "DeidentificationMethodCodeSequence", "PatientName", "PatientID",
         "LongitudinalTemporalInformationModified"}


def check_pair(profile, original, copy, shifted, uids, shifts):
    """What is wrong, as texts."""
    wrong = []
    secrets = set()
    for element, depth in elements(original):
        row = profile.get(int(element.tag))
        if element.VR == "UI" and row and row[1] == "U" and element.value:
            secrets.add(str(element.value))
    for element, depth in elements(copy):
        tag = int(element.tag)
        row = profile.get(tag)
        if element.tag.is_private:
            wrong.append(f"private {element.tag}")
        if tag >> 24 in (0x50, 0x60):
            wrong.append(f"curve or overlay {element.tag}")
        if str(element.value) in secrets:
            wrong.append(f"original UID in {element.keyword}")
        before = original.get(element.tag) if depth == 0 else None
        if row is None or element.keyword in ADDED or not element.value:
            continue
        keyword, action, options = row
        if action == "U":
            uids.setdefault(str(before.value), set()).add(str(element.value))
        elif shifted and "DATES" in options and element.VR in ("DA", "DT"):
            days = date_of(before.value) - date_of(element.value)
            shifts.add(days.days)
            if before.value[8:] != element.value[8:]:
                wrong.append(f"time of day of {keyword}")
        elif shifted and "DATES" in options:
            if before.value != element.value:
                wrong.append(f"{keyword} is not as it was")
        elif action == "X":
            wrong.append(f"{keyword} is there")
        elif before is not None and before.value == element.value and \
                element.VR != "SQ":
            wrong.append(f"{keyword} is as it was")
    return wrong


def check_files(profile, source, output, shifted):
    before, after = load(source), load(output)
    pairs = pair_by_pixels(before, after)
    ok("every file has its copy with the same pixel bytes",
       len(pairs) == len(before) == len(after),
       f"{len(before)} files, {len(after)} copies, {len(pairs)} pairs")
    uids, shifts, wrong = {}, set(), []
    for (path, original), (_, copy) in pairs:
        wrong += [f"{path.name}: {text}" for text in
                  check_pair(profile, original, copy, shifted, uids, shifts)]
    ok("every element of every copy is as the profile wants it", not wrong,
       wrong[:5])
    ok("a UID becomes one other UID", all(len(to) == 1 for to in uids.values()))
    ok("and no two become the same",
       len(set.union(set(), *uids.values())) == len(uids))
    if shifted:
        ok("all dates go back by the same days",
           len(shifts) == 1 and min(shifts) >= 1, shifts)
    same = all(original.get(key) == copy.get(key)
               for (_, original), (_, copy) in pairs
               for key in ("Rows", "Columns", "PixelSpacing", "SliceThickness",
                           "ImagePositionPatient", "ImageOrientationPatient",
                           "RescaleSlope", "RescaleIntercept"))
    ok("geometry and rescaling are as they were", same)
    meta = all(copy.preamble == b"\0" * 128 and
               copy.file_meta.MediaStorageSOPInstanceUID == copy.SOPInstanceUID
               for _, (_, copy) in pairs)
    ok("the preamble is empty, meta information is the copy's", meta)
    check_dciodvfy(pairs[0][0][0], pairs[0][1][0])


def errors_of(path):
    try:
        run = subprocess.run(["dciodvfy", "-new", str(path)],
                             capture_output=True, text=True)
    except FileNotFoundError:
        return None
    return {line for line in run.stderr.splitlines()
            if line.startswith("Error")}


def check_dciodvfy(original, copy):
    before, after = errors_of(original), errors_of(copy)
    if before is None:
        print("# SKIP dciodvfy: dicom3tools is not installed")
        return
    ok("dciodvfy has no new error", after <= before, after - before)


def main():
    profile = read_profile(sys.argv[1])
    shifted = sys.argv[4] == "1"
    if not shifted:
        check_table(profile)
    check_files(profile, sys.argv[2], sys.argv[3], shifted)
    return failed


if __name__ == "__main__":
    sys.exit(main())
