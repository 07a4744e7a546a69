#!/bin/sh
# capsight lidc summary: counts on small files, and the whole collection's
# against the published ones. TAP; argument 1 is the capsight program.
capsight=$1
. "$(dirname "$0")/tap.sh"
data=$CAPSIGHT_DATA
unset CAPSIGHT_DATA

"$capsight" lidc >"$tmp/out" 2>"$tmp/err"
is "no folder: status" $? 2
has "no folder: says what to type" "$(cat "$tmp/err")" "lidc summary XMLDIR"
"$capsight" lidc summary "$tmp/nowhere" >"$tmp/out" 2>"$tmp/err"
is "missing folder: status" $? 66
has "missing folder: named" "$(cat "$tmp/err")" "nowhere does not exist"
mkdir "$tmp/xml"
"$capsight" lidc summary "$tmp/xml" >"$tmp/out" 2>"$tmp/err"
is "no annotations: status" $? 66
has "no annotations: says so" "$(cat "$tmp/err")" "no CT annotations"

"$capsight" phantom -o "$tmp/p" --size 64 --slices 40 --nodules solid:16 \
  >/dev/null 2>&1
cp "$tmp/p/annotations.xml" "$tmp/xml/one.xml"
"$capsight" lidc summary "$tmp/xml" >"$tmp/out" 2>"$tmp/err"
is "a phantom: status" $? 0
has "a phantom: one series" "$(cat "$tmp/out")" '"series": 1,'
has "a phantom: four readers, one nodule" "$(cat "$tmp/out")" \
  '"clusters_by_marks": {"1": 0, "2": 0, "3": 0, "4": 1, "more": 0}'
head -c 2000 "$tmp/xml/one.xml" >"$tmp/xml/cut.xml"
"$capsight" lidc summary "$tmp/xml" >"$tmp/out" 2>"$tmp/err"
is "a file cut short: status 1" $? 1
has "a file cut short: named" "$(cat "$tmp/err")" "cut.xml"
has "a file cut short: the rest is counted" "$(cat "$tmp/out")" '"series": 1,'
echo "series_uid,slice_thickness" >"$tmp/bad.csv"
"$capsight" lidc summary "$tmp/xml" --spacing "$tmp/bad.csv" >"$tmp/out" 2>"$tmp/err"
is "a table without its column: status" $? 65
has "a table without its column: named" "$(cat "$tmp/err")" "pixel_spacing"

if [ -f "$data/lidc-xml.tar.xz" ]; then
  mkdir "$tmp/all"
  tar -xf "$data/lidc-xml.tar.xz" -C "$tmp/all"
  "$capsight" lidc summary "$tmp/all" --data "$data" >"$tmp/out" 2>"$tmp/err"
  is "the collection: status" $? 0
  all=$(tr -d '\n' <"$tmp/out")
  has "1,036 CT messages about 1,018 series" "$all" '"ct_messages": 1036,  "series": 1018,  "replaced_messages": 18,'
  has "6,859 annotations" "$all" '{"count": "annotations", "ours": 6859, "published": 6859}'
  has "2,651 clusters" "$all" '{"count": "clusters", "ours": 2651, "published": 2651}'
  has "875 patients" "$all" '{"count": "patients", "ours": 875, "published": 875}'
  has "groups as published, measured as published" "$all" \
    '"clusters_in_pixels_and_slices_by_marks": {"1": 771, "2": 488, "3": 481, "4": 897, "more": 14}'
  has "groups in millimetres" "$all" \
    '"clusters_by_marks": {"1": 769, "2": 491, "3": 481, "4": 896, "more": 14}'
  is "every difference is explained" "$(grep '"ours"' "$tmp/out" |
    sed 's/.*"ours": \([0-9]*\), "published": \([0-9]*\)\(.*\)/\1 \2 \3/' |
    awk '($1 != $2) != ($0 ~ /"why"/)' | wc -l)" 0
  "$capsight" lidc summary "$tmp/all/tcia-lidc-xml" --data "$data" >"$tmp/out" 2>"$tmp/err"
  has "without the archive's correction: why a mark more" \
    "$(grep '"annotations", "ours": 6860' "$tmp/out")" \
    "161-resubmitted-correction-3-9-12.xml"
else
  skip "the whole collection" "no lidc-xml.tar.xz"
fi
finish
