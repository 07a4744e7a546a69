#!/bin/sh
# What `make demo` shows: a synthetic chest CT is made, nodules are looked for on
# it, the findings are compared with the truth, and the viewer opens where there
# is a display. BUILD is the build folder; results go to demo/. DEMO_OPTIONS are
# handed to `capsight phantom`, DETECT_OPTIONS to `capsight detect`.
set -e
cd "$(dirname "$0")/.."
build=${BUILD:-build}
capsight=$build/app/capsight
viewer=$build/app/capsight-viewer
phantom=demo/phantom
report=demo/report
table=demo/findings.txt
shown=10

if [ ! -x "$capsight" ]; then
  echo "demo: $capsight is not built; run make first" >&2
  exit 1
fi
mkdir -p demo
# Only what an earlier demo left: a folder with our files in it.
if [ -e "$phantom/annotations.csv" ]; then rm -rf "$phantom"; fi

echo "Drawing a synthetic chest CT with nodules …"
# shellcheck disable=SC2086 # options are words
"$capsight" phantom --seed 1 -o "$phantom" $DEMO_OPTIONS >/dev/null
echo "Looking for the nodules …"
# shellcheck disable=SC2086
"$capsight" detect "$phantom/dicom" -o "$report" $DETECT_OPTIONS >"$table"

# Truth and findings.csv: seriesuid, x, y, z, then diameter or probability; the
# table has a row for each finding in the same order. A finding hits a nodule
# when it lies within its radius (LUNA16's rule).
awk -v shown="$shown" -v table="$table" '
  FNR == 1 { file++ }
  file < 3 { split($0, v, ",") }
  file < 3 && FNR == 1 { next }
  file == 1 { n++; x[n] = v[2]; y[n] = v[3]; z[n] = v[4]; d[n] = v[5]; next }
  file == 2 {
    m++
    for (i = 1; i <= n; i++) {
      dx = v[2] - x[i]; dy = v[3] - y[i]; dz = v[4] - z[i]
      if (!by[i] && dx * dx + dy * dy + dz * dz <= d[i] * d[i] / 4) {
        by[i] = m; on[m] = i; found++
        break
      }
    }
    next
  }
  $1 ~ /^[0-9]+$/ && $2 ~ /^[01]\./ {
    if ($1 == 1)
      printf "\n  finding  probability    size  type          side    in truth\n"
    if ($1 > shown) next
    printf "  %7d  %11s  %4s mm  %-12s  %-6s  %s\n", $1, $2, $3, $8, $9,
           on[$1] ? sprintf("nodule of %.1f mm", d[on[$1]]) : "-"
  }
  END {
    if (m > shown) printf "  … and %d more in %s\n", m - shown, table
    printf "\n%d of %d nodules found; %d of %d findings are none of them.\n",
           found, n, m - found, m
    for (i = 1; i <= n; i++)
      if (!by[i]) printf "Not found: the nodule of %.1f mm at %.0f, %.0f, %.0f.\n",
                         d[i], x[i], y[i], z[i]
  }' "$phantom/annotations.csv" "$report/findings.csv" "$table"

cat <<END

  $report/finding-01.png   each finding in three planes, with its routing
  $report/findings.json    everything measured and why; findings.csv, masks.mha
  $phantom/dicom           the scan; annotations.csv, annotations.xml: its truth

A synthetic scan, and not for diagnostic use. To see it:
  $viewer $phantom/dicom
END

if [ -n "$DISPLAY$WAYLAND_DISPLAY" ] && [ -x "$viewer" ]; then
  exec "$viewer" "$phantom/dicom"
fi
