#!/bin/sh
# The predictions kept in models/studies/predictions give the tables kept in
# models/studies/tables again, from the data folder's labels and without any
# network. TAP; argument 1 is the capsight program, 2 the source folder.
capsight=$1 studies=$2/models/studies
. "$(dirname "$0")/tap.sh"
if ! [ -d "${CAPSIGHT_DATA:-}/lidc-crops" ]; then
  skip "studies from kept predictions" "no data folder (CAPSIGHT_DATA)"
  finish
fi

# Where two tables differ: words anywhere, numbers by more than two units of the
# last of three digits (other processors sum in another order).
differences() { # A B
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

for table in "$studies"/tables/*.md; do
  name=$(basename "$table" .md)
  # the models that the table names, in their order
  configs=$(sed -n 's/^<!-- models: \(.*\) -->$/\1/p' "$table" | tr ' ' '\n' |
    sed "s|.*|--config $studies/&.conf|")
  sed '/^<!--/d' "$table" >"$tmp/wanted"
  "$capsight" study "$name" -o "$tmp/$name" $configs --cache "$studies/predictions" \
    --progress none -q 2>"$tmp/err"
  is "$name: status" "$?$(cat "$tmp/err")" 0
  is "$name: the table" "$(differences "$tmp/wanted" "$tmp/$name/table.md")" ""
done
finish
