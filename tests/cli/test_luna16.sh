#!/bin/sh
# capsight evaluate luna16 on a collection laid out as LUNA16 is: however the
# voxels are stored the findings are the same, and whatever is wrong with one
# scan or its rows stays with that scan.
# TAP; argument 1 is the capsight program, 2 make-weights, 3 make-volume.
capsight=$1 make_weights=$2 make_volume=$3
. "$(dirname "$0")/tap.sh"
unset CAPSIGHT_DATA
"$make_weights" "$tmp/w1" || exit 1
export CAPSIGHT_WEIGHTS="$tmp/w1"
few="--max-candidates 4 --flips 1 --bootstrap 50 -p 0.0001 --no-pictures"

evaluate() {
  "$capsight" evaluate luna16 "$@" $few >"$tmp/out" 2>"$tmp/err"
  got=$?
}
value() { # KEY FILE
  sed -n "s/^ *\"$1\": \([^,]*\),*$/\1/p" "$2" | head -1
}
marks() { # CASE
  sed -n '/"marks"/,/"notes"/p' "$1"
}

# ---- two phantoms, one of them in five encodings ----
luna=$tmp/luna h=seriesuid,coordX,coordY,coordZ,diameter_mm
mkdir -p "$luna/CSVFILES"
mkdir "$luna/subset0" "$luna/subset1" "$luna/subset7"
for seed in 1 2; do
  "$capsight" phantom -o "$tmp/p$seed" --seed $seed --size 96 --slices 20 \
    --thickness 2 --nodules solid:16,solid:12 -q >/dev/null 2>&1 || echo "Bail out! no phantom"
done
set -- raw big zraw float turned
for kind; do
  "$make_volume" "$tmp/p1/dicom" "$luna/subset0/1.$kind.mhd" $kind || exit 1
done
"$make_volume" "$tmp/p2/dicom" "$luna/subset7/2.raw.mhd" || exit 1
rows() { # PHANTOM UID
  sed -n "2,\$s/^[^,]*/$2/p" "$tmp/$1/annotations.csv"
}
{
  echo $h
  for kind; do rows p1 1.$kind; done
  rows p2 2.raw
} >"$luna/CSVFILES/annotations.csv"
printf '%s\n2.raw,0,0,0,-1\n' $h >"$luna/CSVFILES/annotations_excluded.csv"
{ for kind; do echo 1.$kind; done; echo 2.raw; } >"$luna/CSVFILES/seriesuids.csv"

evaluate "$luna" -o "$tmp/s0" --subset 0-6
is "subsets 0 to 6: status" $got 0
is "have five scans" "$(value scans "$tmp/s0/results.json")" 5
is "with their nodules" "$(value nodules "$tmp/s0/results.json")" 10
is "nothing to warn of" "$(cat "$tmp/err")" ""
is "there are marks to compare" \
  "$(marks "$tmp/s0/cases/1.raw.json" | grep -c '"probability"' | sed 's/[1-9][0-9]*/some/')" some
marks "$tmp/s0/cases/1.raw.json" >"$tmp/marks"
for kind in big zraw float turned; do
  is "$kind voxels give the findings of raw ones" \
    "$(marks "$tmp/s0/cases/1.$kind.json" | cmp - "$tmp/marks" && echo same)" same
done
evaluate "$luna" -o "$tmp/s7" --subset 1,7
is "subsets 1 and 7 have one" "$(value cases "$tmp/s7/results.json")" 1
"$capsight" merge "$tmp/s7" "$tmp/s0" -o "$tmp/m" --bootstrap 50 >/dev/null 2>&1
is "subsets add up" "$(value scans "$tmp/m/results.json")" 6
evaluate "$luna" -o "$tmp/s1" --subset 1-3
is "subsets without volumes: status" $got 66
has "and why" "$(cat "$tmp/err")" "in the subsets that are asked for"
evaluate "$tmp/nowhere" -o "$tmp/bad"
is "a missing folder: status" $got 66
has "a missing folder: which" "$(cat "$tmp/err")" "nowhere"
for bad in 10 a 3-1 -1 "" 1,; do
  evaluate "$luna" -o "$tmp/bad" --subset "$bad"
  is "subset “$bad” is wrong usage" $got 2
done
# ---- faults of single scans ----
small=$tmp/small
mkdir -p "$small/subset0"
for name in good short gone far list text odd flat; do
  sed "s/= 1.raw.raw/= $name.raw/;s/DimSize.*/DimSize = 16 16 16/" \
    "$luna/subset0/1.raw.mhd" >"$small/subset0/$name.mhd"
  head -c 8192 /dev/zero >"$small/subset0/$name.raw"
done
head -c 1000 /dev/zero >"$small/subset0/short.raw"
rm "$small/subset0/gone.raw"
sed -i 's|= far.raw|= ../../etc/far.raw|' "$small/subset0/far.mhd"
sed -i 's|= list.raw|= LIST|' "$small/subset0/list.mhd"
sed -i 's|BinaryData = True|BinaryData = False|' "$small/subset0/text.mhd"
sed -i 's|MET_SHORT|MET_COMPLEX|' "$small/subset0/odd.mhd"
sed -i '/DimSize/d' "$small/subset0/flat.mhd"
{ echo $h; for name in good short gone far list text odd flat; do echo $name,0,0,0,9; done; } \
  >"$small/annotations.csv"
evaluate "$small" -o "$tmp/f"
is "seven broken volumes: status" $got 1
is "the good one is scored" "$(value scans "$tmp/f/results.json")" 1
failed() { # NAME CODE PART
  row=$(grep "^$1," "$tmp/f/cases.csv")
  has "$1: its code" "$row" "$2"
  has "$1: why" "$row" "$3"
}
failed short CAP-002 "cut short"
failed gone CAP-003 "gone.raw”, which cannot be read"
failed far CAP-002 "outside its own folder"
failed list CAP-004 "one file per slice"
failed text CAP-004 "voxels as text"
failed odd CAP-002 "no valid ElementType"
failed flat CAP-002 "no valid DimSize"

# ---- faults of rows ----
rm "$small"/subset0/[!gs]*.mhd "$small/subset0/gone.mhd"
cp "$small/subset0/good.raw" "$small/subset0/short.raw"
table() { # ANNOTATIONS-LINES (as printf takes them)
  printf "$1" >"$small/annotations.csv"
  rm -rf "$tmp/f"
  evaluate "$small" -o "$tmp/f"
}
table "$h\r\ngood,0,0,0,9\r\nshort,0,nan,0,9\r\n"
is "NaN in one row: status 1" $got 1
failed short CAP-002 "annotations.csv, line 3: “nan” in column “coordY”"
is "the other scan is scored" "$(value scans "$tmp/f/results.json")" 1
table "\357\273\277$h\ngood,0,0,0,9\ngood,0,0,0,9\nshort,0,0,0,9\nnobody,1,1,1,5\n"
is "doubles, strangers, BOM: status" $got 0
has "the double is named" "$(cat "$tmp/err")" "line 3: the same nodule as on line 2"
is "and counts, as in the official script" "$(value nodules "$tmp/f/results.json")" 3
printf '%s\ngood,0,0,0,5\n' $h >"$small/annotations.csv"
rm -rf "$tmp/f"
evaluate "$small" -o "$tmp/f"
is "without a list every volume is a scan" "$(value scans "$tmp/f/results.json")" 2
printf 'good\nshort\ngood\n' >"$small/seriesuids.csv"
table "$h\ngood,0,0,0,9\nnobody,1,1,1,5\n"
has "an unknown scan is named" "$(cat "$tmp/err")" "annotations.csv: 1 row about scans that are not in the list (the first on line 3)"
has "a scan listed twice is named" "$(cat "$tmp/err")" "line 3: scan good is listed twice"
for case in 'tabs|seriesuid\tcoordX\tcoordY\tcoordZ\tdiameter_mm\n| has no column' \
  'semicolons|seriesuid;coordX;coordY;coordZ;diameter_mm\n|separated by commas' \
  'a missing column|seriesuid,coordX,coordY,coordZ\n| has no column “diameter_mm”' \
  'decimal commas|seriesuid,coordX,coordY,coordZ,diameter_mm\ngood,1,5,2,5,0,9\n|, line 2: 7 fields where the header has 5'; do
  table "$(printf '%s' "$case" | cut -d'|' -f2)"
  what=${case%%|*}
  is "$what: status" $got 65
  has "$what: file and reason" "$(cat "$tmp/err")" "${case##*|}"
done
finish
