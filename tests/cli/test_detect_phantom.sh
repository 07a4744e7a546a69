#!/bin/sh
# Detection end to end with the shipped weights: the large nodules of a phantom
# are found where they were put. TAP; argument 1 is the capsight program, 2 the
# shipped weights.
capsight=$1 weights=$2
. "$(dirname "$0")/tap.sh"
if [ ! -e "$weights" ]; then
  skip "detection of a phantom" "no shipped weights"
  finish
fi
"$capsight" phantom -o "$tmp/p" --size 256 --slices 100 \
  --nodules solid:18,solid:13,lobulated:15 --seed 3 >"$tmp/out" 2>&1 ||
  { cat "$tmp/out"; echo "Bail out! no phantom"; exit 1; }
"$capsight" detect "$tmp/p/dicom" -o "$tmp/o" -w "$weights" --no-pictures \
  --max-candidates 40 --flips 1 \
  >"$tmp/out" 2>"$tmp/err"
is "detection ends well" $? 0
# nodules hit by a finding within their radius, and findings in all
counts=$(awk -F, '
  FNR == 1 { file++; next }
  file == 1 { n++; x[n] = $2; y[n] = $3; z[n] = $4; d[n] = $5; next }
  { found++
    for (i = 1; i <= n; i++)
      if (($2-x[i])^2 + ($3-y[i])^2 + ($4-z[i])^2 <= d[i]^2 / 4) hit[i] = 1 }
  END { for (i in hit) hits++; printf "%d %d %d", hits, n, found }' \
  "$tmp/p/annotations.csv" "$tmp/o/findings.csv")
set -- $counts
is "every nodule over 12 mm is found" "$1" "$2"
echo "# $3 findings in all"
sed 's/^/# /' "$tmp/out"

# The scan beside itself: the identity, and each finding its own partner.
"$capsight" compare "$tmp/o" "$tmp/o" --series "$tmp/p/dicom" --prior-series "$tmp/p/dicom" \
  -o "$tmp/c" --json >"$tmp/comparison" 2>"$tmp/err"
is "a comparison ends well" "$?$(cat "$tmp/err")" 0
is "every finding is its own partner" \
  "$(sed -n 's/.*"current": *\([0-9]*\), *"prior": *\([0-9]*\),.*/\1 \2/p' "$tmp/comparison" |
    awk '$1 == $2 { n++ } END { print n + 0 }')" "$3"
is "the findings tell of it" "$(grep -c '"state": *"matched"' "$tmp/c/findings.json")" "$3"
is "the same comparison is on disk" "$(cmp "$tmp/comparison" "$tmp/c/comparison.json" 2>&1)" ""
"$capsight" compare "$tmp/o" "$tmp/o" -o "$tmp/c2" 2>"$tmp/err"
is "images must be named" "$?" 2
finish
