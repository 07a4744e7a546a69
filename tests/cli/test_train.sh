#!/bin/sh
# capsight train and classify: usage, configurations and indices that are wrong.
# TAP; argument 1 is the capsight program.
capsight=$1
. "$(dirname "$0")/tap.sh"
status() { "$@" >"$tmp/out" 2>"$tmp/err"; echo $?; }

is "train without arguments is a usage error" "$(status "$capsight" train)" 2
is "train needs -o" "$(status "$capsight" train x.conf)" 2
is "a missing configuration is missing input" \
  "$(status "$capsight" train "$tmp/none.conf" -o "$tmp/run")" 66
has "and is named" "$(cat "$tmp/err")" "none.conf"
printf '[training]\nbatch = 0\n' >"$tmp/bad.conf"
is "a value out of range is a configuration error" \
  "$(status "$capsight" train "$tmp/bad.conf" -o "$tmp/run")" 2
has "and says the range" "$(cat "$tmp/err")" "from 1 to 128"
has "and has its code" "$(cat "$tmp/err")" "[CAP-013]"
printf '[training]\nepochs = 1\n' >"$tmp/good.conf"
is "training without a data folder is missing input" \
  "$(CAPSIGHT_DATA= status "$capsight" train "$tmp/good.conf" -o "$tmp/run")" 66
mkdir "$tmp/empty"
is "a data folder without crops is missing input" \
  "$(status "$capsight" train "$tmp/good.conf" -o "$tmp/run" --data "$tmp/empty")" 66
is "and no run folder is left" "$(ls -d "$tmp/run" 2>/dev/null)" ""
is "classify without arguments is a usage error" \
  "$(status "$capsight" classify)" 2
is "a missing index is missing input" \
  "$(status "$capsight" classify "$tmp/none.csv" -o "$tmp/out.csv")" 66
printf 'file,cx_px\na.mha,1\n' >"$tmp/short.csv"
is "an index without a column is unusable" \
  "$(status "$capsight" classify "$tmp/short.csv" -o "$tmp/out.csv")" 65
has "which is named" "$(cat "$tmp/err")" "cy_px"
is "and nothing is written" "$(ls "$tmp/out.csv" 2>/dev/null)" ""
weights=$(dirname "$0")/../../models/weights/capsnet.safetensors
crops=$CAPSIGHT_DATA/lidc-crops
if [ -n "$CAPSIGHT_DATA" ] && [ -f "$crops/index.csv" ] && [ -f "$weights" ]; then
  # absolute names, and columns in another order than lidc-crops has them
  { echo "cz_slice,cx_px,cy_px,file"
    awk -F, -v d="$crops" 'NR > 1 && NR < 6 { print $15 "," $13 "," $14 "," d "/" $1 }' \
      "$crops/index.csv"; } >"$tmp/few.csv"
  is "crops are judged" "$(status "$capsight" classify "$tmp/few.csv" \
    -o "$tmp/out.csv" --weights "$weights")" 0
  is "with the promised columns" "$(head -1 "$tmp/out.csv")" \
    "file,nodule_probability,malignancy_expected,malignancy_probability,diameter_mm,subtlety,calcification,sphericity,margin,lobulation,spiculation,texture,internalStructure"
  is "one row each, all numbers in range" "$(awk -F, 'NR > 1 && NF == 13 &&
    $2 >= 0 && $2 <= 1 && $3 >= 1 && $3 <= 5 && $4 >= 0 && $4 <= 1 &&
    $5 >= 0 && $7 >= 1 && $7 <= 6 { n++ } END { print n }' "$tmp/out.csv")" 4
  echo "3,44,44,$tmp/none.mha" >>"$tmp/few.csv"
  is "a missing crop fails its row only" "$(status "$capsight" classify \
    "$tmp/few.csv" -o "$tmp/out2.csv" --weights "$weights")" 1
  has "and is named" "$(cat "$tmp/err")" "none.mha"
  is "the others stay the same" "$(head -5 "$tmp/out2.csv")" "$(cat "$tmp/out.csv")"
else
  skip "classify real crops" "no CAPSIGHT_DATA or no weights"
fi
finish
