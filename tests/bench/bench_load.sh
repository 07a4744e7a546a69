#!/bin/sh
# Load time of 300 slices of 512 x 512 against ITK's ImageSeriesReader (and
# pydicom, where $PYTHON or python3 has it) in the same run, uncompressed and JPEG
# lossless. Arguments: bench-load, itk-load, make-series. SLICES and BENCH_RUNS
# change the size.
ours=$1 itk=$2 make_series=$3
slices=${SLICES:-300}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
python=${PYTHON:-python3}
cat >"$work/peer.py" <<'PEER'
import glob, os, sys, time
import numpy, pydicom
best = 1e9
for run in range(int(os.environ.get("BENCH_RUNS", "3"))):
    start = time.perf_counter()
    files = [pydicom.dcmread(f) for f in glob.glob(sys.argv[1] + "/*")]
    files.sort(key=lambda d: float(d.ImagePositionPatient[2]))
    volume = numpy.stack([
        (d.pixel_array * float(d.RescaleSlope) + float(d.RescaleIntercept))
        .astype(numpy.int16) for d in files])
    best = min(best, time.perf_counter() - start)
print("pydicom total_s %.4f slices %d" % (best, len(volume)))
PEER
total() { echo "$1" | sed -n 's/.*total_s \([0-9.]*\).*/\1/p'; }
compare() { # NAME FOLDER
  a=$("$ours" "$2") && b=$("$itk" "$2") || exit 1
  echo "$1: $a"
  echo "$1: $b"
  echo "$(total "$a") $(total "$b")" |
    awk -v name="$1" '{ printf "%s: %.1f times as fast as ITK\n", name, $2 / $1 }'
  if "$python" -c 'import pydicom, numpy' 2>/dev/null; then
    c=$("$python" "$work/peer.py" "$2" 2>/dev/null) && echo "$1: $c" &&
      echo "$(total "$a") $(total "$c")" |
      awk -v name="$1" '{ printf "%s: %.1f times as fast as pydicom\n", name, $2 / $1 }'
  fi
}
"$make_series" "$work/plain" "$slices" CT 1.2.3.4 512 || exit 1
compare uncompressed "$work/plain"
command -v dcmcjpeg >/dev/null || exit 0
mkdir "$work/jpeg"
for file in "$work"/plain/*; do
  dcmcjpeg +e1 "$file" "$work/jpeg/$(basename "$file")" || exit 1
done
compare "JPEG lossless" "$work/jpeg"
