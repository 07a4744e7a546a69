#!/bin/sh
# capsight pacs against Orthanc, on loopback, with a configuration and a storage
# of its own: round trip, kills, large studies. TAP. Arguments: capsight,
# make-series, a private folder. What is not installed is skipped and says so.
. "$(dirname "$0")/pacs.sh"

# ---- round trip ----
orthanc
"$capsight" phantom -o "$tmp/p" --size 128 --slices 60 -q >"$tmp/out"
pacs store --url "$url" "$tmp/p/dicom"
check "store a phantom" $?
uid=$(study_of "$tmp/p/dicom/$(ls "$tmp/p/dicom" | head -1)")
pacs find --url "$url" --patient-id 'PHANTOM*' --modality CT \
  --date 20190101-20201231 --json
is "find it by patient, modality and date" "$(grep -c "$uid" "$tmp/out")" 1
pacs find --url "$url" --patient-id 'PHANTOM*' --modality MR
is "and not by another modality" "$(cat "$tmp/out")" "No match."
pacs get --url "$url" --study "$uid" -o "$tmp/back"
check "get it" $?
is "the same bytes came back" "$(sums "$tmp/back" | cksum)" \
  "$(sums "$tmp/p/dicom" | cksum)"
"$capsight" info "$tmp/back" >"$tmp/out" 2>"$tmp/err"
is "info reads it" "$(grep -c '60 slices' "$tmp/out")" 1
pacs store --url "$url" "$tmp/p/dicom"
check "storing again does no harm" $?

# ---- 200 studies in one query ----
mkdir "$tmp/many"
"$make_series" "$tmp/one" 1 CT 1.2.3.1
for i in $(seq 200); do cp "$tmp/one/i000.dcm" "$tmp/many/$i.dcm"; done
for i in $(seq 200); do
  dcmodify -nb -q -m "StudyInstanceUID=1.2.7.$i" -m "SeriesInstanceUID=1.2.8.$i" \
    -m "SOPInstanceUID=1.2.9.$i" -m PatientID=MANY "$tmp/many/$i.dcm"
done
pacs store --url "$url" "$tmp/many"
check "store 200 studies" $?
pacs find --url "$url" --patient-id MANY --json
is "200 studies in one query" "$(grep -c '"study_uid"' "$tmp/out")" 200
pacs find --url "$url" --patient-id MANY --limit 30 --offset 190 --json
is "the last ten of them" "$(grep -c '"study_uid"' "$tmp/out")" 10

# ---- 5,000 images, and killed in the middle ----
"$make_series" "$tmp/big" 5000 CT 1.2.3.5000
big=$(study_of "$tmp/big/i000.dcm")
dcm() { # how many instances are there
  pacs find --url "$url" --series 1.2.3.5000 --json &&
    sed -n 's/.*"n_series_instances": \([0-9]*\).*/\1/p' "$tmp/out"
}
printf '[a]\nurl=%s\nwait-ms=100\ntries=3\n' "$url" >"$tmp/a.ini"
"$capsight" pacs store --config "$tmp/a.ini" "$tmp/big" --progress json \
  >"$tmp/sent" 2>"$tmp/lines" &
client=$!
until grep -qs '"sending","fraction":0\.[1-9]' "$tmp/lines"; do sleep 0.05; done
kill_orthanc
wait $client
is "Orthanc killed in mid-store: status" $? 69
is "and what was stored and what was not" "$(grep -c \
  '^[0-9]* of 5000 images stored, 0 refused, 0 unusable, [0-9]* not sent' \
  "$tmp/sent")" 1
said=$(sed 's/ .*//' "$tmp/sent")
orthanc
there=$(dcm)
echo "# $said said to be stored, $there are"
[ "${there:-0}" -ge "$said" ]
check "nothing that was said to be stored is lost" $?
pacs store --config "$tmp/a.ini" "$tmp/big"
check "the same command sends the rest" $?
is "all 5,000 are there" "$(dcm)" 5000
"$capsight" pacs get --config "$tmp/a.ini" --study "$big" --series 1.2.3.5000 \
  -o "$tmp/gotten" --progress json >"$tmp/out" 2>"$tmp/lines" &
client=$!
until grep -qs '"receiving","fraction":0\.[1-9]' "$tmp/lines"; do sleep 0.05; done
kill_orthanc
wait $client
is "Orthanc killed in mid-get: status" $? 69
[ ! -e "$tmp/gotten" ] && [ -e "$tmp/gotten.incomplete" ]
check "nothing looks complete" $?
had=$(find "$tmp/gotten.incomplete" -name '*.dcm' | wc -l)
orthanc
pacs get --config "$tmp/a.ini" --study "$big" --series 1.2.3.5000 \
  -o "$tmp/gotten" --json
check "the same command fetches the rest" $?
kept=$(sed -n 's/.*"kept": \([0-9]*\).*/\1/p' "$tmp/out")
echo "# $had were there, $kept were kept"
is "what had come is not fetched again" "$kept" "$had"
is "5,000 images: the same bytes" "$(sums "$tmp/gotten" | cksum)" \
  "$(sums "$tmp/big" | cksum)"
halt

# ---- DIMSE ----
receive=$((dicom + 1))
list() { # OWN-AE-TITLE THEIR-AE-TITLE
  printf '[a]\nkind=dimse\nhost=127.0.0.1\nport=%s\nae-title=%s\n' "$dicom" "$2"
  printf 'own-ae-title=%s\nreceive-port=%s\nwait-ms=100\ntries=2\n' "$1" \
    "$receive"
}
rm -rf "$tmp/db"
orthanc ", \"DicomCheckCalledAet\": true, \"DicomAlwaysAllowStore\": false,
  \"DicomAlwaysAllowEcho\": false,
  \"DicomModalities\": {\"us\": [\"CAPSIGHT\", \"127.0.0.1\", $receive]}"
list CAPSIGHT ORTHANC >"$tmp/a.ini"
pacs echo --config "$tmp/a.ini"
check "DIMSE: C-ECHO" $?
pacs store --config "$tmp/a.ini" "$tmp/p/dicom" "$tmp/many"
check "DIMSE: C-STORE" $?
pacs find --config "$tmp/a.ini" --patient-id MANY --json
is "DIMSE: 200 studies in one query" "$(grep -c '"study_uid"' "$tmp/out")" 200
pacs get --config "$tmp/a.ini" --study "$uid" -o "$tmp/moved"
check "DIMSE: C-MOVE" $?
is "DIMSE: the same data sets" "$(sets "$tmp/moved")" "$(sets "$tmp/p/dicom")"
list STRANGER ORTHANC >"$tmp/a.ini"
pacs store --config "$tmp/a.ini" "$tmp/p/dicom"
is "DIMSE: an unknown AE title of ours sends nothing" \
  "$(($? > 0)) $(grep -c '^0 of' "$tmp/out")" "1 1"
list CAPSIGHT WRONG >"$tmp/a.ini"
pacs find --config "$tmp/a.ini"
is "DIMSE: an unknown AE title of theirs" $? 77
list CAPSIGHT ORTHANC >"$tmp/a.ini"
"$capsight" pacs store --config "$tmp/a.ini" "$tmp/big" --progress json \
  >"$tmp/sent" 2>"$tmp/lines" &
client=$!
until grep -qs '"sending","fraction":0\.[1-9]' "$tmp/lines"; do sleep 0.05; done
kill_orthanc
wait $client
is "DIMSE: Orthanc killed in mid-store: status" $? 69
is "DIMSE: and what was stored and what was not" "$(grep -c \
  '^[0-9]* of 5000 images stored, 0 refused, 0 unusable, [0-9]* not sent' \
  "$tmp/sent")" 1
finish
