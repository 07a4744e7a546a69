#!/bin/sh
# capsight import: what report wrote comes back, whatever series it lies on, and
# a sentence with a status for what cannot be read. TAP; argument 1 is the
# capsight program, 2 make-findings.
capsight=$1 make=$2
. "$(dirname "$0")/tap.sh"
export SOURCE_DATE_EPOCH=1764032400
unset CAPSIGHT_DATA

# import ARGUMENTS: exit status into $got, streams into $tmp/out and $tmp/err.
import() {
  "$capsight" import "$@" >"$tmp/out" 2>"$tmp/err"
  got=$?
}
# refused DESCRIPTION STATUS CODE PART -- ARGUMENTS
refused() {
  what=$1 status=$2 code=$3 part=$4
  shift 5
  import "$@"
  is "$what: status" "$got" "$status"
  has "$what: says why" "$(cat "$tmp/err")" "$part"
  has "$what: has its code" "$(cat "$tmp/err")" "[$code]"
}
# What a report does not carry, or the fixture makes up, is left out.
plain() {
  sed -e '/"pose"/d' -e '/"routing"/d' -e '/"length"/d' -e '/"tracking_uid"/d' \
    -e '/"reader"/d' -e '/"sop_uid"/d' -e '/"irregularities"/,$d' "$1"
}

# ---- wrong usage ----
refused "nothing" 2 CAP-001 "which files" --
refused "no series" 2 CAP-001 "--series" -- "$tmp/x" -o "$tmp/o"
refused "no output" 2 CAP-001 "-o DIR" -- "$tmp/x" --series "$tmp"
refused "no file" 66 CAP-003 "cannot be read" -- "$tmp/x" --series "$tmp" \
  -o "$tmp/o"
echo "not DICOM, but long enough to be looked at $(seq 100 | tr '\n' ' ')" \
  >"$tmp/text"
refused "no DICOM" 66 CAP-004 "not a DICOM file" -- "$tmp/text" \
  --series "$tmp" -o "$tmp/o"
is "nothing is left" "$(ls -A "$tmp" | grep -c '^o$')" 0

# ---- out and back ----
"$make" "$tmp/c" accepted rejected uncertain || { echo "Bail out!"; exit 1; }
"$capsight" report "$tmp/c" --format sr --series "$tmp/c/dicom" -o "$tmp/r" \
  --include all --reader "Müller^Jörg" -q
import "$tmp/r/sr.dcm" "$tmp/r/seg.dcm" --series "$tmp/c/dicom" -o "$tmp/b"
is "status" "$got" 0
is "files" "$(ls "$tmp/b" | tr '\n' ' ')" "findings.csv findings.json masks.mha "
is "no complaint" "$(cat "$tmp/err")" ""
has "the table" "$(cat "$tmp/out")" "12.1 x 11.9"
plain "$tmp/c/findings.json" >"$tmp/wanted"
plain "$tmp/b/findings.json" >"$tmp/got"
is "the same findings to the last decimal" "$(diff "$tmp/got" "$tmp/wanted")" ""
is "the same masks" "$(cksum <"$tmp/b/masks.mha")" \
  "$(cksum <"$tmp/c/masks.mha")"
has "the reader" "$(cat "$tmp/b/findings.json")" '"reader": "Müller^Jörg"'
"$capsight" report "$tmp/b" --format json -o "$tmp/again" --include all -q
has "and again into a report" "$(cat "$tmp/again/report.json")" "Müller^Jörg"
import "$tmp/r/sr.dcm" --series "$tmp/c/dicom" -o "$tmp/b2" -q --json
is "the report alone: status" "$got" 0
has "the report alone: no mask is told" "$(cat "$tmp/out")" '"findings": ['
import "$tmp/r/sr.dcm" --series "$tmp/c/dicom" -o "$tmp/b2"
has "the report alone: says where the masks are" "$(cat "$tmp/err")" \
  "1.11.1: its mask is in the segmentation 2.25."

# ---- series of other shapes, through every DICOM format ----
for shape in oblique tilted uneven multiframe; do
  "$make" "$tmp/$shape" --shape $shape || { echo "Bail out!"; exit 1; }
  "$capsight" report "$tmp/$shape" --format sr,seg,kos,gsps,dicom-pdf \
    --series "$tmp/$shape/dicom" -o "$tmp/$shape/r" --include all -q
  for object in sr seg kos gsps pdf; do
    if command -v dciodvfy >/dev/null; then
      dciodvfy -new "$tmp/$shape/r/$object.dcm" >"$tmp/v" 2>&1
      is "$shape $object: dciodvfy is content" "$?" 0
    else
      skip "$shape $object: dciodvfy" "dicom3tools is not installed"
    fi
  done
  import "$tmp/$shape/r/sr.dcm" "$tmp/$shape/r/seg.dcm" \
    --series "$tmp/$shape/dicom" -o "$tmp/$shape/b"
  is "$shape: status, no complaint" "$got $(cat "$tmp/err")" "0 "
  is "$shape: the same masks" "$(cksum <"$tmp/$shape/b/masks.mha")" \
    "$(cksum <"$tmp/$shape/masks.mha")"
done

# ---- nothing found ----
"$make" "$tmp/none" || { echo "Bail out!"; exit 1; }
"$capsight" report "$tmp/none" --format sr --series "$tmp/none/dicom" \
  -o "$tmp/none/r" -q
import "$tmp/none/r/sr.dcm" --series "$tmp/none/dicom" -o "$tmp/none/b"
is "nothing found: status" "$got" 0
has "nothing found: candidates" "$(cat "$tmp/none/b/findings.json")" \
  '"candidates": 120'

# ---- what a reader has measured by hand ----
"$make" "$tmp/m" --measured || { echo "Bail out!"; exit 1; }
"$capsight" report "$tmp/m/case.review" --format sr --series "$tmp/m/dicom" \
  -o "$tmp/mr" -q
import "$tmp/mr/sr.dcm" --series "$tmp/m/dicom" -o "$tmp/mi"
is "measured by hand: status" "$got" 0
has "measured by hand: nobody has searched" "$(cat "$tmp/out")" \
  "No findings, and nothing says that anybody has searched"
has "measured by hand: how many" "$(cat "$tmp/out")" \
  "$(grep -c '"kind":' "$tmp/mi/findings.json") measurements by hand."

# ---- others ----
refused "another series" 66 CAP-003 "1.2.840.99.1" -- "$tmp/r/sr.dcm" \
  --series "$tmp/oblique/dicom" -o "$tmp/o"
refused "an image" 66 CAP-004 "not a segmentation" -- \
  "$tmp/c/dicom/000001.dcm" --series "$tmp/c/dicom" -o "$tmp/o"
refused "key images" 66 CAP-004 "without measurement groups" -- \
  "$tmp/oblique/r/kos.dcm" --series "$tmp/oblique/dicom" -o "$tmp/o"
head -c 5000 "$tmp/r/sr.dcm" >"$tmp/cut.dcm"
refused "cut short" 65 CAP-002 "before it is complete" -- "$tmp/cut.dcm" \
  --series "$tmp/c/dicom" -o "$tmp/o"
if command -v dcmodify >/dev/null; then
  cp "$tmp/r/sr.dcm" "$tmp/odd.dcm"
  # the name of the first group's long axis, and what the second one has found
  dcmodify -nb -q -m "ContentSequence[10].ContentSequence[0].\
ContentSequence[16].ConceptNameCodeSequence[0].CodeValue=999" "$tmp/odd.dcm"
  dcmodify -nb -q -m "ContentSequence[10].ContentSequence[1].\
ContentSequence[2].ConceptCodeSequence[0].CodeValue=10200004" "$tmp/odd.dcm"
  import "$tmp/odd.dcm" --series "$tmp/c/dicom" -o "$tmp/odd"
  is "odd items: status" "$got" 0
  has "odd items: what has no place" "$(cat "$tmp/err")" \
    "1.11.1.17 (“Long Axis”): is not read"
  has "odd items: another organ's" "$(cat "$tmp/err")" \
    "1.11.2.3 (“Finding”): “Nodule” is no lung nodule: the group is left out"
  is "odd items: the others are there" \
    "$(grep -c '"id"' "$tmp/odd/findings.json")" 2
else
  skip "odd items" "dcmtk is not installed"
fi
finish
