#!/bin/sh
# Memory of an evaluation must not grow with the number of scans: its peak over
# FEW scans and over MANY (defaults 4 and 24) may differ by MARGIN MiB (default
# 4), which the allocator needs for itself; a scan's voxels alone are as much
# every fifth scan. TAP. Arguments: capsight, make-weights, a private folder.
capsight=$1 make_weights=$2 tmp=$3
few=${FEW:-4} many=${MANY:-24} margin=${MARGIN:-4}
"$make_weights" "$tmp/w" || exit 1
export CAPSIGHT_WEIGHTS="$tmp/w" OMP_NUM_THREADS=1
"$capsight" phantom -o "$tmp/one" --size 128 --slices 24 \
  --nodules solid:16,solid:12 -q >/dev/null || exit 1
uid=$(sed -n 's/.*<SeriesInstanceUid>\(.*\)<.*/\1/p' "$tmp/one/annotations.xml")

# The phantom as COUNT series in folders of their own, with annotations.
copies() { # FOLDER COUNT
  i=0
  while [ $i -lt "$2" ]; do
    i=$((i + 1))
    to=$1/$i other=$(printf '%s%03d' "${uid%???}" $i)
    mkdir -p "$to"
    cp "$tmp"/one/dicom/* "$tmp/one/annotations.xml" "$to"
    LC_ALL=C sed -i "s/$uid/$other/g" "$to"/*
  done
}
peak() { # NAME COUNT
  copies "$tmp/$1" "$2"
  "$capsight" evaluate lidc "$tmp/$1" -o "$tmp/$1-out" --jobs 1 --flips 1 \
    --max-candidates 4 --bootstrap 50 -q 2>/dev/null || exit 1
  sed -n 's/.*"peak_mib": \([0-9.]*\).*/\1/p' "$tmp/$1-out/timing.json"
}
number=0 failed=0
check() { # DESCRIPTION STATUS
  number=$((number + 1))
  if [ "$2" -eq 0 ]; then echo "ok $number - $1"; else
    echo "not ok $number - $1"
    failed=1
  fi
}
one=$(peak few "$few") all=$(peak many "$many")
echo "# peak of $few scans $one MiB, of $many $all MiB, at most $margin more"
grep -q '"failed": 0' "$tmp/many-out/results.json"
check "all scans were evaluated" $?
echo "$one $all" | awk -v margin="$margin" '{ exit !($1 > 0 && $2 <= $1 + margin) }'
check "the peak does not grow with their number" $?
echo "1..$number"
exit $failed
