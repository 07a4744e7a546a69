#!/bin/sh
# capsight evaluate and merge on phantoms: isolation of broken cases, shards in
# any order, a killed run that goes on, and what is refused.
# TAP; argument 1 is the capsight program, 2 make-weights. KILLS says how often
# the worker is killed (default 3), SEED at which moments.
capsight=$1 make_weights=$2
. "$(dirname "$0")/tap.sh"
data=$CAPSIGHT_DATA
unset CAPSIGHT_DATA
"$make_weights" "$tmp/w1" || exit 1
export CAPSIGHT_WEIGHTS="$tmp/w1"
few="--max-candidates 4 --flips 1 --bootstrap 50 -p 0.0001"

evaluate() {
  "$capsight" evaluate "$@" >"$tmp/out" 2>"$tmp/err"
  got=$?
}
refused() { # DESCRIPTION STATUS PART -- ARGUMENTS
  what=$1 status=$2 part=$3
  shift 4
  evaluate "$@"
  is "$what: status" "$got" "$status"
  has "$what: says why" "$(cat "$tmp/err")" "$part"
}
value() { # KEY FILE
  sed -n "s/^ *\"$1\": \([^,]*\),*$/\1/p" "$2" | head -1
}

refused "no collection" 2 "lidc|luna16" -- "$tmp" -o "$tmp/o"
refused "no output" 2 "-o DIR" -- lidc "$tmp"
refused "a bad shard" 2 "k/N" -- lidc "$tmp" -o "$tmp/o" --shard 4/3
refused "a missing folder" 66 "nowhere" -- lidc "$tmp/nowhere" -o "$tmp/o"
mkdir "$tmp/empty"
refused "no scans" 66 "no CT series" -- lidc "$tmp/empty" -o "$tmp/o"
refused "no annotations.csv" 66 "annotations.csv" -- luna16 "$tmp/empty" -o "$tmp/o"

# ---- LIDC: three phantoms in three layouts, one without XML, one broken ----
lidc=$tmp/lidc
for seed in 1 2 3 4; do
  "$capsight" phantom -o "$tmp/p$seed" --seed $seed --size 96 --slices 40 \
    --nodules solid:16,solid:12 >/dev/null 2>&1 || echo "Bail out! no phantom"
done
uid() { dcmdump -q +P 0020,000e "$(ls "$1"/* | head -1)" | sed 's/.*\[\(.*\)\].*/\1/'; }
one=$(uid "$tmp/p1/dicom")
mkdir -p "$lidc/LIDC-IDRI-9001/study/$one" "$lidc/LIDC-IDRI-9002/2000-NA/3-NA" "$lidc/flat" "$tmp/xml/7"
cp "$tmp"/p1/dicom/* "$lidc/LIDC-IDRI-9001/study/$one"
cp "$tmp/p1/annotations.xml" "$tmp/xml/7/012.xml"
cp "$tmp"/p2/dicom/* "$lidc/LIDC-IDRI-9002/2000-NA/3-NA"
cp "$tmp/p2/annotations.xml" "$tmp/xml/two.xml"
for seed in 3 4; do # two series in one folder
  for file in "$tmp/p$seed"/dicom/*; do
    cp "$file" "$lidc/flat/$seed-$(basename "$file")"
  done
done
cp "$tmp/p3/annotations.xml" "$tmp/xml/three.xml"
# What no reader wrote: each is named, the rest is as if it were not there.
mkdir "$tmp/xml/bad"
sed 's/>[0-9.]*<\/SeriesInstanceUid/>9.9.9<\/SeriesInstanceUid/' "$tmp/p3/annotations.xml" \
  >"$tmp/xml/bad/orphan.xml"
head -c 300 "$tmp/p3/annotations.xml" >"$tmp/xml/bad/cut.xml"
sed 's/<SeriesInstanceUid>.*/&\n<SeriesInstanceUid>1.2.3<\/SeriesInstanceUid>/' \
  "$tmp/p3/annotations.xml" >"$tmp/xml/bad/two.xml"
{
  printf '<!DOCTYPE b [<!ENTITY a0 "aaaa">'
  i=0
  while [ $i -lt 30 ]; do
    i=$((i + 1))
    printf '<!ENTITY a%d "&a%d;&a%d;&a%d;&a%d;">' $i $((i - 1)) $((i - 1)) $((i - 1)) $((i - 1))
  done
  printf ']><LidcReadMessage><ResponseHeader><SeriesInstanceUid>&a30;</SeriesInstanceUid></ResponseHeader></LidcReadMessage>'
} >"$tmp/xml/bad/bomb.xml"
evaluate lidc "$lidc" --xml "$tmp/xml" -o "$tmp/all" $few
is "a series without XML: status 1" "$got" 1
has "an XML without a series is counted" "$(cat "$tmp/err")" \
  "warning: 1 annotated series have no images"
has "a cut XML is named with its line" "$(cat "$tmp/err")" "bad/cut.xml, line "
has "so is one of two series" "$(cat "$tmp/err")" "bad/two.xml, line "
has "and an entity bomb" "$(cat "$tmp/err")" "bad/bomb.xml"
has "it is named with its code" "$(cat "$tmp/err")" "$(uid "$tmp/p4/dicom"): [CAP-003]"
is "four cases" "$(value cases "$tmp/all/results.json")" 4
is "one failed" "$(value failed "$tmp/all/results.json")" 1
is "three scans were scored" "$(value scans "$tmp/all/results.json")" 3
is "all six nodules of four readers count" \
  "$(value nodules "$tmp/all/results.json")" 6
is "a row for each case" "$(wc -l <"$tmp/all/cases.csv")" 5
has "the patient comes from the folder" "$(cat "$tmp/all/cases.csv")" \
  "$one,LIDC-IDRI-9001,ok"

dcmdump -q +P 0008,0018 "$lidc/LIDC-IDRI-9001/study/$one"/* |
  sed -n 's/.*\[\(.*\)\].*/\1/p' | sort >"$tmp/instances"
sed -n '/sop_instance_uids/,/]/s/^ *"\([0-9.]*\)".*/\1/p' \
  "$tmp/all/cases/$one.json" >"$tmp/listed"
is "a case lists the images that it read" \
  "$(sort "$tmp/listed" | diff - "$tmp/instances" && wc -l <"$tmp/listed")" 40
has "and their digest is in its row" "$(grep "^$one," "$tmp/all/cases.csv")" \
  ",40,$(sha256sum <"$tmp/listed" | cut -d' ' -f1)"
is "the run counts them" "$(value sop_instances "$tmp/all/results.json")" 120

# Outlines that name another series' images, in another study: placed by z.
sed 's/>[0-9.]*<\/imageSOP_UID>/>7.7<\/imageSOP_UID>/
  s/>[0-9.]*<\/StudyInstanceUID>/>8.8<\/StudyInstanceUID>/' \
  "$tmp/p1/annotations.xml" >"$tmp/contrary.xml"
evaluate lidc "$lidc/LIDC-IDRI-9001" --xml "$tmp/contrary.xml" -o "$tmp/contrary" $few
is "contradictory UIDs: status" "$got" 0
has "the other study is named with its line" "$(cat "$tmp/err")" \
  "contrary.xml, line $(grep -n -m1 'StudyInstanceUID' "$tmp/contrary.xml" | cut -d: -f1): study 8.8"
has "so is the first outline of its kind" "$(cat "$tmp/err")" \
  "contrary.xml, line $(grep -n -m1 -e '<roi>' "$tmp/contrary.xml" | cut -d: -f1): an outline on image 7.7 that the series does not have"
is "z places them as the images do" \
  "$(sed -n '/"truths"/,/"marks"/p' "$tmp/contrary/cases/$one.json" | sha256sum)" \
  "$(sed -n '/"truths"/,/"marks"/p' "$tmp/all/cases/$one.json" | sha256sum)"
has "results.json has the warning" \
  "$(sed -n '/"warnings"/,$p' "$tmp/contrary/results.json")" "study 8.8"
has "and the report" "$(cat "$tmp/contrary/report.html")" "contradict their images"
is "what agrees is not warned of" \
  "$(grep -c contradict "$tmp/all/report.html")" 0

is "the report is one HTML file without links" \
  "$(grep -cE '(src|href)="(http|/|[a-z]*\.)' "$tmp/all/report.html")" 0
is "with five figures" "$(grep -c 'image/svg+xml;base64' "$tmp/all/report.html")" 5
has "and the failed scan" "$(tail -3 "$tmp/all/report.html")" "CAP-003"
is "and a PDF" "$(head -c 5 "$tmp/all/report.pdf")" "%PDF-"
# Words that lie on each other by a quarter of the smaller one.
pdftotext -bbox "$tmp/all/report.pdf" "$tmp/words"
is "no words in it lie on each other" "$(LC_ALL=C awk -F'"' '
  /<page / { n = 0 }
  /<word / {
    for (i = 0; i < n; i++) {
      w = ($6 < r[i] ? $6 : r[i]) - ($2 > l[i] ? $2 : l[i])
      h = ($8 < b[i] ? $8 : b[i]) - ($4 > t[i] ? $4 : t[i])
      own = ($6 - $2) * ($8 - $4)
      if (w > 0 && h > 0 && w * h > (own < a[i] ? own : a[i]) / 4) print word[i] $9
    }
    l[n] = $2; t[n] = $4; r[n] = $6; b[n] = $8; a[n] = own = ($6 - $2) * ($8 - $4)
    word[n++] = $9
  }' "$tmp/words")" ""
is "and each page has words" \
  "$(pdftotext "$tmp/all/report.pdf" - | tr '\f' '\n' | grep -c 'page [0-9]')" \
  "$(pdfinfo "$tmp/all/report.pdf" | sed -n 's/^Pages: *//p')"
has "with the curve of precision" "$(cat "$tmp/words")" '>Precision<'
if command -v xmllint >/dev/null; then
  is "the page is well-formed" "$(xmllint --html --noout "$tmp/all/report.html" 2>&1 |
    grep -v -e figure -e figcaption -e '\^' | grep -c error)" 0
fi

# ---- shards, merged in any order ----
for k in 1 2 3; do
  evaluate lidc "$lidc" --xml "$tmp/xml" -o "$tmp/s$k" --shard $k/3 $few
done
"$capsight" merge "$tmp/s3" "$tmp/s1" "$tmp/s2" -o "$tmp/m1" --bootstrap 50 >/dev/null 2>&1
is "merge keeps the failed case's status" $? 1
"$capsight" merge "$tmp/s1" "$tmp/s2" "$tmp/s3" -o "$tmp/m2" --bootstrap 50 >/dev/null 2>&1
rm "$tmp/all/timing.json"
is "three shards are one run, byte for byte" \
  "$(diff -r "$tmp/all" "$tmp/m1" && echo same)" same
is "in any order" "$(diff -r "$tmp/m1" "$tmp/m2" && echo same)" same
evaluate lidc "$lidc" --xml "$tmp/xml" -o "$tmp/s9" --shard 9/9 $few
is "a shard beyond the last case: status" "$got" 0
has "says that it is empty" "$(cat "$tmp/out")" "shard 9 has no case: there are 4"
"$capsight" merge "$tmp/s9" "$tmp/s1" "$tmp/s2" "$tmp/s3" -o "$tmp/m4" \
  --bootstrap 50 >/dev/null 2>&1
is "and adds nothing" "$(diff -r "$tmp/all" "$tmp/m4" && echo same)" same
"$capsight" merge "$tmp/s9" -o "$tmp/m5" >/dev/null 2>"$tmp/err"
is "only empty shards are no result" $? 66
refused "an earlier evaluation" 73 "--resume" -- lidc "$lidc" --xml "$tmp/xml" \
  -o "$tmp/all" $few
cp -r "$tmp/s2" "$tmp/other"
rm -r "$tmp/other/cases"
"$capsight" evaluate lidc "$lidc" --xml "$tmp/xml" -o "$tmp/other2" --shard 2/3 \
  $few --min-readers 2 >/dev/null 2>&1
"$capsight" merge "$tmp/s1" "$tmp/other2" -o "$tmp/m3" >/dev/null 2>"$tmp/err"
is "other settings are refused" $? 65
has "and why" "$(cat "$tmp/err")" "other weights, settings"
is "and nothing is written" "$(test -e "$tmp/m3"; echo $?)" 1

# ---- nothing but failures: the batch system must know ----
evaluate lidc "$lidc" --xml "$tmp/xml/7" -o "$tmp/none" --shard 1/1 $few
is "one scan of four has annotations: status 1" "$got" 1
evaluate lidc "$lidc/flat" --xml "$tmp/xml/7" -o "$tmp/none2" $few
is "all without annotations: the status of a missing input" "$got" 66
has "and words for it" "$(cat "$tmp/err")" \
  "no scan could be evaluated: 2 of 2 failed [CAP-003]"
is "the rows are there" "$(grep -c CAP-003 "$tmp/none2/cases.csv")" 2
"$capsight" merge "$tmp/none2" -o "$tmp/none3" >/dev/null 2>&1
is "a merge of failures alone has the same status" $? 66
evaluate lidc "$lidc/flat" --xml "$tmp/xml/7" -o "$tmp/none4" --shard 1/2 $few
is "the only scan of a shard is a row" "$got" 1
mkdir "$tmp/jpeg"
for file in "$lidc/LIDC-IDRI-9001/study/$one/"*; do
  dcmcjpls "$file" "$tmp/jpeg/$(basename "$file")"
done
CAPSIGHT_DICOM_WORKER=$tmp/no-worker evaluate lidc "$tmp/jpeg" \
  --xml "$tmp/xml/7" -o "$tmp/none5" $few
is "unless no worker can be started" "$got" 69
has "which is said" "$(cat "$tmp/err")" "1 of 1 failed [CAP-005]"

# ---- killed at random moments, continued ----
kills=${KILLS:-3} seed=${SEED:-1}
moments=$(awk -v seed="$seed" -v n="$kills" \
  'BEGIN { srand(seed); for (i = 0; i < n; i++) printf "%.3f ", rand() }')
echo "# SEED=$seed, killed after seconds: $moments"
for moment in $moments; do
  "$capsight" evaluate lidc "$lidc" --xml "$tmp/xml" -o "$tmp/k" --resume $few \
    >/dev/null 2>&1 &
  worker=$!
  sleep "$moment"
  kill -9 $worker 2>/dev/null
  wait $worker 2>/dev/null
done
evaluate lidc "$lidc" --xml "$tmp/xml" -o "$tmp/k" --resume $few --progress json
is "after $kills kills it ends as it should" "$got" 1
rm -f "$tmp/k/timing.json"
find "$tmp/k" -name '.*' -type f -delete
is "with the same bytes" "$(diff -r "$tmp/all" "$tmp/k" && echo same)" same
evaluate lidc "$lidc" --xml "$tmp/xml" -o "$tmp/k" --resume $few --progress json
has "a finished run keeps its cases" "$(cat "$tmp/err")" '"done":4,"total":4,"kept":3,"failed":1'
# All is kept where the scan that fails has no part.
for pass in make keep; do
  evaluate lidc "$lidc/LIDC-IDRI-9001" --xml "$tmp/xml/7" -o "$tmp/kept" \
    --resume $few --progress json
done
is "a rate that nothing was made at is null" "$(tail -1 "$tmp/err")" \
  '{"stage":"evaluating","done":1,"total":1,"kept":1,"failed":0,"cases_per_hour":null,"seconds_left":null}'
has "so is the time of a case" "$(cat "$tmp/kept/timing.json")" \
  '"seconds_per_case": null'
script -qec "'$capsight' evaluate lidc '$lidc/LIDC-IDRI-9001' --xml '$tmp/xml/7' \
  -o '$tmp/kept' --resume $few" "$tmp/terminal" >/dev/null </dev/null
has "and a terminal reads so" "$(cat "$tmp/terminal")" \
  "1 of 1 scans, 0 failed, rate and time left unknown"
touch "$lidc/LIDC-IDRI-9001/study/$one/"*
evaluate lidc "$lidc" --xml "$tmp/xml" -o "$tmp/k" --resume $few --progress json
has "a new time is not a new input" "$(cat "$tmp/err")" '"done":4,"total":4,"kept":3,'
changed=$(ls "$lidc/LIDC-IDRI-9001/study/$one/"* | head -1)
stamp=$(stat -c %y "$changed") size=$(stat -c %s "$changed")
printf '\001' | dd of="$changed" bs=1 seek=$((size - 1)) conv=notrunc 2>/dev/null
touch -d "$stamp" "$changed"
evaluate lidc "$lidc" --xml "$tmp/xml" -o "$tmp/k" --resume $few --progress json
has "changed input is evaluated again" "$(cat "$tmp/err")" '"done":4,"total":4,"kept":2,'

# ---- LUNA16 ----
luna=$tmp/luna
mkdir -p "$luna/subset0" "$luna/subset1" "$luna/CSVFILES"
{
  printf 'ObjectType = Image\nNDims = 3\nBinaryData = True\nDimSize = 64 64 40\n'
  printf 'Offset = -96 -96 -200\nElementSpacing = 3 3 3\n'
  printf 'ElementType = MET_SHORT\nElementDataFile = 1.2.3.raw\n'
} >"$luna/subset0/1.2.3.mhd"
head -c 327680 /dev/zero >"$luna/subset0/1.2.3.raw"
sed s/1.2.3.raw/1.2.4.raw/ "$luna/subset0/1.2.3.mhd" >"$luna/subset1/1.2.4.mhd"
head -c 1000 /dev/zero >"$luna/subset1/1.2.4.raw"
h=seriesuid,coordX,coordY,coordZ,diameter_mm
printf "$h\n1.2.3,0,0,-150,10\n1.2.4,0,0,-150,5\n" >"$luna/CSVFILES/annotations.csv"
printf "$h\n1.2.3,9,0,-150,-1\n" >"$luna/CSVFILES/annotations_excluded.csv"
printf '1.2.3\n1.2.4\n1.2.5\n' >"$luna/CSVFILES/seriesuids.csv"
evaluate luna16 "$luna" -o "$tmp/l" $few
is "LUNA16 with a short volume: status 1" "$got" 1
has "the short volume is named" "$(cat "$tmp/err")" "failed: 1.2.4"
has "a scan without volume is counted" "$(cat "$tmp/err")" "1 of 3 scans"
is "the other is scored" "$(value scans "$tmp/l/results.json")" 1
is "its nodule is missed" "$(value fn "$tmp/l/results.json")" 1

# ---- two real scans ----
if [ -d "$data/lidc/LIDC-IDRI-0003" ]; then
  evaluate lidc "$data/lidc" -o "$tmp/real" $few
  is "two clinical scans: status" "$got" 0
  is "two clinical scans: nodules of three readers" \
    "$(value nodules "$tmp/real/results.json")" 4
else
  skip "two clinical scans" "no LIDC-IDRI-0003"
fi
finish
