#!/bin/sh
# capsight phantom: files, CSV columns, XML, DICOM validity, errors.
# TAP; argument 1 is the capsight program.
capsight=$1
. "$(dirname "$0")/tap.sh"
status() { "$@" >"$tmp/out" 2>"$tmp/err"; echo $?; }
make() { status "$capsight" phantom --progress none --size 96 --slices 40 "$@"; }

is "a small phantom is made" "$(make --seed 4 -o "$tmp/a")" 0
is "40 images" "$(ls "$tmp/a/dicom" | wc -l | tr -d ' ')" 40
is "only the promised names" "$(ls -A "$tmp/a" | tr '\n' ' ')" \
  "annotations.csv annotations.xml dicom "
is "LUNA16 columns" "$(head -1 "$tmp/a/annotations.csv")" \
  "seriesuid,coordX,coordY,coordZ,diameter_mm"
is "eight nodules of 3 mm and more" "$(($(wc -l <"$tmp/a/annotations.csv") - 1))" 8
is "every row has five fields" \
  "$(awk -F, 'NF != 5' "$tmp/a/annotations.csv" | wc -l | tr -d ' ')" 0
is "four reading sessions" "$(grep -c '<readingSession>' "$tmp/a/annotations.xml")" 4
series=$(sed -n '2s/,.*//p' "$tmp/a/annotations.csv")
has "XML and CSV name the same series" "$(cat "$tmp/a/annotations.xml")" \
  "<SeriesInstanceUid>$series<"
if command -v xmllint >/dev/null; then
  is "the XML is well formed" "$(status xmllint --noout "$tmp/a/annotations.xml")" 0
else
  skip "the XML is well formed" "no xmllint"
fi
if command -v dciodvfy >/dev/null; then
  for i in 000001 000020 000040; do
    dciodvfy "$tmp/a/dicom/$i.dcm" >"$tmp/verify" 2>&1
    is "dciodvfy finds no error in $i" "$(grep -i '^error' "$tmp/verify")" ""
    has "and knows it as CT in $i" "$(cat "$tmp/verify")" CTImage
  done
else
  skip "dciodvfy finds no error" "no dciodvfy"
fi
if command -v dcmdump >/dev/null; then
  has "the images carry the series UID" \
    "$(dcmdump +P 0020,000e "$tmp/a/dicom/000007.dcm")" "$series"
fi

make --seed 4 -o "$tmp/b" >/dev/null
is "the same seed gives the same bytes" "$(diff -r "$tmp/a" "$tmp/b")" ""
make --seed 5 -o "$tmp/c" >/dev/null
is "another seed gives another series" \
  "$(grep -c "^$series," "$tmp/c/annotations.csv")" 0
mkdir "$tmp/empty"
is "an empty folder is used" "$(make --nodules solid:9,ground-glass:14 -o "$tmp/empty")" 0
is "with the nodules asked for" "$(($(wc -l <"$tmp/empty/annotations.csv") - 1))" 2
is "and nothing left over" "$(ls -A "$tmp/empty" | tr '\n' ' ')" \
  "annotations.csv annotations.xml dicom "
is "--json prints the truth" "$(make --json --nodules calcified -o "$tmp/j")" 0
has "as JSON" "$(cat "$tmp/out")" '"kind":"calcified"'

is "a folder that is not empty is refused" "$(make -o "$tmp/a")" 73
has "by name" "$(cat "$tmp/err")" "$tmp/a is not empty"
touch "$tmp/file"
is "a file in the way is refused" "$(make -o "$tmp/file/below")" 73
is "no folder is a usage error" "$(make)" 2
is "an unknown kind is a usage error" "$(make --nodules blob -o "$tmp/x")" 2
has "that lists the kinds" "$(cat "$tmp/err")" "ground-glass"
is "too few slices are a usage error" "$(make --slices 3 -o "$tmp/x")" 2
is "and nothing is made" "$(test -e "$tmp/x" && echo yes)" ""
# A disk that fills up: a small file size limit does the same to a write.
is "a write that fails has its status" "$(
  ulimit -f 4
  trap '' XFSZ
  make -o "$tmp/full"
)" 74
has "and names the cause" "$(cat "$tmp/err")" "File too large"
is "and leaves nothing" "$(ls -A "$tmp" | grep full)" ""
finish
