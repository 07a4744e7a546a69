#!/bin/sh
# Tests that need Python, Node or Java (private environments, made on first use)
# or servers: what programs that are not ours make of our work. Argument 1 is the build
# folder. Prints TAP and, last, what was skipped and why.
build=$(cd "${1:-build}" && pwd) || exit 1
here=$(cd "$(dirname "$0")" && pwd)
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
capsight=$build/app/capsight
python=${PEERS_PYTHON:-$build/peers/bin/python}
skipped='' failed=0

if [ ! -x "$python" ]; then
  echo "# making $build/peers"
  python3 -m venv "$build/peers" &&
    "$build/peers/bin/pip" install -q pydicom highdicom SimpleITK jsonschema \
      fhir.resources nibabel safetensors dcmqi dicom-anonymizer \
      >"$tmp/pip" 2>&1 ||
    { tail -3 "$tmp/pip"; skipped="$skipped Python oracles (pip failed);"; }
fi

# check NAME FINDINGS_DIR SERIES
check() {
  echo "# reports of $1"
  "$capsight" report "$2" --format all --series "$3" -o "$tmp/$1" -q ||
    { echo "not ok - capsight report of $1"; failed=1; return; }
  if command -v dciodvfy >/dev/null; then
    for object in "$tmp/$1"/*.dcm; do
      dciodvfy -new "$object" >"$tmp/v" 2>&1 ||
        { echo "not ok - dciodvfy of $object"; cat "$tmp/v"; failed=1; }
    done
  else
    skipped="$skipped dciodvfy of $1 (dicom3tools is not installed);"
  fi
  "$capsight" import "$tmp/$1/sr.dcm" "$tmp/$1/seg.dcm" --series "$3" \
    -o "$tmp/$1-back" -q && cmp "$2/masks.mha" "$tmp/$1-back/masks.mha" ||
    { echo "not ok - masks of $1 through import"; failed=1; }
  "$python" "$here/check_reports.py" "$2" "$tmp/$1" >"$tmp/tap" 2>"$tmp/err" ||
    { failed=1; tail -5 "$tmp/err"; }
  cat "$tmp/tap"
}

if [ -x "$python" ]; then
  "$build/tests/make-findings" "$tmp/made" accepted uncertain accepted
  check made "$tmp/made" "$tmp/made/dicom"
  echo "# measurements by hand"
  "$build/tests/make-findings" "$tmp/hand" --measured
  "$capsight" report "$tmp/hand/case.review" --format sr,gsps,json \
    --series "$tmp/hand/dicom" -o "$tmp/hand/reports" -q &&
    "$python" -W ignore "$here/check_measured.py" "$tmp/hand/reports" ||
    failed=1
  "$capsight" phantom -o "$tmp/p" --size 256 --slices 100 -q \
    --nodules solid:18,solid:13,lobulated:15 --seed 3 >/dev/null
  "$capsight" detect "$tmp/p/dicom" -o "$tmp/pf" --no-pictures -q --masks nii \
    --poses
  check phantom "$tmp/pf" "$tmp/p/dicom"
  echo "# masks and poses of phantom"
  "$python" "$here/check_files.py" "$tmp/pf" || failed=1
  echo "# reports of others, imported"
  mkdir "$tmp/import"
  "$python" -W ignore "$here/check_import.py" "$capsight" "$tmp/made" \
    "$tmp/import" || failed=1
  real=$CAPSIGHT_DATA/lidc/LIDC-IDRI-0001
  if [ -d "$real" ]; then
    "$capsight" detect "$real" -o "$tmp/rf" --no-pictures -q
    check real "$tmp/rf" "$real"
    echo "# the real series, anonymized"
    "$capsight" anonymize "$real" -o "$tmp/removed" -q &&
      "$python" "$here/check_anonymize.py" "$here/../../io/anonymize/profile.inc" \
        "$real" "$tmp/removed" 0 || failed=1
    "$capsight" anonymize "$real" -o "$tmp/shifted" -q --dates shift &&
      "$python" "$here/check_anonymize.py" "$here/../../io/anonymize/profile.inc" \
        "$real" "$tmp/shifted" 1 || failed=1
    "$capsight" detect "$tmp/shifted" -o "$tmp/rs" --no-pictures -q
    cut -d, -f2- "$tmp/rf/findings.csv" >"$tmp/found"
    if cut -d, -f2- "$tmp/rs/findings.csv" | cmp -s - "$tmp/found"; then
      echo "ok - detect finds the same on both"
    else
      echo "not ok - detect finds the same on both"
      failed=1
    fi
  else
    skipped="$skipped a real series (no CAPSIGHT_DATA);"
  fi
fi
echo "# FHIR bundles in HAPI's validator"
mkdir "$tmp/fhir"
"$here/check_fhir.sh" "$capsight" "$build/tests/make-findings" \
  "$build/peers-java" "$tmp/fhir" || failed=1
command -v mvn >"$tmp/err" && command -v javac >"$tmp/err" ||
  skipped="$skipped FHIR R5 (maven and a JDK are not installed);"
# OHIF's adapters in Node, in an environment of their own as well.
modules=$build/peers-node/node_modules
if ! command -v npm >/dev/null; then
  skipped="$skipped OHIF's adapters (npm is not installed);"
elif [ -d "$modules/dcmjs" ] || npm install --prefix "$build/peers-node" \
  --ignore-scripts --no-audit --no-fund @cornerstonejs/adapters dcmjs \
  @babel/runtime >"$tmp/npm" 2>&1; then
  echo "# the structured report in OHIF's adapters"
  "$build/tests/make-findings" "$tmp/ohif" accepted uncertain accepted
  "$capsight" report "$tmp/ohif" --format sr --series "$tmp/ohif/dicom" \
    -o "$tmp/ohif-r" -q
  node "$here/check_ohif.mjs" "$modules" "$tmp/ohif" "$tmp/ohif/dicom" \
    "$tmp/ohif-r" || failed=1
else
  tail -3 "$tmp/npm"
  skipped="$skipped OHIF's adapters (npm failed);"
fi
# Debian's PyTorch, which the private environment does not see.
if /usr/bin/python3 -c 'import torch, numpy' 2>"$tmp/err"; then
  echo "# the network in PyTorch"
  "$build/tests/make-weights" "$tmp/untrained" &&
    OMP_NUM_THREADS=1 /usr/bin/python3 "$here/check_torch.py" \
      "$build/tests/run-network" \
      "$here/../../models/weights/capsnet.safetensors" "$tmp/untrained" \
      "$tmp" || failed=1
else
  skipped="$skipped PyTorch (python3-torch is not installed);"
fi
echo "# shards under GNU parallel, Snakemake and Slurm; kills"
for need in parallel snakemake slurmctld; do
  PATH=$PATH:/usr/sbin command -v $need >"$tmp/err" ||
    skipped="$skipped $need (not installed);"
done
command -v Orthanc >"$tmp/err" || [ -x /usr/sbin/Orthanc ] ||
  skipped="$skipped archives (orthanc, orthanc-dicomweb are not installed);"
mkdir "$tmp/batch" "$tmp/memory" "$tmp/pacs" "$tmp/pacs-tls"
echo "# an archive: Orthanc"
"$here/check_pacs.sh" "$capsight" "$build/tests/make-series" "$tmp/pacs" ||
  failed=1
echo "# the same inside TLS"
"$here/check_pacs_tls.sh" "$capsight" "$build/tests/make-series" \
  "$tmp/pacs-tls" || failed=1
"$here/check_batch.sh" "$capsight" "$tmp/batch" ||
  failed=1
echo "# memory of an evaluation"
"$here/check_memory.sh" "$capsight" "$build/tests/make-weights" "$tmp/memory" ||
  failed=1
echo "# skipped:${skipped:- nothing}"
exit $failed
