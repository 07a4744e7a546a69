#!/bin/sh
# Sizes a reader can hold: no file over 700 lines, no function over 80.
# A function runs from a "{" in the first column to the "}" that closes it.
cd "$1" || exit 1
files=$(find core io datasets models ui app tests \
  \( -name '*.c' -o -name '*.h' -o -name '*.cpp' \) | sort)
long_files=$(wc -l $files | awk '$1 > 700 && $2 != "total" { print $2 ": " $1 " lines" }')
long_functions=$(awk '
  FNR == 1 { start = 0; name = "" }
  /^[A-Za-z_].*\(/ { name = $0; sub(/\(.*/, "", name); sub(/.*[ *]/, "", name) }
  /^\{/ { start = FNR }
  /^\}/ { if (start && FNR - start > 80) print FILENAME ": " name " has " FNR - start " lines"; start = 0 }
' $files)
undocumented=$(awk '
  FNR == 1 { blank = 1; seen = 0 }
  FNR == 1 && !/^\/\*/ { print FILENAME ": no purpose comment on its first line" }
' $files)
report() { # NUMBER DESCRIPTION OFFENDERS
  if [ -z "$3" ]; then echo "ok $1 - $2"; else
    echo "not ok $1 - $2"
    echo "$3" | sed 's/^/# /'
    failed=1
  fi
}
failed=0
report 1 "no file over 700 lines" "$long_files"
report 2 "no function over 80 lines" "$long_functions"
report 3 "every file opens with its purpose" "$undocumented"
report 4 "no merge marks" "$(grep -rnE '^(<{7}|>{7}) ' README.md HACKING.md \
  NEWS.md Makefile meson.build .ci core io datasets models ui app tests)"
echo 1..4
exit $failed
