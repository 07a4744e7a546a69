#!/bin/sh
# capsight info: what is listed, and the sentences and statuses of bad input.
# TAP; argument 1 is the capsight program, argument 2 makes a DICOM series.
capsight=$1
make_series=$2
. "$(dirname "$0")/tap.sh"
run() { # ARGS...: status in $status, output in $tmp/out and $tmp/err
  "$capsight" "$@" >"$tmp/out" 2>"$tmp/err"
  status=$?
}

"$make_series" "$tmp/ct" 10 CT 1.2.3.1
run info "$tmp/ct"
is "a CT series is listed" $status 0
has "with its UID" "$(cat "$tmp/out")" "Series 1.2.3.1"
has "its geometry" "$(cat "$tmp/out")" "10 slices, 32 x 32; 0.8 x 0.7 mm pixels, 1 mm steps"
has "its kernel" "$(cat "$tmp/out")" "B50f"
has "its date" "$(cat "$tmp/out")" "2024-01-31"
has "and what it is good for" "$(cat "$tmp/out")" "view, measure, detect"
is "nothing is said on stderr" "$(cat "$tmp/err")" ""

run info --json "$tmp/ct"
is "JSON is printed" $status 0
for key in '"series_uid" : "1.2.3.1"' '"modality" : "CT"' '"slices" : 10' \
  '"rows" : 32' '"patient_id" : "P1"' '"study_uid"' '"spacing_mm"' \
  '"irregularities"' '"usable_for"' '"detect"' '"skipped_files" : 0'; do
  has "JSON has $key" "$(cat "$tmp/out")" "$key"
done

"$make_series" "$tmp/mr" 6 MR 1.2.3.2
run info "$tmp/mr"
is "an MR series is listed" $status 0
has "and refused for detection" "$(cat "$tmp/out")" "not detect: it is MR, not CT"

"$make_series" "$tmp/one" 1 CT 1.2.3.3
run info "$tmp/one"
is "one slice is listed" $status 0
has "and refused for detection" "$(cat "$tmp/out")" "it has only 1 slice"

"$make_series" "$tmp/both/a" 5 CT 1.2.3.4
"$make_series" "$tmp/both/b" 8 CT 1.2.3.5
rm "$tmp/both/b/i003.dcm"
echo notes >"$tmp/both/notes.txt"
run info "$tmp/both"
has "irregularities show their code and effect" "$(cat "$tmp/out")" "CASE-01 warning"
has "other files are counted" "$(cat "$tmp/out")" "Passed over: 1 file"
is "the larger series comes first" "$(grep -m1 '^Series' "$tmp/out")" "Series 1.2.3.5"
run info --series-uid 1.2.3.4 "$tmp/both"
is "--series-uid lists one" "$(grep -c '^Series' "$tmp/out")" 1
run info --series-uid 9.9 "$tmp/both"
is "an unknown UID is missing input" $status 66

mkdir "$tmp/empty"
run info "$tmp/empty"
is "an empty folder is missing input" $status 66
has "in a sentence" "$(cat "$tmp/err")" "there are no files in “$tmp/empty” [CAP-003]"

mkdir "$tmp/photos"
printf '\377\330\377\340photo' >"$tmp/photos/beach.jpg"
run info "$tmp/photos"
is "a folder of photos is missing input" $status 66
has "which names a file" "$(cat "$tmp/err")" "beach.jpg"

echo "This is a text and no image." >"$tmp/text.dcm"
run info "$tmp/text.dcm"
is "a text named .dcm is missing input" $status 66
has "which is named" "$(cat "$tmp/err")" "text.dcm” is not a DICOM image"

run info "$tmp/nowhere"
is "a missing path is missing input" $status 66
has "with the cause" "$(cat "$tmp/err")" "No such file or directory"

if [ "$(id -u)" = 0 ]; then
  skip "an unreadable folder" "root reads everything"
else
  mkdir "$tmp/locked"
  chmod 0 "$tmp/locked"
  run info "$tmp/locked"
  is "an unreadable folder is missing input" $status 66
  chmod 700 "$tmp/locked"
fi

printf 'ObjectType = Image\nNDims = 3\nDimSize = 900 900 900\nElementType = MET_SHORT\nElementDataFile = LOCAL\n' >"$tmp/cut.mha"
run info "$tmp/cut.mha"
is "a volume cut short is unusable" $status 65
has "and named" "$(cat "$tmp/err")" "cut.mha” is cut short"

run info
is "no path is a usage error" $status 2
finish
