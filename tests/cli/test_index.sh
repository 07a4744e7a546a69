#!/bin/sh
# A researcher's own index of volumes and points: evaluate, classify and train
# on it, with whatever may be wrong in it; masks as NIfTI, capsules as tensors.
# TAP; argument 1 is the capsight program, 2 make-weights, 3 make-volume.
capsight=$1 make_weights=$2 make_volume=$3
. "$(dirname "$0")/tap.sh"
unset CAPSIGHT_DATA
"$make_weights" "$tmp/w1" || exit 1
few="--max-candidates 4 --flips 1 --bootstrap 50 -p 0.0001 --no-pictures"

evaluate() {
  CAPSIGHT_WEIGHTS="$tmp/w1" "$capsight" evaluate index "$@" $few \
    >"$tmp/out" 2>"$tmp/err"
  got=$?
}
value() { # KEY FILE
  sed -n "s/^ *\"$1\": \([^,]*\),*$/\1/p" "$2" | head -1
}
marks() { # CASE
  sed -n '/"marks"/,/"notes"/p' "$1"
}

# same FILE FILE: the same words, numbers within 0.01 (NIfTI keeps geometry in
# single precision).
same() {
  tr -s ' ,[]:' '\n' <"$1" >"$tmp/x"
  tr -s ' ,[]:' '\n' <"$2" >"$tmp/y"
  paste "$tmp/x" "$tmp/y" | LC_ALL=C awk '
    $1 != $2 && !($1 + 0 != 0 && $2 + 0 != 0 && ($1 - $2) ^ 2 < 1e-4) { bad = 1 }
    END { print (NR > 5 && !bad ? "same" : "other") }'
}

# One phantom as three files, two of one name.
"$capsight" phantom -o "$tmp/p" --size 96 --slices 24 --thickness 2 \
  --nodules solid:16,solid:12,solid:10,solid:14,solid:12,solid:16 -q || exit 1
mkdir -p "$tmp/own/a" "$tmp/own/b"
"$make_volume" "$tmp/p/dicom" "$tmp/own/a/ct.nii.gz" &&
  "$make_volume" "$tmp/p/dicom" "$tmp/own/b/ct.mha" &&
  "$make_volume" "$tmp/p/dicom" "$tmp/own/third.mhd" raw || exit 1
# Two of its nodules that lie within its slices, the larger first.
inside() {
  LC_ALL=C awk -F, 'NR > 1 && $4 > -238 && $4 < -206 { print $2 "," $3 "," $4 }' \
    "$tmp/p/annotations.csv" | sed -n "$1p"
}
one=$(inside 1) two=$(inside 2)
"$make_volume" "$tmp/p/dicom" "$tmp/own/mask.nii.gz" "ball=$one,16" || exit 1

# ---- evaluate ----
h=file,coordX,coordY,coordZ,label,diameter_mm,mask,patient,malignancy,texture
{
  echo $h
  echo "a/ct.nii.gz,$one,nodule,,mask.nii.gz,P1,4 5 5 4,5 5 5 4"
  echo "a/ct.nii.gz,$two,1,12,,P1,,"
  echo "b/ct.mha,$one,excluded,16,,P2,,"
  echo "b/ct.mha,$two,,12,,P2,2,"
  echo "b/ct.mha,0,0,-200,negative,,,P2,,"
  echo "third.mhd,,,,,,,,,"
} >"$tmp/own/index.csv"
evaluate "$tmp/own/index.csv" -o "$tmp/e"
is "three volumes: status" $got 0
is "are three scans" "$(value scans "$tmp/e/results.json")" 3
is "with three nodules" "$(value nodules "$tmp/e/results.json")" 3
has "two of one name are told apart" "$(cat "$tmp/e/cases.csv")" "b/ct.mha,P2,ok"
has "the third has its file's name, and no patient but itself" \
  "$(cat "$tmp/e/cases.csv")" "third,third.mhd,ok"
for c in a_ct.nii.gz b_ct.mha third; do marks "$tmp/e/cases/$c.json" >"$tmp/$c"; done
is "two MetaImages give the same findings" "$(cmp "$tmp/b_ct.mha" "$tmp/third" && echo same)" same
for c in a_ct.nii.gz third; do
  grep -e '"center_mm"' -e '"probability"' "$tmp/$c" >"$tmp/$c.marks"
done
is "NIfTI gives them too" "$(same "$tmp/a_ct.nii.gz.marks" "$tmp/third.marks")" same
first=$(tr -d '\n' <"$tmp/e/cases/a_ct.nii.gz.json")
has "ratings are kept" "$first" '"malignancy_median": 4.500000,'
mm=$(sed -n 's/.*"diameter_mm": \([0-9]*\)\..*/\1/p' "$tmp/e/cases/a_ct.nii.gz.json" | head -1)
is "the mask gives the diameter" "$([ "$mm" -ge 14 ] && [ "$mm" -le 17 ] && echo good)" good
evaluate "$tmp/own/index.csv" -o "$tmp/e" --resume --progress json
has "nothing is done twice" "$(cat "$tmp/err")" '"done":3,"total":3,"kept":3,'
for k in 1 2 3; do evaluate "$tmp/own/index.csv" -o "$tmp/s$k" --shard $k/3; done
"$capsight" merge "$tmp/s2" "$tmp/s3" "$tmp/s1" -o "$tmp/m" --bootstrap 50 >/dev/null 2>&1
rm -f "$tmp/e/timing.json"
is "shards are the whole, byte for byte" "$(diff -r "$tmp/e" "$tmp/m" && echo same)" same

# ---- faults stay where they are ----
tiny=$tmp/tiny
mkdir "$tiny"
for name in a b c d e; do
  sed "s/= third.raw/= z.raw/;s/DimSize.*/DimSize = 16 16 16/" \
    "$tmp/own/third.mhd" >"$tiny/$name.mhd"
done
head -c 8192 /dev/zero >"$tiny/z.raw"
at=$(sed -n 's/^Offset = \(.*\) \(.*\) \(.*\)/\1,\2,\3/p' "$tiny/a.mhd")
head=file,coordX,coordY,coordZ,diameter_mm,label,patient,malignancy
printf "\357\273\277$head\r\n%s\r\n%s\r\n%s\r\n%s\r\n%s\r\n%s\r\n%s\r\n%s\r\n%s\r\n" \
  "a.mhd,$at,9,,A,3" "a.mhd,$at,9,,A,3" "b.mhd,0,nan,0,9,,B,3" \
  "c.mhd,9999,0,0,9,,C,3" "d.mhd,$at,9,,D,3" "d.mhd,,,,,,E,3" \
  "e.mhd,$at,9,perhaps,E,3" "gone.mhd,$at,9,,F,3" ",$at,9,,F,3" >"$tiny/i.csv"
evaluate "$tiny/i.csv" -o "$tmp/f"
is "six faults: status 1" $got 1
is "one volume is scored" "$(value scans "$tmp/f/results.json")" 1
is "its double counts once" "$(value nodules "$tmp/f/results.json")" 1
has "and is named" "$(cat "$tmp/err")" "i.csv, line 3: the same point as on line 2"
has "a row without file is named" "$(cat "$tmp/err")" "i.csv, line 10: “” is no file"
failed() { # NAME CODE PART
  has "$1 fails with $2" "$(grep "^$1," "$tmp/f/cases.csv")" "$2"
  has "$1 says why" "$(grep "^$1," "$tmp/f/cases.csv")" "$3"
}
failed b CAP-002 "i.csv, line 4: “nan” in column “coordY”"
failed c CAP-002 "outside the volume"
failed d CAP-002 "i.csv, line 7: d.mhd is of patient “E” here and of “D” on line 6"
failed e CAP-002 "“perhaps” is no label"
failed gone CAP-003 "gone.mhd"
table() { # STATUS PART TEXT
  printf "$3" >"$tiny/t.csv"
  for what in "evaluate index" classify; do
    rm -rf "$tmp/t"
    CAPSIGHT_WEIGHTS="$tmp/w1" "$capsight" $what "$tiny/t.csv" -o "$tmp/t" 2>"$tmp/err" >/dev/null
    is "$what: $2: status" $? "$1"
    has "$what: $2: file and reason" "$(cat "$tmp/err")" "t.csv$2"
  done
}
table 65 " has no column “file”" 'name,coordX,coordY,coordZ\n'
table 65 " has no column “coordZ”" 'file,coordX,coordY\n'
table 65 " has no column “file”" 'file\tcoordX\tcoordY\tcoordZ\n'
table 65 ", line 2: 7 fields" 'file,coordX,coordY,coordZ\na.mhd,1,5,2,5,3,5\n'
table 65 " is empty" ''
table 65 ", line 3: a quote" 'file,coordX,coordY,coordZ\na.mhd,,,\n"b.mhd,,,\n'
evaluate "$tiny/nowhere.csv" -o "$tmp/t"
is "no such index: status" $got 66

# ---- classify ----
classify() {
  CAPSIGHT_WEIGHTS= "$capsight" classify "$@" -q 2>"$tmp/err"
  got=$?
}
classify "$tmp/own/index.csv" -o "$tmp/c.csv" -w "$tmp/w1" --poses "$tmp/c.safetensors"
is "classify an index: status" $got 0
is "a row each" "$(wc -l <"$tmp/c.csv")" 7
sed -n '2,3s/^[^,]*,//p' "$tmp/c.csv" >"$tmp/n1"
sed -n '4,5s/^[^,]*,//p' "$tmp/c.csv" >"$tmp/n2"
is "NIfTI and MetaImage are judged alike" "$(same "$tmp/n1" "$tmp/n2")" same
is "a row without a point is empty" "$(sed -n 7p "$tmp/c.csv")" "third.mhd,,,,,,,,,,,,"
# Voxel (2, 3, 4) of the NIfTI's own axes, which run the other way along x and y.
o=$(sed -n 's/^Offset = //p' "$tmp/own/third.mhd")
s=$(sed -n 's/^ElementSpacing = //p' "$tmp/own/third.mhd")
{
  echo file,cx_px,cy_px,cz_slice
  echo a/ct.nii.gz,2,3,4
  echo b/ct.mha,2,3,4
} >"$tmp/own/voxels.csv"
{
  echo file,coordX,coordY,coordZ
  echo "$o $s" | LC_ALL=C awk '{
    printf "a/ct.nii.gz,%.6f,%.6f,%.6f\n", $1 + 2 * $4, $2 + 3 * $5, $3 + 4 * $6 }'
} >"$tmp/own/mm.csv"
classify "$tmp/own/voxels.csv" -o "$tmp/v.csv" -w "$tmp/w1"
classify "$tmp/own/mm.csv" -o "$tmp/mm.csv" -w "$tmp/w1"
for f in v.csv mm.csv; do sed -n '2s/^[^,]*,//p' "$tmp/$f" >"$tmp/$f.2"; done
sed -n '3s/^[^,]*,//p' "$tmp/v.csv" >"$tmp/v.csv.3"
is "voxel indices and millimetres agree" "$(same "$tmp/v.csv.2" "$tmp/mm.csv.2")" same
is "in both files" "$(same "$tmp/v.csv.2" "$tmp/v.csv.3")" same
classify "$tiny/i.csv" -o "$tmp/bad.csv" -w "$tmp/w1"
is "faults of rows: status 1" $got 1
is "but every row is there" "$(wc -l <"$tmp/bad.csv")" 10
has "each is named" "$(cat "$tmp/err")" "i.csv, line 4: “nan”"

# ---- tensors ----
header() { tail -c +9 "$1" | head -c "$(od -An -tu8 -N8 "$1" | tr -d ' ')"; }
text=$(header "$tmp/c.safetensors")
has "lengths" "$text" '"lengths":{"dtype":"F32","shape":[6,10],"data_offsets":[0,240]}'
has "poses" "$text" '"poses":{"dtype":"F32","shape":[6,10,16],'
has "routing maps" "$text" '"routing":{"dtype":"F32","shape":[6,10,4,4,4],'
has "what the capsules are" "$text" '"capsules":"nodule,non-nodule,'
is "a row that was not judged is no number" \
  "$(tail -c +$((9 + ${#text} + 200)) "$tmp/c.safetensors" | od -An -tf4 -N4 | tr -d ' -')" nan
CAPSIGHT_WEIGHTS="$tmp/w1" "$capsight" detect "$tmp/own/b/ct.mha" -o "$tmp/d" -p 0.0001 \
  --flips 1 --max-candidates 4 --no-pictures --masks nii --poses -q
is "detect with masks and poses: status" $? 0
found=$(grep -c '"center_mm"' "$tmp/d/findings.json")
has "its poses have a row for each finding" "$(header "$tmp/d/poses.safetensors")" \
  "\"poses\":{\"dtype\":\"F32\",\"shape\":[$found,10,16],"
is "its masks are a gzip file" "$(od -An -tx1 -N2 "$tmp/d/masks.nii.gz" | tr -d ' ')" 1f8b
is "beside masks.mha" "$(test -s "$tmp/d/masks.mha"; echo $?)" 0
"$capsight" detect "$tmp/own/b/ct.mha" -o "$tmp/d2" --masks png 2>"$tmp/err"
is "another kind of mask is wrong usage" $? 2

# ---- train ----
{
  echo $h
  for p in 1 2 3 4 5 6; do
    ln -s ct.mha "$tmp/own/b/n$p.mha"
    echo "b/n$p.mha,$one,nodule,,mask.nii.gz,P$p,4 4 5,"
    echo "b/n$p.mha,$two,nodule,12,,P$p,2,"
    echo "b/n$p.mha,-60,-150,-220,negative,,,P$p,,"
  done
} >"$tmp/own/train.csv"
cat >"$tmp/own.conf" <<END
[data]
crops=
cubes=
hosts=
index=train.csv
index-hosts=1
validation=0.4
validation-transplants=2
held-out=P6
[training]
epochs=1
samples=8
batch=4
warm-up=0
END
"$capsight" train "$tmp/own.conf" -o "$tmp/run" --data "$tmp/own" >"$tmp/out" 2>"$tmp/err"
is "training on it: status" $? 0
is "its nodules take part on both sides, the held-out patient's do not" \
  "$(awk '$1 == "whole" { print $2 + $5, ($2 > 0), ($5 > 0) }' "$tmp/out")" "10 1 1"
is "the host gives negatives" "$(awk '$1 == "transplant" { print ($3 + $6 > 50) }' "$tmp/out")" 1
is "and weights come out" "$(test -s "$tmp/run/weights.safetensors"; echo $?)" 0
refuse() { # DESCRIPTION PART SED
  sed "$3" "$tmp/own/train.csv" >"$tmp/own/bad.csv"
  sed s/train.csv/bad.csv/ "$tmp/own.conf" >"$tmp/bad.conf"
  "$capsight" train "$tmp/bad.conf" -o "$tmp/run2" --data "$tmp/own" >/dev/null 2>"$tmp/err"
  is "$1: status" $? 65
  has "$1: says where" "$(cat "$tmp/err")" "$2"
}
refuse "a nodule without size" "bad.csv, line 3: a nodule to train on needs" '3s/,12,/,,/'
refuse "a row with a fault" "bad.csv, line 2: “x”" '2s/,[^,]*,/,x,/'
sed '/^index=/d' "$tmp/own.conf" >"$tmp/none.conf"
"$capsight" train "$tmp/none.conf" -o "$tmp/run2" --data "$tmp/own" >/dev/null 2>"$tmp/err"
is "no data at all is a configuration error" $? 2
finish
