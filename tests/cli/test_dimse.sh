#!/bin/sh
# capsight pacs over DIMSE against DCMTK's dcmqrscp, and DCMTK's storescu against
# our storage SCP, all on loopback. TAP; arguments: capsight, archive-server
# (whose port serves as one where nobody speaks DICOM), make-series.
capsight=$(realpath "$1")
serve=$(realpath "$2")
make_series=$(realpath "$3")
. "$(dirname "$0")/tap.sh"
export XDG_CONFIG_HOME="$tmp/config" G_DEBUG=
if ! command -v dcmqrscp >/dev/null || ! command -v storescu >/dev/null; then
  skip "DIMSE" "dcmtk is not installed"
  finish
fi
qr='' holes=''
trap 'kill $qr $holes 2>/dev/null; rm -rf "$tmp"' EXIT
base=$((21000 + $$ % 8000 * 4))
port=$base receive=$((base + 1)) nobody=$((base + 2))

# archive DESTINATION-PORT: starts dcmqrscp, which sends to that port of ours
archive() {
  mkdir -p "$tmp/db"
  cat >"$tmp/qr.cfg" <<END
NetworkTCPPort = $port
MaxPDUSize = 16384
MaxAssociations = 16
HostTable BEGIN
us = (CAPSIGHT, 127.0.0.1, $1)
other = (OTHER, 127.0.0.1, $1)
HostTable END
VendorTable BEGIN
VendorTable END
AETable BEGIN
ARCHIVE $tmp/db RW (200, 1024mb) us
AETable END
END
  dcmqrscp -dhl -ta 6 -c "$tmp/qr.cfg" >"$tmp/qr.log" 2>&1 &
  qr=$!
  tries=0
  until echoscu -aet CAPSIGHT -aec ARCHIVE 127.0.0.1 "$port" >"$tmp/log" 2>&1 ||
    [ $tries -gt 100 ]; do
    sleep 0.1
    tries=$((tries + 1))
  done
}
list() { # EXTRA LINES
  printf '[a]\nkind=dimse\nhost=127.0.0.1\nport=%s\nae-title=ARCHIVE\n' "$port"
  printf 'wait-ms=0\ntries=2\ntimeout=15\n'
  printf '%s\n' "$@"
}
run() { # ARGS...: status in $status, output in $tmp/out and $tmp/err
  "$capsight" pacs "$@" --config "$tmp/a.ini" >"$tmp/out" 2>"$tmp/err"
  status=$?
}
# The data sets of FOLDER's files, without their meta information
sets() {
  find "$1" -type f ! -name '.*' | while read -r file; do
    dcmdump -q +L "$file" | sed '1,/^# Dicom-Data-Set/d' | cksum
  done | sort | cksum
}

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

# ---- our storage SCP: the archive sends elsewhere, so that it stays open ----
kill $qr
wait $qr 2>/dev/null
mkfifo "$tmp/in"
"$serve" "$tmp/ct" slow <"$tmp/in" >"$tmp/url" 2>/dev/null &
holes=$!
exec 3>"$tmp/in"
until [ -s "$tmp/url" ]; do sleep 0.1; done
archive "$(sed 's/.*:\([0-9]*\).*/\1/' "$tmp/url")"
list "receive-port=$receive" >"$tmp/a.ini"
"$capsight" pacs get --config "$tmp/a.ini" --study "$uid" -o "$tmp/open" \
  >"$tmp/out" 2>"$tmp/err" &
getter=$!
tries=0
until echoscu -aet ARCHIVE -aec CAPSIGHT 127.0.0.1 "$receive" >"$tmp/log" 2>&1 ||
  [ $tries -gt 100 ]; do
  sleep 0.1
  tries=$((tries + 1))
done
result $((tries > 100)) "SCP: the archive's AE title may"
send() { storescu -aet "$1" -aec "$2" 127.0.0.1 "$receive" "$3" >"$tmp/log" 2>&1; }
! send STRANGER CAPSIGHT "$tmp/ct/i000.dcm"
result $? "SCP: another AE title may not"
has "SCP: and hears why" "$(cat "$tmp/log")" "Calling AE Title Not Recognized"
! send ARCHIVE OTHER "$tmp/ct/i000.dcm"
result $? "SCP: nor one who calls another AE title"
has "SCP: and hears why" "$(cat "$tmp/log")" "Called AE Title Not Recognized"
# idle connections, which say nothing, are in nobody's way
if command -v bash >/dev/null; then
  for i in 1 2 3; do
    bash -c "exec 7<>/dev/tcp/127.0.0.1/$receive; exec sleep 20" 3>&- &
    holes="$holes $!"
  done
  sleep 0.5
fi
send ARCHIVE CAPSIGHT "$tmp/ct/i000.dcm"
result $? "SCP: an instance that was asked for is taken"
"$make_series" "$tmp/others" 1 CT 1.2.3.77
send ARCHIVE CAPSIGHT "$tmp/others/i000.dcm"
wait $getter
is "SCP: what came counts, the rest is missing: status" $? 1
has "SCP: and is named" "$(cat "$tmp/err")" "1 of 9 images are in"
has "SCP: others' instances are dropped" "$(cat "$tmp/err")" \
  "without having been asked for"
is "SCP: one file, under our name" "$(cd "$tmp/open.incomplete" &&
  find . -name '*.dcm')" "./series-001/000001.dcm"
echoscu -aet ARCHIVE -aec CAPSIGHT 127.0.0.1 "$receive" >"$tmp/log" 2>&1
is "SCP: nothing listens any more" "$(($? > 0))" 1
exec 3>&-

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
