#!/bin/sh
# capsight study on synthetic crops: folds, what is refused, a run that is killed
# and goes on, folds trained apart, and nobody predicted who was trained on.
# TAP; argument 1 is the capsight program, 2 make-crops.
capsight=$1 make_crops=$2
. "$(dirname "$0")/tap.sh"
unset CAPSIGHT_DATA
data=$tmp/data
"$make_crops" "$data" 40 || exit 1
status() { "$@" >"$tmp/out" 2>"$tmp/err"; echo $?; }
study() { status "$capsight" study "$@" --data "$data" --progress none; }
refused() { # DESCRIPTION STATUS PART ARGUMENTS
  what=$1 wanted=$2 part=$3
  shift 3
  is "$what: status" "$(study "$@")" "$wanted"
  has "$what: says why" "$(cat "$tmp/err")" "$part"
}

# ---- folds ----
is "folds are dealt" "$(study folds -o "$tmp/f")" 0
is "every patient is in one" "$(cut -d, -f1 "$tmp/f/folds.csv" | sort | uniq -c |
  awk '$2 != "patient" { n++; if ($1 != 1) bad = 1 } END { print n, bad + 0 }')" "20 0"
is "of five alike" "$(awk -F, 'NR > 1 { n[$2]++ } END { for (f = 1; f <= 5; f++)
  printf "%d ", n[f] }' "$tmp/f/folds.csv")" "4 4 4 4 4 "
study folds -o "$tmp/f2" --seed 7 >/dev/null
is "another seed deals otherwise" "$(cmp -s "$tmp/f/folds.csv" "$tmp/f2/folds.csv"; echo $?)" 1

# Two folds are enough for the rest.
awk -F, -v OFS=, 'NR > 1 { $2 = $2 % 2 + 1 } 1' "$tmp/f/folds.csv" >"$tmp/folds.csv"
cat >"$tmp/tiny.conf" <<'EOF'
[data]
hosts =
cubes =
validation = 0.3
[training]
epochs = 3
samples = 48
batch = 16
warm-up = 2
EOF
sed 's/^samples.*/samples = 32/' "$tmp/tiny.conf" >"$tmp/other.conf"

# ---- refused ----
few="--folds $tmp/folds.csv --config $tmp/tiny.conf --bootstrap 40 --probe 128"
refused "no name" 2 "which study" -o "$tmp/o"
refused "an unknown study" 2 "which study" astrology -o "$tmp/o"
refused "no output" 2 "-o DIR" malignancy
refused "a fold that is not" 2 "there are 2 folds" malignancy -o "$tmp/o" $few \
  --cache "$tmp/c" --fold 3
refused "no configuration" 66 "none.conf" malignancy -o "$tmp/o" --cache "$tmp/c" \
  --folds "$tmp/folds.csv" --config "$tmp/none.conf"
refused "patients without a fold" 65 "is in no fold" malignancy -o "$tmp/o" \
  --cache "$tmp/c" --config "$tmp/tiny.conf"
is "without data: status" "$(status "$capsight" study folds -o "$tmp/o")" 66
is "and nothing was written" "$(ls -d "$tmp/o" "$tmp/c" 2>/dev/null)" ""

# ---- end to end ----
is "one fold" "$(study malignancy -o "$tmp/o" $few --cache "$tmp/c" --fold 2 -q)" 0
is "writes no study yet" "$(ls -d "$tmp/o" 2>/dev/null)" ""
is "the other, and the study" "$(study malignancy -o "$tmp/o" $few --cache "$tmp/c")" 0
is "three files" "$(ls "$tmp/o" | tr '\n' ' ')" "predictions.csv results.json table.md "
is "every nodule once" "$(cut -d, -f1 "$tmp/o/predictions.csv" | sort | uniq -c |
  awk '{ n++; if ($1 != 1) bad = 1 } END { print n - 1, bad + 0 }')" "40 0"
is "diameter alone tells them apart" "$(grep -A1 '"diameter alone"' "$tmp/o/results.json" |
  grep -o '"value": [0-9.]*')" '"value": 1.0000'
has "with parameters beside" "$(cat "$tmp/o/table.md")" "tiny, image only"

# Out of fold: what a fold's table calls held out are its patients, all of them,
# and inner validation is of the others. The weights say who was held out.
for k in 1 2; do
  fold=$tmp/c/tiny/fold-$k
  is "fold $k predicts its own patients" "$(awk -F, '$1 == "held-out" { print $4 }' \
    "$fold/outcomes.csv" | sort -u)" "$(awk -F, -v k=$k 'NR > 1 && $2 == k { print $1 }' "$tmp/folds.csv")"
  is "fold $k validates on others" "$(awk -F, -v k=$k 'NR == FNR { of[$1] = $2; next }
    $1 == "inner" && of[$4] == k' "$tmp/folds.csv" "$fold/outcomes.csv")" ""
  is "fold $k held them out of training" "$(head -c 20000 "$fold/weights.safetensors" |
    grep -ao '"held_out":"[^"]*"')" "\"held_out\":\"$(awk -F, -v k=$k 'NR > 1 && $2 == k { print $1 }' \
    "$tmp/folds.csv" | paste -sd';')\""
done

# ---- a run that is killed at any moment ----
rm -rf "$tmp/k"
for fold in 1 2; do
  "$capsight" study malignancy -o "$tmp/ok" $few --cache "$tmp/k" --data "$data" \
    --progress none -q 2>/dev/null &
  pid=$!
  # after the first epoch of one fold, before the first of the other
  case $fold in 1) sign=checkpoint.safetensors ;; 2) sign=log.csv ;; esac
  while kill -0 $pid 2>/dev/null && ! [ -f "$tmp/k/tiny/fold-$fold/$sign" ]; do
    sleep 0.02
  done
  kill -9 $pid 2>/dev/null
  wait $pid 2>/dev/null
done
is "killed twice, no study yet" "$(ls -d "$tmp/ok" 2>/dev/null)" ""
is "it goes on" "$(study malignancy -o "$tmp/ok" $few --cache "$tmp/k")" 0
for file in results.json predictions.csv; do
  is "$file is that of an unbroken run" "$(cmp "$tmp/o/$file" "$tmp/ok/$file" 2>&1)" ""
done

# ---- the other studies need no training ----
before=$(cat "$tmp"/c/tiny/fold-*/log.csv)
is "attributes" "$(study attributes -o "$tmp/a" $few --cache "$tmp/c")" 0
is "forty nodules and a header" "$(wc -l <"$tmp/a/predictions.csv")" 41
has "beside a reader" "$(cat "$tmp/a/table.md")" "| a reader |"
is "nodule" "$(study nodule -o "$tmp/n" $few --cache "$tmp/c")" 0
has "with the probe" "$(cat "$tmp/n/results.json")" '"erased_nodule_probe_auc"'
cp "$tmp/tiny.conf" "$tmp/knows.conf"
cp -r "$tmp/c/tiny" "$tmp/c/knows" # and says so: its probability is the label
for k in 1 2; do
  awk -F, -v OFS=, 'NR > 1 { $7 = $6 } 1' "$tmp/c/tiny/fold-$k/outcomes.csv" >"$tmp/c/knows/fold-$k/outcomes.csv"
done
is "two models" "$(study nodule -o "$tmp/n2" $few --config "$tmp/knows.conf" --cache "$tmp/c")" 0
is "the first is compared on the same patches" "$(awk -F' [|] ' '
  NR == 1 { print $6 }
  /^[|] tiny [|] all/ { split($5, tiny, " "); print $6 }
  /^[|] knows [|] all/ { split($5, all, " "); split($6, over, " "); off = tiny[1] - 1 - over[1]
    print all[1], (off < 0.0015 && off > -0.0015) }' "$tmp/n2/table.md" | tr '\n' ';')" \
  "tiny over it;–;1.000 1;"
rm -r "$tmp/c/knows"
is "the same trainings" "$(cat "$tmp"/c/tiny/fold-*/log.csv)" "$before"

# ---- a model too slow for more: only what malignancy asks ----
is "decided only" "$(study malignancy -o "$tmp/d" $few --cache "$tmp/d-cache" --decided-only)" 0
is "the same table of predictions" "$(cmp "$tmp/o/predictions.csv" "$tmp/d/predictions.csv" 2>&1)" ""
is "nothing but decided nodules" "$(awk -F, 'FNR > 1 { print $3 }' "$tmp"/d-cache/tiny/fold-*/outcomes.csv |
  sort -u)" whole
refused "what else was not asked" 65 "--decided-only" nodule -o "$tmp/d2" $few --cache "$tmp/d-cache"

# ---- predictions and records are enough to repeat a study ----
for k in 1 2; do
  mkdir -p "$tmp/kept/tiny/fold-$k"
  cp "$tmp/c/tiny/fold-$k/outcomes.csv" "$tmp/c/tiny/fold-$k/fold.ini" "$tmp/kept/tiny/fold-$k/"
done
for name in malignancy attributes; do
  is "$name without weights" "$(study $name -o "$tmp/kept-$name" $few --cache "$tmp/kept")" 0
done
for file in malignancy/results.json malignancy/table.md attributes/results.json; do
  case $file in malignancy/*) of=o/${file#*/} ;; *) of=a/${file#*/} ;; esac
  is "$file is that of the weights" "$(cmp "$tmp/$of" "$tmp/kept-$file" 2>&1)" ""
done
sed -i '/^macs/d' "$tmp/kept/tiny/fold-2/fold.ini"
refused "a record cut short" 65 "fold-2/fold.ini" malignancy -o "$tmp/o2" $few --cache "$tmp/kept"

# ---- some folds only; robustness: the same model twice loses the same ----
mkdir "$tmp/p" "$tmp/p/tiny"
is "no fold to report on" "$(study robustness -o "$tmp/r" $few --cache "$tmp/p" --partial)" 66
cp -r "$tmp/c/tiny/fold-2" "$tmp/p/tiny/"
is "one fold" "$(study robustness -o "$tmp/r" $few --cache "$tmp/p" --partial)" 0
has "says which" "$(cat "$tmp/r/results.json")" '"folds_reported": [2]'
is "is about its patients" "$(cut -d, -f4 "$tmp/r/predictions.csv" | sort -u | tr '\n' ' ')" "2 fold "
is "and trains none" "$(ls "$tmp/p/tiny")" fold-2
tables=$tmp/p/tiny/fold-2/robustness
conditions=$(ls "$tables" | wc -l)
is "a table a condition" "$conditions" 25
is "every one differs from none" "$(cd "$tables" && for f in *-*.csv; do
  cmp -s none.csv "$f" && echo "$f"; done)" ""
is "of the same patches" "$(cd "$tables" && for f in *.csv; do
  cut -d, -f1-6 "$f" | cksum; done | sort -u | wc -l)" 1
cp "$tmp/tiny.conf" "$tmp/same.conf"
cp -r "$tmp/p/tiny" "$tmp/p/same"
is "beside itself" "$(study robustness -o "$tmp/rr" $few --config "$tmp/same.conf" \
  --cache "$tmp/p" --partial)" 0
is "one row a model and condition" "$(grep -c '^| [ts]' "$tmp/rr/table.md")" $((2 * conditions))
beyond=$(grep -o '_beyond_first_model": {"value": [^,]*' "$tmp/rr/results.json" | sort | uniq -c |
  awk '{ print $2, $NF }')
is "no drop beyond its own" "$beyond" '_beyond_first_model": 0.0000'
is "unperturbed, the accuracy is that of the predictions" "$(awk -F, '$1 == "nodule" {
  n++; right += ($6 >= 0.1) == $5 } END { printf "%.4f", right / n }' "$tmp/r/predictions.csv")" \
  "$(grep -m1 '"nodule_accuracy"' "$tmp/r/results.json" | grep -o '[0-9.]*' | sed -n 1p)"

# ---- explanation ----
is "one fold of two" "$(study explanation -o "$tmp/e1" $few --cache "$tmp/c" --fold 1)" 0
has "says that the study is not written" "$(cat "$tmp/err")" "fold 1 is done"
is "nor is it" "$(ls -d "$tmp/e1" 2>/dev/null)" ""
is "explanation" "$(study explanation -o "$tmp/e" $few --cache "$tmp/p" --partial)" 0
is "a row a nodule of the fold" "$(wc -l <"$tmp/e/predictions.csv")" 25
is "readers of one mask agree" "$(grep '"dice_among_readers"' "$tmp/e/results.json" |
  grep -o '"value": [0-9.]*')" '"value": 1.0000'
is "an even map holds the mask's share of the patch" "$(awk -F, 'NR > 1 && ($10 <= 0 || $10 > 0.1)' \
  "$tmp/e/predictions.csv")" ""
has "sweeps of the fold" "$(cat "$tmp/e/results.json")" '"pose_sweeps"'
before=$(cksum <"$tmp/p/tiny/fold-2/explained.csv")
study explanation -o "$tmp/e" $few --cache "$tmp/p" --partial >/dev/null
is "kept in the fold" "$(cksum <"$tmp/p/tiny/fold-2/explained.csv")" "$before"

# ---- routing: on the stem of one fold ----
is "routing" "$(study routing -o "$tmp/g" $few --cache "$tmp/p" --partial)" 0
cells=$(ls "$tmp/p/tiny/fold-2/routing" | grep -vc cost)
is "a column a cell" "$(head -1 "$tmp/g/predictions.csv" | grep -o 'iteration\|,mean' | wc -l)" "$cells"
row() { grep "^| $1 |" "$tmp/g/table.md" | cut -d'|' -f3,6,9,12; }
is "dynamic routing that does not iterate is none" \
  "$(row 'dynamic, 1 iteration' | sed 's/ ([^)]*)//g')" "$(row mean | sed 's/ ([^)]*)//g')"
is "sparse routing works on fewer pairs" "$(grep -A99 '"sparse"' "$tmp/g/results.json" |
  grep '"dynamic_pairs_over_used"' | awk -F': ' 'NR == 1 && $2 + 0 != 1 || NR > 1 && $2 <= last { bad = 1 }
    { last = $2 + 0 } END { print NR, bad + 0 }')" "4 0"
is "out of fold" "$(awk -F, 'NR > 1 { print $5 }' "$tmp/g/predictions.csv" | sort -u)" 2
before=$(cksum <"$tmp/p/tiny/fold-2/routing/dynamic-3.csv")
rm "$tmp/p/tiny/fold-2/routing/dynamic-3.csv"
study routing -o "$tmp/g" $few --cache "$tmp/p" --partial >/dev/null
is "a cell done again is the same" "$(cksum <"$tmp/p/tiny/fold-2/routing/dynamic-3.csv")" "$before"

# ---- overlap: from the fold's weights, on crops with vessels ----
"$make_crops" "$tmp/vessels" 40 vessels
overlap() { status "$capsight" study overlap "$@" $few --data "$tmp/vessels" --cache "$tmp/p" \
  --partial --progress none; }
refused "no vessel beside a nodule" 65 "nothing can be laid over" overlap -o "$tmp/v" $few \
  --cache "$tmp/p" --partial
is "overlap" "$(overlap -o "$tmp/v" --config "$tmp/same.conf")" 0
is "kinds come equally often" "$(awk -F, 'NR > 1 { n[$5 $6]++ } END { print n["00"], n["01"], n["10"], n["11"] }' \
  "$tmp/v/predictions.csv")" "250 250 250 250"
is "both layers are of the fold" "$(awk -F, -v OFS='\n' 'NR > 1 { print $2, $3 }' "$tmp/v/predictions.csv" |
  sort -u | while read -r p; do grep "^$p," "$tmp/folds.csv"; done | cut -d, -f2 | sort -u)" 2
is "and of all its patients" "$(awk -F, 'NR > 1 { print $2 }' "$tmp/v/predictions.csv" | sort -u | wc -l)" 12
is "the same model twice gains nothing" "$(grep '"gain_of_first_model"' "$tmp/v/results.json" |
  grep -o '"value": [^,]*' | sed 's/null/0.0000/')" '"value": 0.0000'

# ---- a cache is of one configuration ----
cp "$tmp/other.conf" "$tmp/tiny.conf"
refused "another configuration" 2 "another configuration" malignancy -o "$tmp/o" $few \
  --cache "$tmp/c"
finish
