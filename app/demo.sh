#!/bin/sh
# What `make demo` shows: a synthetic chest CT is made, nodules are looked for on
# it, the findings are compared with the truth, and the viewer opens where there
# is a display. BUILD is the build folder; results go to demo/.
set -e
cd "$(dirname "$0")/.."
build=${BUILD:-build}
capsight=$build/app/capsight
viewer=$build/app/capsight-viewer
phantom=demo/phantom
report=demo/report

step() { printf '\n== %s\n' "$1"; }

if [ ! -x "$capsight" ]; then
  echo "demo: $capsight is not built; run make first" >&2
  exit 1
fi
mkdir -p demo
# Only what an earlier demo left: a folder with our files in it.
if [ -e "$phantom/annotations.csv" ]; then rm -rf "$phantom"; fi

step "A synthetic chest CT, and what is in it ($phantom)"
"$capsight" phantom --seed 1 -o "$phantom"

has_command() { "$capsight" --help | grep -q "^  $1 "; }

if has_command info; then
  step "The series as it is read back"
  "$capsight" info "$phantom/dicom"
fi

if [ -z "$CAPSIGHT_WEIGHTS" ] && [ ! -e models/weights/capsnet.safetensors ]; then
  step "Findings"
  echo "no weights (models/weights/capsnet.safetensors): nothing to judge with"
elif has_command detect; then
  step "Findings"
  "$capsight" detect "$phantom/dicom" -o "$report"

  step "Findings beside the truth"
  # Rows of both tables: seriesuid, x, y, z, then diameter or probability.
  # A finding hits a nodule when it lies within its radius (LUNA16's rule).
  awk -F, '
    FNR == 1 { file++; next }
    file == 1 { n++; x[n] = $2; y[n] = $3; z[n] = $4; d[n] = $5; next }
    { rank++
      for (i = 1; i <= n; i++) {
        dx = $2 - x[i]; dy = $3 - y[i]; dz = $4 - z[i]
        if (!hit[i] && dx * dx + dy * dy + dz * dz <= d[i] * d[i] / 4) {
          hit[i] = rank; p[i] = $5
        }
      }
    }
    END {
      for (i = 1; i <= n; i++) {
        if (hit[i]) found++
        if (hit[i]) what = sprintf("finding %d, probability %.2f", hit[i], p[i])
        else what = "not found"
        printf "  nodule of %4.1f mm at %7.1f %7.1f %7.1f   %s\n",
               d[i], x[i], y[i], z[i], what
      }
      printf "  %d of %d nodules of 3 mm and more found, %d findings in all\n",
             found, n, rank
    }' "$phantom/annotations.csv" "$report/findings.csv"
  printf '\nThe report is in %s\n' "$report"
fi

if [ -n "$DISPLAY$WAYLAND_DISPLAY" ] && [ -x "$viewer" ]; then
  step "The viewer opens $phantom/dicom"
  exec "$viewer" "$phantom/dicom"
fi
