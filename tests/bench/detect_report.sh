#!/bin/sh
# What detection finds on the two real scans and on five phantoms, and what it
# costs: Markdown on stdout for the README and the model card.
#
#   tests/bench/detect_report.sh BUILD OUT [WEIGHTS [WEIGHTS-0001 WEIGHTS-0003]]
#
# WEIGHTS-0001 and -0003 never saw that scan; without them WEIGHTS judge all, and
# the report says so. The scans are found through CAPSIGHT_DATA.
set -e
build=$1 out=$2 weights=${3:-} held1=${4:-$3} held3=${5:-$3}
mkdir -p "$out"

detect() { # SERIES FOLDER WEIGHTS TRUTH TITLE
  "$build/app/capsight" detect "$1" -o "$2" ${3:+-w "$3"} --quiet --progress none
  printf '\n### %s\n\n' "$5"
  "$build/tests/bench-hits" "$2/findings.json" "$1" "$4"
  printf '\n| stage | s | peak MiB |\n|---|---|---|\n'
  sed -n 's/.*"stage": "\([^"]*\)", "seconds": \([0-9.]*\), "peak_mib": \([0-9.]*\).*/| \1 | \2 | \3 |/p
    s/.*"total_seconds": \([0-9.]*\).*/| total | \1 | |/p' "$2/timing.json"
}

held() { [ -n "$1" ] && [ "$1" != "$weights" ] && echo "weights that never saw it" || echo "shipped weights, which may have seen it"; }
lidc=${CAPSIGHT_DATA:+$CAPSIGHT_DATA/lidc}
if [ -d "$lidc/LIDC-IDRI-0001" ]; then
  detect "$lidc/LIDC-IDRI-0001" "$out/0001" "$held1" \
    "$(find "$lidc/LIDC-IDRI-0001" -name '*.xml' | head -1)" "LIDC-IDRI-0001, $(held "$held1")"
  detect "$lidc/LIDC-IDRI-0003" "$out/0003" "$held3" \
    "$(find "$lidc/LIDC-IDRI-0003" -name '*.xml' | head -1)" "LIDC-IDRI-0003, $(held "$held3")"
else
  echo "no real scans: set CAPSIGHT_DATA" >&2
fi
for seed in 1 2 3 4 5; do
  slices=$([ "$seed" = 1 ] && echo 300 || echo 160)
  "$build/app/capsight" phantom -o "$out/phantom-$seed" --seed "$seed" \
    --slices "$slices" --quiet >/dev/null
  detect "$out/phantom-$seed/dicom" "$out/p$seed" "$weights" \
    "$out/phantom-$seed/annotations.csv" "Phantom $seed, $slices slices"
done
