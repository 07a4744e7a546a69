#!/bin/sh
# capsight anonymize: copies that name nobody, a log, and a sentence with a
# status for bad input. TAP; argument 1 is the capsight program.
capsight=$1
. "$(dirname "$0")/tap.sh"
unset CAPSIGHT_DATA

# anonymize ARGUMENTS: exit status into $got, streams into $tmp/out, $tmp/err.
anonymize() {
  "$capsight" anonymize "$@" >"$tmp/out" 2>"$tmp/err"
  got=$?
}
# refused DESCRIPTION STATUS CODE PART -- ARGUMENTS
refused() {
  what=$1 status=$2 code=$3 part=$4
  shift 5
  anonymize "$@"
  is "$what: status" "$got" "$status"
  has "$what: says why" "$(cat "$tmp/err")" "$part"
  has "$what: has its code" "$(cat "$tmp/err")" "[$code]"
}

"$capsight" phantom -o "$tmp/p" --size 64 --slices 16 -q >/dev/null
ct=$tmp/p/dicom
printf '0123456789abcdef0123456789abcdef' >"$tmp/key"

# ---- wrong usage ----
refused "nothing" 2 CAP-001 "which files" --
refused "no output" 2 CAP-001 "-o DIR" -- "$ct"
refused "two paths" 2 CAP-001 "one PATH" -- "$ct" "$ct" -o "$tmp/o"
refused "dates" 2 CAP-001 "remove, shift or keep" -- "$ct" -o "$tmp/o" --dates guess
refused "burned-in" 2 CAP-001 "refuse or warn" -- "$ct" -o "$tmp/o" --burned-in x
refused "keep" 2 CAP-001 "“names”" -- "$ct" -o "$tmp/o" --keep patient,names
refused "pixels" 2 CAP-001 "pixels are not cleaned" -- "$ct" -o "$tmp/o" --clean pixels
refused "clean" 2 CAP-001 "descriptors, content" -- "$ct" -o "$tmp/o" --clean x
refused "no key" 66 CAP-003 "cannot be read" -- "$ct" -o "$tmp/o" --key "$tmp/none"
printf short >"$tmp/short"
refused "short key" 65 CAP-002 "16 to 65536" -- "$ct" -o "$tmp/o" --key "$tmp/short"
refused "no input" 66 CAP-003 "there is nothing at" -- "$tmp/none" -o "$tmp/o"
refused "inside" 2 CAP-001 "lies inside" -- "$ct" -o "$ct/o"
refused "mapping inside" 2 CAP-001 "outside of the output" -- "$ct" -o "$tmp/o" \
  --mapping "$tmp/o/map.json"
mkdir "$tmp/text" "$tmp/full"
echo hello >"$tmp/text/a"
echo mine >"$tmp/full/mine"
refused "no DICOM" 66 CAP-003 "no DICOM file" -- "$tmp/text" -o "$tmp/o"
refused "not empty" 73 CAP-007 "is not empty" -- "$ct" -o "$tmp/full"
is "what was there is there" "$(ls "$tmp/full")" mine
rm -rf "$tmp/o"

# ---- a run ----
anonymize "$ct" -o "$tmp/a" --key "$tmp/key" --dates shift --mapping "$tmp/map"
is "it runs" "$got" 0
is "and says what it did" "$(cat "$tmp/out")" \
  "16 files written to $tmp/a, 0 left out"
is "nothing to remark" "$(cat "$tmp/err")" ""
is "files have our counters' names" "$(cd "$tmp/a" && find . -name '*.dcm' |
  sort | sed -n '1p;16p' | tr '\n' ' ')" \
  "./patient-001/study-01/series-01/000001.dcm ./patient-001/study-01/series-01/000016.dcm "
has "the log has the attributes" "$(cat "$tmp/a/anonymize.txt")" \
  "0010,0030  Z        emptied"
has "and where dates went" "$(cat "$tmp/a/anonymize.json")" \
  '{"tag": "0008,0020", "keyword": "StudyDate", "profile": "Z", "done": "shifted", "n": 16}'
is "the mapping is its owner's" "$(stat -c %a "$tmp/map")" 600
for word in PHANTOM Phantom 20200101 19600101 Synthetic; do
  is "no $word anywhere" "$(grep -rl "$word" "$tmp/a")" ""
done
anonymize "$ct" -o "$tmp/b" --key "$tmp/key" --dates shift
is "the same key gives the same bytes" \
  "$(diff -r "$tmp/a" "$tmp/b" 2>&1 | head -3)" ""
anonymize "$ct" -o "$tmp/c" --json
is "without a key it runs" "$got" 0
has "and says so" "$(cat "$tmp/err")" "no --key was given"
has "--json is the log" "$(cat "$tmp/out")" '"random": true'
is "and the same as the file" "$(cmp "$tmp/out" "$tmp/c/anonymize.json" 2>&1)" ""
is "other UIDs then" "$(cmp -s \
  "$tmp/a/patient-001/study-01/series-01/000001.dcm" \
  "$tmp/c/patient-001/study-01/series-01/000001.dcm" || echo other)" other

# ---- the same images for everything else ----
facts() { # of a series, but for names, UIDs and dates
  "$capsight" info "$1" --json | grep -e '"slices"' -e '"rows"' -e '"columns"' \
    -e spacing -A3 | grep -v description
}
is "info says the same" "$(facts "$tmp/a")" "$(facts "$ct")"

# ---- files that do not go out, and a disk that is full ----
mkdir "$tmp/mixed"
cp "$ct/000001.dcm" "$tmp/mixed/good.dcm"
head -c 3000 "$ct/000002.dcm" >"$tmp/mixed/Doe^John.dcm"
anonymize "$tmp/mixed" -o "$tmp/d"
is "a damaged file: status of a batch" "$got" 1
has "it is named to the user" "$(cat "$tmp/err")" \
  "Doe^John.dcm: left out: its pixel data is cut off"
is "but not in the log" "$(grep -rl Doe "$tmp/d")" ""
has "which has the reason" "$(cat "$tmp/d/anonymize.txt")" \
  "Input 1, left out: its pixel data is cut off"
(
  ulimit -f 4
  "$capsight" anonymize "$ct" -o "$tmp/e" >"$tmp/out" 2>"$tmp/err"
  echo $? >"$tmp/status"
)
is "no room: status" "$(cat "$tmp/status")" 74
has "no room: says so" "$(cat "$tmp/err")" "cannot write"
is "nothing half done is left" "$(find "$tmp/e" -type f)" ""
finish
