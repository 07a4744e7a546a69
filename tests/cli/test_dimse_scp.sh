#!/bin/sh
# The storage SCP of capsight pacs get, on loopback: who may send, how much, and
# who is in whose way. The archive sends elsewhere, so that the SCP stays open for
# DCMTK's storescu. TAP; arguments: capsight, make-series.
. "$(dirname "$0")/dimse.sh"
cd "$tmp" || exit 1
other=$((base + 3)) idlers=''
"$make_series" ct 9 CT 1.2.3.1
"$make_series" others 1 CT 1.2.3.77
uid=$(dcmdump +P StudyInstanceUID ct/i000.dcm | sed 's/.*\[\(.*\)\].*/\1/')
list >a.ini
archive "$nobody" 60
run store ct

open_scp() { # FOLDER EXTRA LINES: a get that waits
  folder=$1
  shift
  hole "$nobody"
  list timeout=60 "receive-port=$receive" "$@" >a.ini
  "$capsight" pacs get --config a.ini --study "$uid" -o "$folder" >out 2>err &
  getter=$!
  wait_for "$receive"
}
close_scp() { # all give up: the get's status in $status
  # shellcheck disable=SC2086
  kill $idlers $hole 2>/dev/null
  idlers=''
  wait $hole 2>/dev/null
  wait $getter
  status=$?
}
send() { # AE-TITLE CALLED FILE [PORT]
  storescu -aet "$1" -aec "$2" 127.0.0.1 "${4:-$receive}" "$3" >log 2>&1
}
through() { # ADDRESS: what comes to $other reaches the SCP from there
  socat "TCP-LISTEN:$other,reuseaddr,fork,bind=127.0.0.1" \
    "TCP:127.0.0.1:$receive,bind=$1" 2>through.log &
  through=$!
  peers="$peers $through"
  wait_for "$other"
}
idle() { # ADDRESS N: connections from there that say too little, too slowly
  for i in $(seq "$2"); do
    { # the head of a request of 512 bytes, which come slowly
      printf '\001\000\000\000\002\000'
      while sleep 0.2; do printf '\000'; done
    } | socat - "TCP:127.0.0.1:$receive,bind=$1" >idle.log 2>&1 &
    idlers="$idlers $!"
  done
  peers="$peers $idlers"
  sleep 1
}
taken() { find "$1.incomplete" -name '*.dcm' | sort | tr '\n' ' '; }

# ---- who may send ----
open_scp open
echoscu -aet ARCHIVE -aec CAPSIGHT 127.0.0.1 "$receive" >log 2>&1
result $? "the archive's AE title may"
! send STRANGER CAPSIGHT ct/i000.dcm
result $? "another AE title may not"
has "and hears why" "$(cat log)" "Calling AE Title Not Recognized"
! send ARCHIVE OTHER ct/i000.dcm
result $? "nor one who calls another AE title"
has "and hears why" "$(cat log)" "Called AE Title Not Recognized"
through 127.0.0.2
! send ARCHIVE CAPSIGHT ct/i000.dcm "$other"
result $? "nor the right title from another host"
stop $through
idle 127.0.0.1 3
send ARCHIVE CAPSIGHT ct/i000.dcm
result $? "an instance that was asked for is taken, beside idle connections"
send ARCHIVE CAPSIGHT others/i000.dcm
close_scp
is "what came counts, the rest is missing: status" $status 1
has "and is named" "$(cat err)" "1 of 9 images are in"
has "others' instances are dropped" "$(cat err)" "without having been asked for"
is "one file, under our name" "$(taken open)" \
  "open.incomplete/series-001/000001.dcm "
echoscu -aet ARCHIVE -aec CAPSIGHT 127.0.0.1 "$receive" >log 2>&1
is "nothing listens any more" "$(($? > 0))" 1

# ---- those whom the list adds, and who is in whose way ----
open_scp more "receive-from=127.0.0.2 SLOW; 127.0.0.3 SLOWER; 127.0.0.4 NODE 4;"
idle 127.0.0.2 6
idle 127.0.0.3 6
send ARCHIVE CAPSIGHT ct/i000.dcm
result $? "slow senders are not in the archive's way"
through 127.0.0.4
send "NODE 4" CAPSIGHT ct/i001.dcm "$other"
result $? "nor in that of another; whom the list adds may send"
! send ARCHIVE CAPSIGHT ct/i002.dcm "$other"
result $? "but not under the archive's title"
stop $through
! send "NODE 4" CAPSIGHT ct/i003.dcm
result $? "nor from the archive's host"
through 127.0.0.2
! send SLOW CAPSIGHT ct/i004.dcm "$other"
result $? "who has too many connections waits for himself"
stop $through
close_scp
is "what they sent is there" "$(taken more)" \
  "more.incomplete/series-001/000001.dcm more.incomplete/series-001/000002.dcm "

# ---- how much ----
open_scp much "max-instance-gb=0.000002"
! send ARCHIVE CAPSIGHT ct/i000.dcm
result $? "an instance over the limit is refused"
close_scp
is "over the limit: status" "$status $(taken much 2>/dev/null)" "65 "
has "over the limit: message" "$(cat err)" "max-instance-gb in the list"
open_scp total "max-total-gb=0.000007"
send ARCHIVE CAPSIGHT ct/i000.dcm
send ARCHIVE CAPSIGHT others/i000.dcm
! send ARCHIVE CAPSIGHT ct/i001.dcm
result $? "too much altogether is refused, what was dropped with it"
close_scp
is "too much: status" "$status $(taken total)" \
  "65 total.incomplete/series-001/000001.dcm "
has "too much: message" "$(cat err)" "max-total-gb in the list"
finish
