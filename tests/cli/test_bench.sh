#!/bin/sh
# capsight bench: keys of its JSON, and layers that add up.
capsight=$1
. "$(dirname "$0")/tap.sh"

bench() { # ARGUMENTS; prints the exit status
  "$capsight" bench "$@" >"$tmp/out" 2>"$tmp/err"
  echo $?
}
missing() { # KEY ...; prints those not in the output
  for key in "$@"; do
    grep -q "\"$key\" *:" "$tmp/out" || echo "$key"
  done
}
total() { # KEY; prints the sum of its numbers
  grep -o "\"$1\" *: *[0-9.]*" "$tmp/out" | awk '{ s += $NF } END { print s }'
}
true_that() { # EXPRESSION of awk; prints yes or no
  awk "BEGIN { print ($1) ? \"yes\" : \"no\" }"
}

is "inference is timed" "$(bench --batch 2 --repeat 2 --threads 1)" 0
is "with its keys" "$(missing software_version processors threads mode precision \
  batch repeats batch_ms best_batch_ms patch_ms patches_per_second macs arena_mib \
  peak_rss_mib)" ""
is "and no layers" "$(missing layers)" layers
is "on one thread" "$(total threads)" 1

# Once: of several runs each layer's median may come from another one.
is "training is profiled" "$(bench --batch 2 --repeat 1 --train --profile \
  --threads 1)" 0
is "with its keys" "$(missing mode layers name kind ms forward_ms backward_ms \
  share macs gflops backward_gflops parameters output passes pass precision \
  implementation)" ""
share=$(total share) ms=$(total ms) whole=$(total batch_ms) macs=$(total macs)
is "shares are of the whole" "$(true_that "$share > 0.99 && $share < 1.01")" yes
is "layers fill the step" \
  "$(true_that "$ms > 0.5 * $whole && $ms < 1.2 * $whole")" yes
is "all 0.24 GMAC are counted" "$(true_that "$macs / 2 > 230000000")" yes

is "bfloat16 runs everywhere" "$(bench --batch 1 --repeat 1 --profile \
  --precision bfloat16)" 0
has "and says so" "$(cat "$tmp/out")" '"precision": "bfloat16"'
is "another precision is refused" "$(bench --precision half)" 2
has "by naming those there are" "$(cat "$tmp/err")" "float32, bfloat16 or auto"
is "so is another network" "$(bench --network none)" 2
has "by naming those" "$(cat "$tmp/err")" capsnet
is "another routing is timed" "$(bench --batch 1 --repeat 1 --routing attention)" 0
has "and named" "$(cat "$tmp/out")" '"routing": "attention"'
is "one that is none is refused" "$(bench --routing none)" 2
has "by naming those there are" "$(cat "$tmp/err")" "sparse"
is "a batch of none is refused" "$(bench --batch 0)" 2
finish
