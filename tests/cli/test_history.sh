#!/bin/sh
# capsight history: the log of a review, for people and programs. TAP; argument
# 1 is the capsight program, argument 2 makes a review.
capsight=$1
make_findings=$2
. "$(dirname "$0")/tap.sh"
run() { # ARGS...: status in $status, output in $tmp/out and $tmp/err
  "$capsight" history "$@" >"$tmp/out" 2>"$tmp/err"
  status=$?
}

"$make_findings" "$tmp/c" accepted rejected >/dev/null
run "$tmp/c/case.review"
is "a review is printed" $status 0
has "with who did what" "$(head -1 "$tmp/out")" "Findings read from a file"
has "and what came of it" "$(cat "$tmp/out")" "Finding 1: nothing → "
is "nothing is said on stderr" "$(cat "$tmp/err")" ""
run --json "$tmp/c/case.review"
is "JSON is printed" $status 0
for key in '"history": [' '"action": "imported"' '"reader": ' '"at": "20' \
  '"item": "Finding 1", "before": "", "after": "'; do
  has "JSON has $key" "$(cat "$tmp/out")" "$key"
done
run "$tmp/c/findings.json"
is "another file is refused" $status 65
has "with a sentence" "$(cat "$tmp/err")" "is not a review"
run "$tmp/none.review"
is "a missing one, too" $status 66
run
is "nothing named is wrong usage" $status 2
finish
