#!/bin/sh
# capsight train under mpirun: two and four processes train as one does, sharing
# batches or capsules.
# TAP; argument 1 is the capsight program.
capsight=$1
. "$(dirname "$0")/tap.sh"
status() { "$@" >"$tmp/out" 2>"$tmp/err"; echo $?; }
ranks() { # PROCESSES COMMAND…
  processes=$1; shift
  mpirun --allow-run-as-root --oversubscribe --bind-to none -n "$processes" "$@"
}

# Open MPI leaves memory behind and unloads who asked for it, so that
# LeakSanitizer has no names to tell it from ours by.
export ASAN_OPTIONS="detect_leaks=0${ASAN_OPTIONS:+:$ASAN_OPTIONS}"
if ! command -v mpirun >/dev/null; then
  skip "training in several processes" "no mpirun"
  finish
  exit
fi

is "a missing configuration is missing input for all" \
  "$(status ranks 2 "$capsight" train "$tmp/none.conf" -o "$tmp/run")" 66
is "and is said once" "$(grep -c "none.conf" "$tmp/err")" 1

if [ -n "$CAPSIGHT_DATA" ] && [ -f "$CAPSIGHT_DATA/lidc-crops/index.csv" ]; then
  cat >"$tmp/run.conf" <<'END'
[data]
hosts =
cubes =
limit = 40
mix-whole = 0
mix-crop = 1
mix-cube = 0
mix-transplant = 0
[training]
epochs = 1
samples = 16
batch = 16
warm-up = 1
END
  # the loss of the one step, to five digits
  loss() { awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "loss") c = i }
    NR == 2 { printf "%.4g\n", $c }' "$1/log.csv"; }
  is "one process trains" "$(status "$capsight" train "$tmp/run.conf" \
    -o "$tmp/one")" 0
  for many in 2 4; do
    is "$many processes train" "$(status ranks $many "$capsight" train \
      "$tmp/run.conf" -o "$tmp/run$many")" 0
    is "to the same loss" "$(loss "$tmp/run$many")" "$(loss "$tmp/one")"
    is "and one of them prints" "$(grep -c '^making' "$tmp/out")" 1
  done
  # split capsules: all losses of both epochs, to five digits
  sed 's/^epochs = 1/epochs = 2/; s/^batch = 16/batch = 8/' "$tmp/run.conf" \
    >"$tmp/split.conf"
  losses() { awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i ~ /^loss/ && $i != "loss_scale") use[i] = 1 }
    NR > 1 { for (i = 1; i <= NF; i++) if (i in use) printf "%.5g ", $i }' \
    "$1/log.csv"; }
  is "one process trains for two epochs" "$(status "$capsight" train \
    "$tmp/split.conf" -o "$tmp/whole")" 0
  for many in 2 4; do
    is "$many processes split the capsules" "$(status ranks $many "$capsight" \
      train "$tmp/split.conf" -o "$tmp/split$many" --split-capsules)" 0
    is "to the same losses" "$(losses "$tmp/split$many")" \
      "$(losses "$tmp/whole")"
  done
  is "of two epochs" "$(losses "$tmp/whole" | wc -w)" 12
  for routing in em attention; do
    printf '[network]\nrouting = %s\n' $routing | cat "$tmp/run.conf" - \
      >"$tmp/$routing.conf"
    is "$routing is not split" "$(status ranks 2 "$capsight" train \
      "$tmp/$routing.conf" -o "$tmp/none" --split-capsules)" 2
    is "which is said" "$(grep -q "routing $routing needs whole votes" \
      "$tmp/err" && echo said)" said
  done
  sed -i 's/^samples = 16/samples = 17/' "$tmp/run.conf"
  is "a batch that does not go round is refused" "$(status ranks 2 "$capsight" \
    train "$tmp/run.conf" -o "$tmp/run5")" 2
else
  skip "training in several processes" "no CAPSIGHT_DATA"
fi
finish
