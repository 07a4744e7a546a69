#!/bin/sh
# capsight report: files that other programs accept, and a sentence with a
# status for bad input. TAP; argument 1 is the capsight program, 2
# make-findings.
capsight=$1 make=$2
. "$(dirname "$0")/tap.sh"
export SOURCE_DATE_EPOCH=1764032400
unset CAPSIGHT_DATA

# report ARGUMENTS: exit status into $got, streams into $tmp/out and $tmp/err.
report() {
  "$capsight" report "$@" >"$tmp/out" 2>"$tmp/err"
  got=$?
}
# refused DESCRIPTION STATUS CODE PART -- ARGUMENTS
refused() {
  what=$1 status=$2 code=$3 part=$4
  shift 5
  report "$@"
  is "$what: status" "$got" "$status"
  has "$what: says why" "$(cat "$tmp/err")" "$part"
  has "$what: has its code" "$(cat "$tmp/err")" "[$code]"
}
valid() { # DESCRIPTION FILE
  if command -v dciodvfy >/dev/null; then
    dciodvfy -new "$2" >"$tmp/v" 2>&1
    is "$1: dciodvfy is content" "$?" 0
    is "$1: no complaint but about private codes" "$(grep -i \
      -e '^error' -e '^warning' "$tmp/v" | grep -v -e 99CAPSIGHT -e 99LIDC \
      -e DICOMDIR)" ""
  else
    skip "$1: dciodvfy" "dicom3tools is not installed"
  fi
}

# ---- wrong usage ----
refused "nothing" 2 CAP-001 "which findings" --
refused "no format" 2 CAP-001 "which formats" -- "$tmp" -o "$tmp/o"
refused "no output" 2 CAP-001 "-o DIR" -- "$tmp" --format sr --series "$tmp"
refused "unknown format" 2 CAP-001 "“docx”" -- "$tmp" --format sr,docx \
  -o "$tmp/o" --series "$tmp"
refused "no series" 2 CAP-001 "--series PATH" -- "$tmp" --format sr -o "$tmp/o"
refused "bad paper" 2 CAP-001 "A4 or Letter" -- "$tmp" --format seg \
  --series "$tmp" --paper A3 -o "$tmp/o"
refused "bad choice" 2 CAP-001 "--include" -- "$tmp" --format seg \
  --series "$tmp" --include some -o "$tmp/o"
refused "no findings" 66 CAP-003 "findings.json" -- "$tmp" --format sr \
  --series "$tmp" -o "$tmp/o"
is "nothing is left" "$(ls -A "$tmp" | grep -c '^o$')" 0

# ---- SR and SEG ----
"$make" "$tmp/c" accepted rejected uncertain || { echo "Bail out!"; exit 1; }
report "$tmp/c" --format sr,seg --series "$tmp/c/dicom" -o "$tmp/o"
is "sr and seg: status" "$got" 0
is "sr and seg: files" "$(ls "$tmp/o" | tr '\n' ' ')" "seg.dcm sr.dcm "
valid "sr" "$tmp/o/sr.dcm"
valid "seg" "$tmp/o/seg.dcm"
if command -v dcentvfy >/dev/null; then
  is "sr, seg and images agree about patient and study" "$(dcentvfy \
    "$tmp"/o/*.dcm "$tmp"/c/dicom/*.dcm 2>&1 | grep -i error)" ""
fi
if command -v dsrdump >/dev/null; then
  dsrdump "$tmp/o/sr.dcm" >"$tmp/dump" 2>&1
  is "dsrdump reads it" "$?" 0
  dump=$(cat "$tmp/dump")
  is "one group a reported finding" "$(grep -c 'Measurement Group' \
    "$tmp/dump")" 2
  has "long axis" "$dump" '"Long Axis")="12.1234" (mm,UCUM,"millimeter")'
  has "short axis" "$dump" '"Short Axis")="11.9433" (mm,UCUM,"millimeter")'
  has "volume" "$dump" '"Volume")="904.78" (mm3,UCUM,"cubic millimeter")'
  has "density" "$dump" '"Attenuation Coefficient")="40.25" ('
  has "certainty" "$dump" '"Certainty of Finding")="97.0000" (%,UCUM,"Percent")'
  has "cancer" "$dump" '"Probability of cancer")="71.0000" (%,UCUM,"Percent")'
  has "site" "$dump" '"Finding Site")=(45653009,SCT,"Upper lobe of lung")'
  has "side" "$dump" '"Laterality")=(24028007,SCT,"Right")'
  has "status" "$dump" "=(accepted,99CAPSIGHT,\"Accepted\")"
  has "patient in UTF-8" "$(dcmdump +P PatientName "$tmp/o/sr.dcm")" \
    "Müller^Änne"
else
  skip "dsrdump" "dcmtk is not installed"
fi
is "one segment a reported finding" \
  "$(dcmdump +P SegmentLabel "$tmp/o/seg.dcm" | grep -o 'Finding [0-9]*' |
    tr '\n' ',')" "Finding 1,Finding 3,"
cp -r "$tmp/o" "$tmp/first"
report "$tmp/c" --format sr,seg --series "$tmp/c/dicom" -o "$tmp/o"
is "the same again gives the same bytes" \
  "$(cat "$tmp"/o/* | cksum)" "$(cat "$tmp"/first/* | cksum)"
report "$tmp/c" --format sr --series "$tmp/c/dicom" -o "$tmp/all" --include all
is "sr brings the segmentation it refers to" \
  "$(ls "$tmp/all" | tr '\n' ' ')" "seg.dcm sr.dcm "
is "all findings when asked" "$(dsrdump "$tmp/all/sr.dcm" |
  grep -c 'Measurement Group')" 3

# ---- nothing found ----
"$make" "$tmp/none" || { echo "Bail out!"; exit 1; }
report "$tmp/none" --format sr,seg --series "$tmp/none/dicom" -o "$tmp/n"
is "nothing found: status" "$got" 0
is "nothing found: a report, no segmentation" "$(ls "$tmp/n")" "sr.dcm"
valid "nothing found" "$tmp/n/sr.dcm"
has "nothing found: in words" "$(dsrdump "$tmp/n/sr.dcm")" \
  "No lung nodule was found."
has "nothing found: in code" "$(dsrdump "$tmp/n/sr.dcm")" \
  "(111241,DCM,"

# ---- not evaluable ----
cp -r "$tmp/none" "$tmp/mr"
dcmodify -nb -q -m Modality=MR "$tmp"/mr/dicom/* 2>/dev/null
report "$tmp/mr" --format sr --series "$tmp/mr/dicom" -o "$tmp/ne"
is "not evaluable: status" "$got" 0
has "not evaluable: in code" "$(dsrdump "$tmp/ne/sr.dcm")" "(111245,DCM,"
has "not evaluable: why" "$(dsrdump +Pl "$tmp/ne/sr.dcm")" "it is MR, not CT"

# ---- output that cannot be written ----
echo >"$tmp/file"
refused "output is a file" 73 CAP-007 "$tmp/file" -- "$tmp/c" --format sr \
  --series "$tmp/c/dicom" -o "$tmp/file/x"
finish
