#!/bin/sh
# Scan of a folder of 100,000 DICOM files (1,000 series of 100 patients): cold,
# with the cache of headers, and beside peers that read the same headers: dcmdump
# up to the pixels, and pydicom (stop_before_pixels) where $PYTHON or python3 has
# it. Peers read a sample of $SAMPLE files. Arguments: capsight, make-studies.
# $SCAN_FOLDER: a folder that is there already; it is kept.
capsight=$1 make_studies=$2
python=${PYTHON:-python3} sample=${SAMPLE:-5000}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
folder=${SCAN_FOLDER:-}
if [ -z "$folder" ]; then
  folder=$work/studies
  "$make_studies" "$folder" 100 2 5 100 || exit 1
fi
find "$folder" -type f >"$work/all"
n=$(wc -l <"$work/all")
shuf -n "$sample" --random-source="$work/all" "$work/all" >"$work/sample"
export XDG_CACHE_HOME="$work/cache"

run() { # NAME FILES COMMAND…: wall and processor time, files a second
  name=$1 files=$2
  shift 2
  LC_ALL=C bash -c 'TIMEFORMAT="%R %U %S"; time "$@" >/dev/null 2>&1' - "$@" \
    2>"$work/time" || exit 1
  awk -v name="$name" -v n="$files" '{ printf \
    "%s: %d files, %.2f s, %.0f files/s; %.2f s of processor time, %.0f files/s\n",
    name, n, $1, n / $1, $2 + $3, n / ($2 + $3) }' "$work/time"
}
cat "$work/sample" | xargs cat >/dev/null # both from the system's cache
run "capsight, cold" "$n" "$capsight" info --json "$folder"
run "capsight, cached" "$n" "$capsight" info --json "$folder"
run "dcmdump" "$sample" xargs -a "$work/sample" dcmdump -q -s +P 0020,000e
if "$python" -c 'import pydicom' 2>/dev/null; then
  cat >"$work/peer.py" <<'PEER'
import sys, pydicom
for name in open(sys.argv[1]).read().split():
    pydicom.dcmread(name, stop_before_pixels=True).SeriesInstanceUID
PEER
  run "pydicom" "$sample" "$python" "$work/peer.py" "$work/sample"
fi
