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
refused "no series for gsps" 2 CAP-001 "gsps refers to the images" -- "$tmp" \
  --format gsps -o "$tmp/o"
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
  has "how likely each level is" "$dump" \
    '"1 out of 5 (Highly Unlikely for Cancer)")="9.6774" (%,UCUM,"Percent")'
  has "candidates" "$dump" '"Algorithm Parameters")="candidates 120"'
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

# ---- an earlier scan, a reader's outline and own category ----
cp -r "$tmp/c" "$tmp/w"
sed -i -e '0,/"findings": \[/s//"prior_scan": {"study_uid": "1.2.3", "series_uid": "1.2.3.4", "date": "20231115", "days": 106}, &/' \
  -e '0,/"near_gap"/s//"outline": "semiautomatic", "prior": {"state": "matched", "days": 106, "id": 7, "type": "solid", "mean_diameter_mm": 9.1, "volume_mm3": 470, "volume_log_sd": 0.13}, &/' \
  -e '0,/"rule"/s//"override": {"category": "4X", "reason": "spiculated"}, &/' "$tmp/w/findings.json"
report "$tmp/w" --format sr,seg --series "$tmp/w/dicom" -o "$tmp/wo" \
  --context age=67,smoking=former
is "with an earlier scan: status" "$got" 0
valid "sr with an earlier scan" "$tmp/wo/sr.dcm"
valid "seg with a reader's outline" "$tmp/wo/seg.dcm"
is "whose outline it is" "$(dcmdump +P SegmentAlgorithmType "$tmp/wo/seg.dcm" |
  grep -o '\[.*\]' | tr '\n' ' ')" "[SEMIAUTOMATIC] [AUTOMATIC] "
if command -v dsrdump >/dev/null; then
  dump=$(dsrdump +Pc "$tmp/wo/sr.dcm" 2>/dev/null)
  has "sr: growth" "$dump" 'Change of volume since the earlier scan")="92.5064" ('
  has "sr: its interval" "$dump" \
    'Lower limit of the 95 % confidence interval")="49.2069" ('
  has "sr: doubling time" "$dump" 'Volume doubling time")="112.2" (d,UCUM,"day")'
  has "sr: own category" "$dump" "own category by Lung-RADS v2022\")=\"4X\""
  has "sr: what is known of the patient" "$dump" '"Smoking")="former"'
else
  skip "dsrdump" "dcmtk is not installed"
fi

# ---- key images ----
report "$tmp/c" --format kos --series "$tmp/c/dicom" -o "$tmp/k"
is "kos: status, and no other file" "$got $(ls "$tmp/k")" "0 kos.dcm"
valid "kos" "$tmp/k/kos.dcm"
if command -v dsrdump >/dev/null; then
  dump=$(dsrdump +Pc +Pl "$tmp/k/kos.dcm" 2>/dev/null)
  has "kos: title" "$dump" '(113000,DCM,"Of Interest")'
  has "kos: what is there" "$dump" \
    "Finding 1: Solid nodule, 12.0 mm, right upper lobe, accepted"
  has "kos: not for diagnosis" "$dump" "Not for diagnostic use"
  # slices 9 and 6 of 20: the balls' middles; finding 2 was rejected
  is "kos: the slices with the long axes, in the findings' order" \
    "$(dcmdump +P ReferencedSOPInstanceUID "$tmp/k/kos.dcm" | tail -2 |
      grep -o '2\.25\.[0-9]*' | while read -r uid; do
        basename "$(grep -l "$uid" "$tmp"/c/dicom/*)"
      done | tr '\n' ' ')" "000009.dcm 000006.dcm "
  is "kos: nothing but them is evidence" \
    "$(dcmdump +P ReferencedSOPInstanceUID "$tmp/k/kos.dcm" | sort -u |
      grep -c UID)" 2
else
  skip "kos: dsrdump" "dcmtk is not installed"
fi

# ---- outlines ----
# grey FILE COLUMN ROW: that value of a PGM of 60 x 50
grey() {
  tail -c 3000 "$1" | od -An -v -tu1 -w1 -j $(($3 * 60 + $2)) -N1 | tr -d ' '
}
report "$tmp/c" --format gsps --series "$tmp/c/dicom" -o "$tmp/g"
is "gsps: status, and no other file" "$got $(ls "$tmp/g")" "0 gsps.dcm"
valid "gsps" "$tmp/g/gsps.dcm"
if command -v dcmp2pgm >/dev/null; then
  is "gsps: the reported findings' layers" \
    "$(dcmdump +P GraphicLayerDescription "$tmp/g/gsps.dcm" |
      grep -o '\[.*\]' | tr '\n' ' ')" "[Solid nodule, 12.0 mm, right upper \
lobe] [Ground-glass nodule, 6.0 mm, site not known] "
  cp "$tmp/g/gsps.dcm" "$tmp/ascii.dcm" # dcmpschk knows no character set
  dcmodify -nb -q -m PatientName=Mueller^Aenne "$tmp/ascii.dcm"
  dcmpschk "$tmp/ascii.dcm" >"$tmp/v" 2>&1
  is "gsps: dcmpschk is content" "$?" 0
  dcmp2pgm -p "$tmp/g/gsps.dcm" +S "$tmp/back.dcm" "$tmp/c/dicom/000009.dcm" \
    "$tmp/9.pgm" >"$tmp/v" 2>&1
  is "gsps: DCMTK shows an image by it" "$?" 0
  # (HU + 600.5) / 1499 * 255 + 127.5, PS3.3 C.11.2.1.2.1
  is "gsps: 40 HU and -870 HU in a window of 1500 at -600" \
    "$(grey "$tmp/9.pgm" 15 20) $(grey "$tmp/9.pgm" 2 2)" "236 81"
  is "gsps: DCMTK keeps what is drawn" \
    "$(dcmdump +L +P GraphicData +P UnformattedTextValue "$tmp/back.dcm" |
      cksum)" \
    "$(dcmdump +L +P GraphicData +P UnformattedTextValue "$tmp/g/gsps.dcm" |
      cksum)"
  # an image whose stored values mean other HU, and lie 100 HU lower
  cp -r "$tmp/c" "$tmp/odd"
  dcmodify -nb -q -m RescaleIntercept=-1124 "$tmp/odd/dicom/000009.dcm"
  report "$tmp/odd" --format gsps --series "$tmp/odd/dicom" -o "$tmp/og"
  valid "gsps of two rescales" "$tmp/og/gsps.dcm"
  for i in 8 9; do
    dcmp2pgm -p "$tmp/og/gsps.dcm" "$tmp/odd/dicom/00000$i.dcm" "$tmp/$i.pgm" \
      >"$tmp/v" 2>&1
  done
  is "gsps of two rescales: 40 HU on one, -60 HU on the other" \
    "$(grey "$tmp/8.pgm" 15 20) $(grey "$tmp/9.pgm" 15 20)" "236 219"
else
  skip "gsps: dcmpstat" "dcmtk is not installed"
fi

# ---- guidelines ----
refused "bad context" 2 CAP-001 "whole years" -- "$tmp/c" --format json \
  --context age=old -o "$tmp/g"
refused "unknown context" 2 CAP-001 "family-history" -- "$tmp/c" \
  --format json --context height=180 -o "$tmp/g"
report "$tmp/c" --format json,csv,html,fhir -o "$tmp/g" --context \
  age=67,sex=female,smoking=former,setting=screening,exam=baseline,emphysema=yes
is "guidelines: status" "$got" 0
json=$(tr -s '\n ' ' ' <"$tmp/g/report.json")
has "guidelines: the context" "$json" '"age": 67, "sex": "female"'
has "guidelines: the examination" "$json" \
  '"lung_rads": { "category": "4A", "title": "Suspicious"'
has "guidelines: the rule" "$json" \
  '"rule": "solid nodule of 8 to below 15 mm at baseline", "numbers": "mean'
has "guidelines: why not" "$json" '"fleischner": { "category": null, "rule": '\
'"for nodules found incidentally'
has "guidelines: csv columns" "$(head -1 "$tmp/g/report.csv")" \
  ",lung_rads,fleischner,brock,override_reason"
has "guidelines: csv" "$(sed -n 2p "$tmp/g/report.csv")" ",4A,,0.2"
has "guidelines: html" "$(cat "$tmp/g/report.html")" \
  "4A, suspicious (finding 1)"
has "guidelines: fhir" "$(cat "$tmp/g/fhir.json")" '"display": "Lung-RADS 4A"'

# ---- reports for people and programs ----
report "$tmp/c" --format all --series "$tmp/c/dicom" -o "$tmp/x"
is "all: status" "$got" 0
is "all: files" "$(ls "$tmp/x" | tr '\n' ' ')" "fhir.json gsps.dcm kos.dcm \
lidc.xml luna16.csv pdf.dcm report.csv report.html report.json report.pdf \
seg.dcm sr.dcm "
is "csv: a head and a row a finding, CRLF" \
  "$(grep -c "$(printf '\r')\$" "$tmp/x/report.csv")" 3
has "csv: numbers" "$(cat "$tmp/x/report.csv")" \
  ",0.970000,12.1234,11.9433,12.0334,6.0000,904.78,40.25,"
is "luna16: columns" "$(head -1 "$tmp/x/luna16.csv")" \
  "seriesuid,coordX,coordY,coordZ,probability"
is "lidc: a nodule a finding" \
  "$(grep -c '<unblindedReadNodule>' "$tmp/x/lidc.xml")" 2
if command -v xmllint >/dev/null; then
  is "lidc: well formed" "$(xmllint --noout "$tmp/x/lidc.xml" 2>&1)" ""
  is "html: well formed" \
    "$(xmllint --html --noout "$tmp/x/report.html" 2>&1 |
      grep -i error | grep -v -e section -e main)" ""
fi
has "json: what it came to" "$(cat "$tmp/x/report.json")" \
  '"result": "findings"'
has "json: what was left out" "$(cat "$tmp/x/report.json")" '"rejected": 1'
has "fhir: a bundle" "$(cat "$tmp/x/fhir.json")" '"resourceType": "Bundle"'
has "fhir: codes of a lexicon name it" "$(cat "$tmp/x/fhir.json")" \
  '"system": "http://radlex.org"'
is "fhir: an observation a finding" \
  "$(grep -c '"resourceType": "Observation"' "$tmp/x/fhir.json")" 2
is "html: six pictures a finding, none of them elsewhere" \
  "$(grep -c 'src="data:image/png;base64,' "$tmp/x/report.html") \
$(grep -c 'src="http' "$tmp/x/report.html")" "12 0"
has "html: the notice" "$(cat "$tmp/x/report.html")" "Not for diagnostic use"
has "html: names in UTF-8" "$(cat "$tmp/x/report.html")" "Müller, Änne"
if command -v pdftotext >/dev/null; then
  info=$(pdfinfo "$tmp/x/report.pdf")
  has "pdf: title" "$info" "Lung nodule report, patient ID-7"
  has "pdf: A4" "$info" "(A4)"
  has "pdf: a summary and a page a finding" "$info" "Pages:           3"
  pdftotext -layout "$tmp/x/report.pdf" "$tmp/pdf.txt"
  has "pdf: the patient" "$(cat "$tmp/pdf.txt")" "Müller, Änne"
  has "pdf: the long axis" "$(cat "$tmp/pdf.txt")" "12.1 mm"
  is "pdf: the notice on every page" \
    "$(grep -c '^ *Not for diagnostic use  *Capsight' "$tmp/pdf.txt")" 3
else
  skip "pdf" "poppler-utils is not installed"
fi
report "$tmp/c" --format dicom-pdf --series "$tmp/c/dicom" -o "$tmp/d"
is "dicom-pdf: status, and no other file" "$got $(ls "$tmp/d")" "0 pdf.dcm"
valid "dicom-pdf" "$tmp/d/pdf.dcm"
if command -v dcm2pdf >/dev/null; then
  dcm2pdf "$tmp/d/pdf.dcm" "$tmp/inside.pdf" >"$tmp/v" 2>&1
  is "dicom-pdf: dcm2pdf takes report.pdf out of it" \
    "$(cksum <"$tmp/inside.pdf")" "$(cksum <"$tmp/x/report.pdf")"
  has "dicom-pdf: title" "$(dcmdump +P DocumentTitle "$tmp/d/pdf.dcm")" \
    "Lung nodule report"
  is "dicom-pdf: names its sources" \
    "$(dcmdump +P ReferencedSOPInstanceUID "$tmp/d/pdf.dcm" | sort -u |
      grep -c UID)" 20
else
  skip "dicom-pdf: dcm2pdf" "dcmtk is not installed"
fi
report "$tmp/c" --format pdf -o "$tmp/letter" --paper Letter
is "pdf without a series: status" "$got" 0
has "pdf: Letter" "$(pdfinfo "$tmp/letter/report.pdf" 2>&1)" "(letter)"
LC_ALL=de_DE.UTF-8 "$capsight" report "$tmp/c" --format all -q \
  --series "$tmp/c/dicom" -o "$tmp/de" >/dev/null 2>&1
is "the same bytes in any locale" "$(cat "$tmp"/de/* | cksum)" \
  "$(cat "$tmp"/x/* | cksum)"

# ---- anonymous ----
printf '0123456789abcdef' >"$tmp/key"
refused "--key without --anonymous" 2 CAP-001 "go with --anonymous" -- "$tmp/c" \
  --format csv -o "$tmp/o" --key "$tmp/key"
report "$tmp/c" --format all --series "$tmp/c/dicom" -o "$tmp/anon" \
  --anonymous --key "$tmp/key" --dates shift --reader Leser^Rudi
is "anonymous: status" "$got" 0
is "anonymous: every format" "$(ls "$tmp/anon")" "$(ls "$tmp/x")"
is "anonymous: no name, no number, no UID, no date" "$(grep -al \
  -e Müller -e Änne -e ID-7 -e Leser -e 1.2.840.99 -e 20240229 -e 2024-02-29 \
  "$tmp"/anon/*)" ""
for kind in sr seg kos gsps pdf; do
  valid "anonymous $kind" "$tmp/anon/$kind.dcm"
done
if command -v pdftotext >/dev/null; then
  pdftotext -layout "$tmp/anon/report.pdf" "$tmp/pdf.txt"
  is "anonymous: nor on the pages" "$(grep -e Müller -e Änne -e ID-7 -e Leser \
    -e 1.2.840.99 -e 2024-02-29 "$tmp/pdf.txt")" ""
  has "anonymous: but a pseudonym" "$(cat "$tmp/pdf.txt")" "ANON-"
fi
"$capsight" anonymize "$tmp/c/dicom" -o "$tmp/images" --key "$tmp/key" \
  --dates shift -q
dcmdump +P SOPInstanceUID "$tmp"/images/patient-001/study-01/series-01/*.dcm |
  sed 's/.*\[\(.*\)\].*/\1/' | sort -u >"$tmp/uids"
dcmdump +P ReferencedSOPInstanceUID "$tmp/anon/kos.dcm" |
  sed 's/.*\[\(.*\)\].*/\1/' | sort -u >"$tmp/refs"
is "anonymous: key images are of the anonymized series" \
  "$(comm -13 "$tmp/uids" "$tmp/refs") $(grep -c . "$tmp/refs")" " 2"
"$capsight" import "$tmp/anon/sr.dcm" "$tmp/anon/seg.dcm" --series \
  "$tmp/images" -o "$tmp/back" -q >"$tmp/out" 2>"$tmp/err"
is "anonymous: and come back onto them" \
  "$? $(tail -n +2 "$tmp/back/findings.csv" | wc -l)" "0 2"
"$capsight" anonymize "$tmp/x/sr.dcm" -o "$tmp/refused" -q 2>"$tmp/err"
has "a structured report with names does not go out" "$? $(cat "$tmp/err")" \
  "1 $tmp/x/sr.dcm: left out: it is a structured report"
"$capsight" anonymize "$tmp/x/sr.dcm" -o "$tmp/cleaned" --clean content -q
cleaned=$tmp/cleaned/patient-001/study-01/series-01/000001.dcm
valid "but when its content is cleaned" "$cleaned"
is "without texts, with numbers" "$(grep -ac -e Müller -e ID-7 -e 'finding 1' \
  "$cleaned") $(dsrdump "$cleaned" | grep -c NUM:)" \
  "0 $(dsrdump "$tmp/x/sr.dcm" | grep -c NUM:)"
report "$tmp/c" --format json -o "$tmp/anon2" --anonymous
has "anonymous without a key: says so" "$(cat "$tmp/err")" "lead to no images"

# ---- nothing found ----
"$make" "$tmp/none" || { echo "Bail out!"; exit 1; }
report "$tmp/none" --format pdf,dicom-pdf,html,csv,json,luna16,fhir,lidc \
  --series "$tmp/none/dicom" -o "$tmp/nn"
is "nothing found: every format that needs none" "$got $(ls "$tmp/nn" | wc -l)" "0 8"
has "nothing found: html" "$(cat "$tmp/nn/report.html")" \
  "No lung nodule was found."
has "nothing found: json" "$(cat "$tmp/nn/report.json")" '"nothing-found"'
has "nothing found: its category" "$(cat "$tmp/nn/report.html")" "<dd>1, negative."
has "nothing found: its category in json" \
  "$(tr -d '\n ' <"$tmp/nn/report.json")" '"lung_rads":{"category":"1",'
if command -v pdftotext >/dev/null; then
  has "nothing found: its category in pdf" \
    "$(pdftotext -layout "$tmp/nn/report.pdf" -)" "1, negative."
else
  skip "nothing found: its category in pdf" "poppler-utils is not installed"
fi
report "$tmp/none" --format sr,seg,kos,gsps --series "$tmp/none/dicom" -o "$tmp/n"
is "nothing found: status" "$got" 0
is "nothing found: a report, no segmentation, key images or outlines" \
  "$(ls "$tmp/n")" "sr.dcm"
has "nothing found: says so" "$(cat "$tmp/err")" \
  "kos.dcm is not written: there is no finding to put into it and no marked slice"
valid "nothing found" "$tmp/n/sr.dcm"
has "nothing found: in words" "$(dsrdump "$tmp/n/sr.dcm")" \
  "No lung nodule was found."
has "nothing found: in code" "$(dsrdump "$tmp/n/sr.dcm")" \
  "(111241,DCM,"
has "nothing found: its category in code" "$(dsrdump "$tmp/n/sr.dcm")" \
  "(lung-rads-1,99CAPSIGHT,"

# ---- not searched: a reader has measured and marked slices ----
"$make" "$tmp/m" --measured || { echo "Bail out!"; exit 1; }
report "$tmp/m/case.review" --format all --series "$tmp/m/dicom" -o "$tmp/mo"
is "not searched: status" "$got" 0
is "not searched: what there is" "$(ls "$tmp/mo" | tr '\n' ' ')" \
  "fhir.json gsps.dcm kos.dcm measurements.csv pdf.dcm report.csv report.html report.json report.pdf sr.dcm "
has "not searched: a list of none would say that there is none" \
  "$(cat "$tmp/err")" \
  "lidc.xml is not written: nobody has searched this scan for nodules"
is "not searched: nowhere nothing found" "$(grep -al -e 'No lung nodule' \
  -e '1, negative' -e lung-rads-1 -e 111241 "$tmp"/mo/*)" ""
valid "not searched: sr" "$tmp/mo/sr.dcm"
valid "not searched: kos" "$tmp/mo/kos.dcm"
valid "not searched: gsps" "$tmp/mo/gsps.dcm"
dump=$(dsrdump "$tmp/mo/sr.dcm")
has "not searched: in code" "$dump" '"Summary of Detections")=(111225,DCM,"Not Attempted")'
has "not searched: in words" "$dump" "Nobody has searched this sc"
has "measured: length" "$dump" '"Length")="20.2544" (mm,UCUM,"millimeter")'
has "measured: area" "$dump" '"Area")="209.8859" (mm2,UCUM,"square millimeter")'
has "measured: angle" "$dump" '"Angle")="22.9151" (deg,UCUM,"Degree")'
has "measured: the region" "$dump" '<contains SCOORD:(,,"Image Region")=(ELLIPSE,'
has "measured: the reader's name for it" "$dump" '="Lymph node <4R>, "hot""'
has "measured: json has its tracking UID" "$(cat "$tmp/mo/report.json")" \
  "\"tracking_uid\": \"$(dcmdump +P 0040,a124 "$tmp/mo/sr.dcm" |
    sed -n 's/.*\[\(2\.25\.[0-9]*\)\].*/\1/p' | sed -n 2p)\""
"$capsight" import "$tmp/mo/sr.dcm" --series "$tmp/m/dicom" -o "$tmp/mback" -q
is "measured: comes back the same" "$(sed -n \
  '/"measurements"/,/^ *\]/p' "$tmp/mback/findings.json" | cksum)" "$(sed -n \
  '/"measurements"/,/^ *\]/p' "$tmp/mo/report.json" | cksum)"
has "not searched: json" "$(cat "$tmp/mo/report.json")" '"not-searched"'
has "not searched: no category" "$(cat "$tmp/mo/report.html")" \
  "none: nobody has searched"
if command -v pdftotext >/dev/null; then
  pdf=$(pdftotext -layout "$tmp/mo/report.pdf" -)
  has "not searched: pdf has the key images" "$pdf" "image 10, window 1500"
  is "not searched: as two pictures" \
    "$(pdfimages -list "$tmp/mo/report.pdf" | grep -c ' image ')" 2
  has "not searched: pdf" "$pdf" "Nobody has searched this scan for lung nodules."
  is "not searched: pdf does not say that nothing was found" \
    "$(echo "$pdf" | grep -c 'No lung nodule')" 0
fi

# ---- not evaluable ----
cp -r "$tmp/none" "$tmp/mr"
dcmodify -nb -q -m Modality=MR "$tmp"/mr/dicom/* 2>/dev/null
report "$tmp/mr" --format json,html,dicom-pdf --series "$tmp/mr/dicom" \
  -o "$tmp/nej"
valid "not evaluable: dicom-pdf" "$tmp/nej/pdf.dcm"
has "not evaluable: json" "$(cat "$tmp/nej/report.json")" '"not-evaluable"'
has "not CT: no category" "$(cat "$tmp/nej/report.html")" "<dd>none: for CT with"
has "not evaluable: with its reason" "$(cat "$tmp/nej/report.html")" \
  "could not be evaluated: it is MR, not CT."
has "not CT: the page does not call it one" \
  "$(cat "$tmp/nej/report.html")" '"sub">Computer-aided reading<'
report "$tmp/mr" --format sr,kos,gsps --series "$tmp/mr/dicom" -o "$tmp/ne"
is "not evaluable: status, a report only" "$got $(ls "$tmp/ne")" "0 sr.dcm"
has "not evaluable: in code" "$(dsrdump "$tmp/ne/sr.dcm")" "(111245,DCM,"
has "not evaluable: why" "$(dsrdump +Pl "$tmp/ne/sr.dcm")" "it is MR, not CT"
has "not CT: procedure" "$(dsrdump "$tmp/ne/sr.dcm")" "363679005,SCT,"
# A reader's own finding is a result, of whatever images it is.
cp -r "$tmp/c" "$tmp/us"
rm "$tmp/us/masks.mha" # they lie in millimetres
dcmodify -nb -q -m Modality=US -e PixelSpacing -e ImagePositionPatient \
  -e ImageOrientationPatient "$tmp"/us/dicom/* 2>/dev/null
report "$tmp/us" --format json,html,csv --series "$tmp/us/dicom" -o "$tmp/usj"
is "stack: status" "$got" 0
has "stack: finding" "$(cat "$tmp/usj/report.json")" '"result": "findings"'
refused "stack: segmentation" 66 CAP-004 "no position or orientation" -- \
  "$tmp/us" --format seg --series "$tmp/us/dicom" -o "$tmp/uss"
report "$tmp/us" --format luna16 --series "$tmp/us/dicom" -o "$tmp/usl"
is "stack: no list of positions" "$(ls "$tmp/usl" 2>/dev/null)" ""

# ---- output that cannot be written ----
echo >"$tmp/file"
refused "output is a file" 73 CAP-007 "$tmp/file" -- "$tmp/c" --format sr \
  --series "$tmp/c/dicom" -o "$tmp/file/x"
# ---- a review in the place of findings.json ----
report "$tmp/c" --format all --series "$tmp/c/dicom" -o "$tmp/json"
report "$tmp/c/case.review" --format all --series "$tmp/c/dicom" -o "$tmp/review"
is "review: status" "$got" 0
is "a review gives the same reports, byte for byte" \
  "$(cd "$tmp/review" && cksum *)" "$(cd "$tmp/json" && cksum *)"
"$make" "$tmp/other" accepted || { echo "Bail out!"; exit 1; }
rm "$tmp/other/dicom/$(ls "$tmp/other/dicom" | head -1)"
refused "review of other images" 65 CAP-002 "other images of this series" -- \
  "$tmp/other/case.review" --format sr --series "$tmp/other/dicom" -o "$tmp/o"
printf 'SQLite format 3\000' >"$tmp/half.review"
refused "no review" 65 CAP-002 "is not a review" -- "$tmp/half.review" \
  --format json -o "$tmp/o"

finish
