#!/bin/sh
# capsight froc: the published figures, and a sentence for every bad table.
# TAP; argument 1 is the capsight program.
capsight=$1
. "$(dirname "$0")/tap.sh"
data=$CAPSIGHT_DATA
unset CAPSIGHT_DATA

froc() {
  "$capsight" froc "$@" >"$tmp/out" 2>"$tmp/err"
  got=$?
}
printf 'seriesuid,coordX,coordY,coordZ,diameter_mm\na,0,0,0,10\nb,5,5,5,4\n' \
  >"$tmp/nodules.csv"
printf 'seriesuid,coordX,coordY,coordZ,probability\na,1,1,1,0.9\nb,50,5,5,0.4\n' \
  >"$tmp/marks.csv"
# refused DESCRIPTION PART-OF-MESSAGE TABLE (as printf takes it): as marks.
refused() {
  printf "$3" >"$tmp/bad.csv"
  froc --annotations "$tmp/nodules.csv" --results "$tmp/bad.csv"
  is "$1: status" $got 65
  has "$1: file and reason" "$(cat "$tmp/err")" "bad.csv$2"
}
head=seriesuid,coordX,coordY,coordZ,probability

froc
is "no files: status" $got 2
froc --annotations "$tmp/none.csv" --results "$tmp/marks.csv"
is "a missing file: status" $got 66
froc --annotations "$tmp/nodules.csv" --results "$tmp/marks.csv"
is "two scans: status" $got 0
has "two scans: one hit of two" "$(tr -d '\n' <"$tmp/out")" \
  '"tp": 1,  "fp": 1,  "fn": 1,'
refused "decimal commas" ", line 2: 6 fields" "$head\na,1,5,2,1,0.9\n"
refused "tabs" " has no column" 'seriesuid\tcoordX\tcoordY\n'
refused "a missing column" " has no column “probability”" \
  'seriesuid,coordX,coordY,coordZ\n'
refused "NaN" ", line 2: “nan”" "$head\na,1,1,1,nan\n"
refused "an empty field" ", line 3" "$head\na,1,1,1,0.9\na,,1,1,0.9\n"
refused "an empty table" " is empty" ""

printf '\357\273\277%s\r\na,1,1,1,0.9\r\nz,1,1,1,0.9\r\n' $head >"$tmp/crlf.csv"
froc --annotations "$tmp/nodules.csv" --results "$tmp/crlf.csv"
is "CRLF and a byte order mark: status" $got 0
has "an unknown scan is named" "$(cat "$tmp/err")" "line 3"
printf 'a\nb\nb\nc\n' >"$tmp/series.csv"
froc --annotations "$tmp/nodules.csv" --results "$tmp/marks.csv" \
  --series "$tmp/series.csv"
has "a list without header: three scans" "$(cat "$tmp/out")" '"scans": 3,'
has "a scan listed twice is named" "$(cat "$tmp/err")" "line 3: scan b"

if [ -f "$data/luna16/cad_results.csv" ]; then
  set -- --annotations "$data/luna16/annotations.csv" \
    --excluded "$data/luna16/annotations_excluded.csv" \
    --series "$data/luna16/seriesuids.csv" \
    --results "$data/luna16/cad_results.csv"
  froc "$@" --seed 3
  is "a published detector: status" $got 0
  all=$(tr -d '\n' <"$tmp/out")
  has "its hits" "$all" '"tp": 1136,  "fp": 46078,  "fn": 50,'
  has "its sensitivities" "$all" \
    '"sensitivity": [0.6922, 0.7690, 0.8238, 0.8651, 0.8929, 0.9174, 0.9334],'
  has "its CPM" "$all" '"cpm": 0.8420,'
  cp "$tmp/out" "$tmp/first"
  OMP_NUM_THREADS=1 "$capsight" froc "$@" --seed 3 >"$tmp/out" 2>"$tmp/err"
  is "same seed, same bands, whatever the threads" \
    "$(cmp "$tmp/first" "$tmp/out" && echo same)" same
  froc "$@" --seed 4
  is "another seed, other bands" \
    "$(cmp -s "$tmp/first" "$tmp/out" || echo other)" other
else
  skip "a published detector" "no luna16"
fi
finish
