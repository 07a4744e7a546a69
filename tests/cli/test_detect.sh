#!/bin/sh
# capsight detect: what it writes, and a sentence with a status for bad input.
# TAP; argument 1 is the capsight program, 2 make-weights.
capsight=$1
. "$(dirname "$0")/tap.sh"
weights=$tmp/weights.safetensors
"$2" "$weights" || exit 1
export CAPSIGHT_WEIGHTS="$weights"
unset CAPSIGHT_DATA

# detect ARGUMENTS: exit status into $got, streams into $tmp/out and $tmp/err.
detect() {
  "$capsight" detect "$@" >"$tmp/out" 2>"$tmp/err"
  got=$?
}
# refused DESCRIPTION STATUS CODE PART-OF-MESSAGE -- ARGUMENTS: fails like that
# and leaves no output folder behind.
refused() {
  what=$1 status=$2 code=$3 part=$4
  shift 5
  rm -rf "$tmp/o"
  detect "$@"
  is "$what: status" "$got" "$status"
  has "$what: says why" "$(cat "$tmp/err")" "$part"
  has "$what: has its code" "$(cat "$tmp/err")" "[$code]"
  is "$what: nothing is left" "$(ls -A "$tmp" | grep -c '^o$\|capsight-')" 0
}

# ---- wrong usage ----
refused "no path" 2 CAP-001 "which series" -- -o "$tmp/o"
refused "no output" 2 CAP-001 "-o DIR" -- "$tmp"
refused "two paths" 2 CAP-001 "one PATH" -- a b -o "$tmp/o"
refused "bad probability" 2 CAP-001 "between 0 and 1" -- \
  "$tmp" -o "$tmp/o" --min-probability 1.5
refused "bad number of candidates" 2 CAP-001 "between 1 and" -- \
  "$tmp" -o "$tmp/o" --max-candidates 0
refused "bad flips" 2 CAP-001 "1, 2, 4 or 8" -- "$tmp" -o "$tmp/o" --flips 3
is "help works" "$("$capsight" detect --help >/dev/null; echo $?)" 0

# ---- input that is no series ----
refused "missing path" 66 CAP-003 "$tmp/nowhere" -- "$tmp/nowhere" -o "$tmp/o"
mkdir "$tmp/empty" "$tmp/photos" "$tmp/text"
refused "empty folder" 66 CAP-003 "$tmp/empty" -- "$tmp/empty" -o "$tmp/o"
printf '\211PNG\r\n\032\n0000IHDR' >"$tmp/photos/a.png"
printf '\377\330\377\340\000\020JFIF' >"$tmp/photos/b.jpg"
refused "folder of photos" 66 CAP-003 "$tmp/photos" -- "$tmp/photos" -o "$tmp/o"
echo "not an image" >"$tmp/text/slice.dcm"
refused "text named .dcm" 66 CAP-003 "$tmp/text" -- "$tmp/text" -o "$tmp/o"
refused "that file itself" 66 CAP-003 "slice.dcm" -- \
  "$tmp/text/slice.dcm" -o "$tmp/o"

# ---- series that cannot be searched ----
"$capsight" phantom -o "$tmp/p" --size 128 --slices 60 \
  --nodules solid:16,solid:10 >"$tmp/out" 2>&1 ||
  { cat "$tmp/out"; echo "Bail out! no phantom"; exit 1; }
ct=$tmp/p/dicom
cp -r "$ct" "$tmp/mr"
dcmodify -nb -q -m Modality=MR "$tmp"/mr/* 2>/dev/null
refused "MR series" 65 CAP-002 "MR" -- "$tmp/mr" -o "$tmp/o"
mkdir "$tmp/one"
cp "$(ls "$ct"/* | head -1)" "$tmp/one"
refused "one-slice series" 65 CAP-002 "slice" -- "$tmp/one" -o "$tmp/o"
cp -r "$ct" "$tmp/gap"
rm "$(ls "$tmp"/gap/* | sed -n 30p)"
refused "missing slice with --strict" 65 CAP-002 "issing" -- \
  "$tmp/gap" -o "$tmp/o" --strict
refused "unknown series" 66 CAP-003 "1.2.3" -- \
  "$ct" -o "$tmp/o" --series-uid 1.2.3

# Untrained weights find something everywhere: few candidates keep this quick.
few="--max-candidates 6 --flips 2"

# ---- weights ----
head -c $(($(wc -c <"$weights") / 2)) "$weights" >"$tmp/half.safetensors"
refused "weights cut in half" 65 CAP-012 "$tmp/half.safetensors" -- \
  "$ct" -o "$tmp/o" -w "$tmp/half.safetensors"
refused "weights that are text" 65 CAP-012 "slice.dcm" -- \
  "$ct" -o "$tmp/o" -w "$tmp/text/slice.dcm"
"$2" "$tmp/vit.safetensors" vit || exit 1
refused "weights of another network" 65 CAP-012 "are of a vit" -- \
  "$ct" -o "$tmp/o" -w "$tmp/vit.safetensors"
refused "missing weights" 66 CAP-003 "$tmp/none" -- \
  "$ct" -o "$tmp/o" -w "$tmp/none"

# ---- places that cannot be written ----
refused "output is a file" 73 CAP-007 "not a folder" -- \
  "$ct" -o "$tmp/text/slice.dcm"
refused "output on a read-only system" 73 CAP-007 "/proc/o" -- "$ct" -o /proc/o
mkdir "$tmp/mine"
echo mine >"$tmp/mine/thesis.txt"
refused "somebody's folder" 73 CAP-007 "thesis.txt" -- "$ct" -o "$tmp/mine"
is "and is not touched" "$(ls -A "$tmp/mine")" thesis.txt

rm -rf "$tmp/o"
(ulimit -f 8; "$capsight" detect "$ct" -o "$tmp/o" -q $few) >"$tmp/out" 2>"$tmp/err"
is "a file that may not grow: status" $? 74
has "a file that may not grow: says which" "$(cat "$tmp/err")" "[CAP-008]"
is "a file that may not grow: nothing is left" \
  "$(ls -A "$tmp" | grep -c '^o$\|capsight-')" 0
if unshare -m true 2>/dev/null; then
  mkdir "$tmp/tiny"
  unshare -m sh -c 'mount -t tmpfs -o size=16k none "$2" || exit 99
    "$1" detect "$3" -o "$2" -q --max-candidates 6; status=$?
    echo "$(ls -A "$2" | wc -l)"; exit $status' \
    sh "$capsight" "$tmp/tiny" "$ct" >"$tmp/out" 2>"$tmp/err"
  got=$?
  if [ $got = 99 ]; then skip "full disk" "no tmpfs"; else
    is "full disk: status" $got 74
    has "full disk: says so" "$(cat "$tmp/err")" "No space left"
    is "full disk: nothing is left" "$(cat "$tmp/out")" 0
  fi
else
  skip "full disk" "no mount namespaces"
fi

# ---- Ctrl-C ----
rm -rf "$tmp/o"
"$capsight" phantom -o "$tmp/big" --size 256 --slices 160 >/dev/null 2>&1
# --foreground: one signal, as a terminal sends it (a second one kills at once).
timeout --foreground --preserve-status -s INT 0.6 \
  "$capsight" detect "$tmp/big/dicom" -o "$tmp/o" -p 0 >"$tmp/out" 2>"$tmp/err"
is "Ctrl-C: status" $? 130
is "Ctrl-C: nothing is left" \
  "$(ls -A "$tmp" | grep -c '^o$\|capsight-')" 0

# ---- what it writes ----
rm -rf "$tmp/o"
detect "$ct" -o "$tmp/o" -p 0.3 $few
is "a phantom: status" "$got" 0
has "a phantom: names the series" "$(cat "$tmp/err")" "60 slices of 128 x 128"
for name in findings.json findings.csv masks.mha timing.json; do
  is "a phantom: $name is there" "$(test -s "$tmp/o/$name"; echo $?)" 0
done
is "csv has the LUNA16 columns" "$(head -1 "$tmp/o/findings.csv")" \
  "seriesuid,coordX,coordY,coordZ,probability"
is "something was found" "$(grep -c '"center_mm"' "$tmp/o/findings.json" >/dev/null
  echo $?)" 0
found=$(($(wc -l <"$tmp/o/findings.csv") - 1))
is "as many findings as rows" "$(grep -c '"center_mm"' "$tmp/o/findings.json")" \
  "$found"
is "as many pictures" "$(ls "$tmp"/o/finding-*.png 2>/dev/null | wc -l)" "$found"
has "timing has its stages" "$(cat "$tmp/o/timing.json")" '"judging candidates"'
has "that no doubts were looked for with these weights" \
  "$(cat "$tmp/o/findings.json")" "no reasons for doubt were looked for"
is "findings.json tells no time" "$(grep -c seconds "$tmp/o/findings.json")" 0

cp -r "$tmp/o" "$tmp/first"
echo mine >"$tmp/o/notes.txt"
OMP_NUM_THREADS=1 "$capsight" detect "$ct" -o "$tmp/o" -p 0.3 $few --json --jobs 1 \
  >"$tmp/out" 2>/dev/null
is "a second run replaces the first" $? 0
is "and leaves other files alone" "$(cat "$tmp/o/notes.txt")" mine
rm "$tmp/o/notes.txt" "$tmp/o/timing.json" "$tmp/first/timing.json"
is "results are the same byte for byte, whatever the threads" \
  "$(diff -r "$tmp/first" "$tmp/o" && echo same)" same
is "--json prints findings.json" "$(cmp "$tmp/out" "$tmp/o/findings.json" &&
  echo same)" same

# ---- nothing to find ----
{
  printf 'ObjectType = Image\nNDims = 3\nBinaryData = True\nDimSize = 64 64 40\n'
  printf 'ElementSpacing = 3 3 3\nElementType = MET_SHORT\nElementDataFile = LOCAL\n'
  head -c 327680 /dev/zero
} >"$tmp/water.mha"
rm -rf "$tmp/o"
detect "$tmp/water.mha" -o "$tmp/o"
is "a block of water: status" "$got" 0
has "a block of water: no result" "$(cat "$tmp/out")" "Could not be evaluated"
has "a block of water: says why" "$(cat "$tmp/err")" "no lung"
finish
