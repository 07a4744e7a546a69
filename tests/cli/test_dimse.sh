#!/bin/sh
# capsight pacs over DIMSE against DCMTK's dcmqrscp, on loopback. TAP; arguments:
# capsight, make-series.
. "$(dirname "$0")/dimse.sh"
"$make_series" "$tmp/ct" 9 CT 1.2.3.1
uid=$(dcmdump +P StudyInstanceUID "$tmp/ct/i000.dcm" | sed 's/.*\[\(.*\)\].*/\1/')
list "receive-port=$receive" >"$tmp/a.ini"

# ---- nobody there ----
run echo
is "nobody there: status" $status 69
has "nobody there: says where" "$(cat "$tmp/err")" "127.0.0.1:$port"
run store "$tmp/ct"
is "nobody there: nothing is sent" "$status $(grep -c '9 not sent' "$tmp/out")" \
  "69 1"

# ---- the whole way ----
archive "$receive"
run echo
is "C-ECHO" "$status $(cat "$tmp/out")" "0 The archive answers."
run store "$tmp/ct" --json
is "C-STORE: status" $status 0
has "C-STORE: all" "$(cat "$tmp/out")" '"stored": 9'
run find --patient-id 'P*' --json
has "C-FIND: a study by its patient" "$(cat "$tmp/out")" "$uid"
run find --patient-id 'Q*'
is "C-FIND: and not by another" "$status $(cat "$tmp/out")" "0 No match."
run find --level series
has "C-FIND: series" "$(cat "$tmp/out")" "1.2.3.1"
run get --study "$uid" -o "$tmp/got"
is "C-MOVE: status" $status 0
is "C-MOVE: the same data sets" "$(sets "$tmp/got")" "$(sets "$tmp/ct")"
is "C-MOVE: our names" "$(ls "$tmp/got/series-001" | head -1)" 000001.dcm
is "C-MOVE: no unfinished folder" "$(ls -d "$tmp"/got*)" "$tmp/got"
is "C-MOVE: no worker's folder" "$(ls -A "$tmp/got" | tr '\n' ' ')" \
  ".capsight-manifest.csv series-001 "
rm "$tmp/got/series-001/000004.dcm"
run get --study "$uid" -o "$tmp/got" --json
has "C-MOVE: only what is missing" "$(cat "$tmp/out")" '"received": 1'
run get --study 1.9.9 -o "$tmp/none"
is "C-MOVE: an unknown study" "$status $(ls -d "$tmp"/none* 2>/dev/null)" "66 "
(ulimit -f 1 && "$capsight" pacs get --config "$tmp/a.ini" --study "$uid" \
  -o "$tmp/full" >"$tmp/out" 2>"$tmp/err")
is "full disk: nothing looks complete" \
  "$(($? > 0)) $(ls -d "$tmp"/full 2>/dev/null)" "1 "

# ---- AE titles ----
list "receive-port=$receive" "own-ae-title=STRANGER" >"$tmp/a.ini"
run find
is "an unknown AE title of ours: status" $status 77
has "an unknown AE title of ours: says so" "$(cat "$tmp/err")" "STRANGER"
list "receive-port=$receive" | sed 's/=ARCHIVE/=WRONG/' >"$tmp/a.ini"
run store "$tmp/ct"
is "an unknown AE title of theirs: status" $status 77
has "an unknown AE title of theirs: says so" "$(cat "$tmp/err")" \
  "refuses the association from CAPSIGHT to WRONG"
has "and what was not sent" "$(cat "$tmp/out")" "9 not sent"
list >"$tmp/a.ini"
run get --study "$uid" -o "$tmp/off"
is "without receive-port nothing listens" $status 2
has "and the message says what to set" "$(cat "$tmp/err")" "receive-port"

# ---- settings ----
fault() { # LINE WORDS
  list "$1" >"$tmp/a.ini"
  run echo
  is "setting “$1”: status" $status 2
  has "setting “$1”: message" "$(cat "$tmp/err")" "$2"
}
fault "receive-address=here" "receive-address: is an address"
fault "own-ae-title=LONGER-THAN-SIXTEEN" "own-ae-title: has to be an AE title"
fault "ca=x.pem" "not tls=yes"
printf '[a]\nkind=dimse\nhost=a\nae-title=A\n' >"$tmp/a.ini"
run echo
has "no port" "$(cat "$tmp/err")" "port: is missing"
CAPSIGHT_ARCHIVE_WORKER=/nowhere
export CAPSIGHT_ARCHIVE_WORKER
list >"$tmp/a.ini"
run echo
is "no worker: status" $status 69
has "no worker: message" "$(cat "$tmp/err")" "/nowhere cannot be started"
finish
