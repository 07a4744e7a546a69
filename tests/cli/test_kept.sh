#!/bin/sh
# The predictions kept in models/studies/predictions give the tables of the model
# card and of models/studies/*.md again, from the data folder's labels and without
# any network. A table stands between <!-- study NAME: MODELS --> and <!-- end -->.
# Its intervals, which take two thousand resamples, are left to the study. TAP;
# argument 1 is the capsight program, 2 the source folder.
capsight=$1 models=$2/models
. "$(dirname "$0")/tap.sh"
cat "$models/weights/MODEL_CARD.md" "$models"/studies/*.md >"$tmp/card"
if ! [ -d "${CAPSIGHT_DATA:-}/lidc-crops" ]; then
  skip "the model card's tables" "no data folder (CAPSIGHT_DATA)"
  finish
fi

plain() { sed -e '/^<!--/d' -e 's/ ([-0-9.]* to [-0-9.]*)//g' -e 's/[0-9]* resamples/resamples/'; }

# Where two tables differ: words anywhere, numbers by more than two units of the
# last of three digits (other processors sum in another order).
differences() { # WANTED GOT
  awk 'function words(line) { gsub(/-?[0-9]+(\.[0-9]+)?/, "#", line); return line }
    NR == FNR { kept[FNR] = $0; n = FNR; next }
    words($0) != words(kept[FNR]) { print "wanted: " kept[FNR]; print "got: " $0; next }
    { a = $0; b = kept[FNR]
      while (match(a, /-?[0-9]+(\.[0-9]+)?/)) {
        x = substr(a, RSTART, RLENGTH); a = substr(a, RSTART + RLENGTH)
        match(b, /-?[0-9]+(\.[0-9]+)?/)
        y = substr(b, RSTART, RLENGTH); b = substr(b, RSTART + RLENGTH)
        if (x - y > 0.0021 || y - x > 0.0021) print y " is now " x " in: " $0
      } }
    END { if (FNR != n) print n " lines are now " FNR }' "$1" "$2"
}

sed -n 's/^<!-- study \([a-z]*\): \(.*\) -->$/\1 \2/p' "$tmp/card" >"$tmp/studies"
is "the card has tables" "$([ -s "$tmp/studies" ] && echo yes)" yes
while read -r name names; do
  configs=$(printf '%s\n' $names | sed "s|.*|--config $models/studies/&.conf|")
  sed -n "/^<!-- study $name: $names -->/,/^<!-- end -->/p" "$tmp/card" | plain >"$tmp/wanted"
  # shellcheck disable=SC2086 # one word an option
  "$capsight" study "$name" -o "$tmp/$name" $configs --cache "$models/studies/predictions" \
    --bootstrap 10 --progress none -q 2>"$tmp/err"
  is "$name: $names: status" "$?$(cat "$tmp/err")" 0
  plain <"$tmp/$name/table.md" >"$tmp/got"
  is "$name: $names: the table" "$(differences "$tmp/wanted" "$tmp/got")" ""
done <"$tmp/studies"
finish
