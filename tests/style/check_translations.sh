#!/bin/sh
# Translations are complete: every source that marks words is in POTFILES, and
# each language has a word, not a fuzzy one, for all that the sources say now.
cd "$1" || exit 1
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
n=0 failed=0
report() { # DESCRIPTION OFFENDERS
  n=$((n + 1))
  if [ -z "$2" ]; then echo "ok $n - $1"; else
    echo "not ok $n - $1"
    echo "$2" | sed 's/^/# /'
    failed=1
  fi
}
if ! command -v xgettext >/dev/null; then
  echo "ok 1 - translations"
  echo "# SKIP translations: no gettext on this machine"
  echo 1..1
  exit 0
fi
# What marks words: gettext's own, and functions that are given a sentence, for
# which ui/po/meson.build has keywords. Errors of what only the command line
# does are not shown by the viewer.
makers='g_set_error(_literal)?|g_error_new|g_prefix_error|cap_json_fail'
makers="$makers|cap_dcmtk_say|cap_tensor_file_refuse"
{
  grep -lE '\b(_|N_|P_)\((\s*"|$)' -r core io models datasets ui app \
    --include='*.c' --include='*.cpp'
  grep -lE "\\b($makers)\\(" -r core io models ui --include='*.c' \
    --include='*.cpp' | grep -vE '^models/(evaluate|study|train|reference_make)' |
    grep -vE '^io/(anonymize|ct_write|lidc)'
  ls ui/templates/*.ui app/*.in
} | LC_ALL=C sort -u >"$tmp/marked"
LC_ALL=C sort ui/po/POTFILES | diff - "$tmp/marked" >"$tmp/diff"
report "POTFILES names the sources that mark words" "$(cat "$tmp/diff")"

# The options of xgettext are those of the build.
options=$(grep -o "'--[^']*'" ui/po/meson.build | tr -d "'")
xgettext $options -f ui/po/POTFILES -o "$tmp/pot" 2>"$tmp/said"
report "words can be collected" "$(cat "$tmp/said")"
# One term for one thing, as CASE-01 has it.
report "a slice that is not there is missing, in every sentence" \
  "$(grep -nE 'absent (slice|plane)|(slices?|planes?) (is |are )?absent' \
    "$tmp/pot" app/*.1 README.md)"
for language in $(grep -v '^#' ui/po/LINGUAS); do
  msgmerge -q --no-fuzzy-matching "ui/po/$language.po" "$tmp/pot" \
    -o "$tmp/$language.po"
  said=$(LC_ALL=C msgfmt --check --statistics -o /dev/null \
    "$tmp/$language.po" 2>&1)
  case $said in
  *fuzzy* | *untranslated* | *error* | *warning*)
    report "$language is complete (ninja capsight-update-po, then translate)" \
      "$said
$(msgattrib --untranslated "$tmp/$language.po" | grep '^msgid' | head -20)"
    ;;
  *) report "$language is complete" "" ;;
  esac
done
echo "1..$n"
exit $failed
