#!/bin/sh
# The manual names every irregularity and every error code with its exit status.
# TAP; argument 1 is the source folder.
cd "$1" || exit 1
manual=app/capsight.1
n=0 failed=0
report() { # DESCRIPTION OFFENDERS
  n=$((n + 1))
  if [ -z "$2" ]; then
    echo "ok $n - $1"
  else
    echo "not ok $n - $1"
    echo "$2" | sed 's/^/# /'
    failed=1
  fi
}
plain=$(sed 's/\\-/-/g' "$manual")
# Lines "CODE<newline>meaning" as the manual has them, from the sources.
missing_cases=$(sed -n 's/^ *{"\(CASE-[0-9]*\)", "\(.*\)"},$/\1 \2/p' \
  core/irregularity.c | grep -v '^CASE-00' | while read -r code title; do
    printf '%s\n' "$plain" | grep -A1 -x ".B $code" | grep -qxF "$title" ||
      echo "$code $title"
  done)
report "every irregularity is listed with its title" "$missing_cases"
missing_codes=$(sed -n 's/.*"\(CAP-[0-9]*\)", \([0-9]*\)}.*/\1 \2/p' core/error.c |
  while read -r code status; do
    printf '%s\n' "$plain" | grep -A1 -x ".B $code" |
      grep -qF "(exit status $status)" || echo "$code, exit status $status"
  done)
report "every error code is listed with its exit status" "$missing_codes"
[ "$(sed -n '/"CASE-/p' core/irregularity.c | wc -l)" -ge 30 ] ||
  report "the table of irregularities was found" "core/irregularity.c"
if command -v groff >/dev/null; then
  report "groff has no complaint" "$(groff -man -ww -z "$manual" 2>&1)"
fi
echo "1..$n"
exit $failed
