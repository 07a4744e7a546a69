#!/bin/sh
# Our FHIR R5 bundles in HAPI's validator, whose jars Maven fetches once. TAP.
# Arguments: capsight, make-findings, a folder for the jars, a private folder.
capsight=$1 make_findings=$2 jars=$3 tmp=$4
here=$(cd "$(dirname "$0")" && pwd)
skip() {
  echo "ok 1 - FHIR R5 # SKIP $1"
  exit 0
}
command -v mvn >"$tmp/which" && command -v javac >"$tmp/which" ||
  skip "maven and a JDK are not installed"
if [ ! -f "$jars/complete" ]; then
  mvn -B -q -f "$here/fhir/pom.xml" dependency:copy-dependencies \
    -DoutputDirectory="$jars" >"$tmp/mvn" 2>&1 ||
    skip "Maven failed: $(grep ERROR "$tmp/mvn" | head -1)"
  touch "$jars/complete"
fi
"$make_findings" "$tmp/some" accepted uncertain rejected
"$make_findings" "$tmp/none"
mkdir "$tmp/bundles"
bundle() { # NAME FINDINGS OPTIONS…
  name=$1 of=$2
  shift 2
  "$capsight" report "$tmp/$of" --format fhir --series "$tmp/${of%/*}/dicom" \
    -o "$tmp/report" -q "$@" &&
    mv "$tmp/report/fhir.json" "$tmp/bundles/$name.json"
  rm -rf "$tmp/report"
}
bundle reviewed some
bundle all some --include all
bundle anonymous some --anonymous
bundle guidelines some --context age=67,smoking=former
bundle nothing-found none
"$make_findings" "$tmp/measured" --measured
bundle measured measured/case.review
sed 's/"resourceType": "Observation"/&, "colour": "red"/' \
  "$tmp/bundles/reviewed.json" >"$tmp/wrong.json"
java -cp "$jars/*" "$here/fhir/CheckFhir.java" "$tmp"/bundles/*.json \
  "$tmp/wrong.json" 2>"$tmp/err" && exit 0
tail -3 "$tmp/err"
exit 1
