#!/bin/sh
# A file system that is really full: a small tmpfs in a mount namespace of its own,
# under capsight pacs get (DICOMweb and DIMSE) and capsight report. TAP; arguments:
# capsight, make-series, archive-server, make-findings.
if [ -z "$FULL_DISK_INSIDE" ]; then
  if unshare -rm sh -c 'mount -t tmpfs -o size=64k none /mnt' 2>/dev/null; then
    FULL_DISK_INSIDE=1 exec unshare -rm "$0" "$@"
  fi
  . "$(dirname "$0")/tap.sh"
  skip "a full file system" "no mount namespace may be made here"
  finish
fi
. "$(dirname "$0")/dimse.sh"
serve=$(realpath "$3")
make_findings=$(realpath "$4")
cd "$tmp" || exit 1
"$make_series" ct 30 CT 1.2.3.1
uid=$(dcmdump +P StudyInstanceUID ct/i000.dcm | sed 's/.*\[\(.*\)\].*/\1/')
mkdir small
disk() { # SIZE: an empty one at small
  umount small 2>/dev/null
  mount -t tmpfs -o "size=$1" none small
}
# get KIND: fills a disk that is too small, then the same command on a larger one
get() {
  disk 64k
  run get --study "$uid" -o small/ct
  is "$1: status" $status 74
  has "$1: names a file" "$(cat err)" "“$tmp/small/ct.incomplete/"
  has "$1: and the cause" "$(cat err)" "No space left on device"
  is "$1: nothing looks complete" "$(ls small)" "ct.incomplete"
  had=$(find small -name '*.dcm' | wc -l)
  mount -o remount,size=1m small
  run get --study "$uid" -o small/ct --json
  is "$1: with room the same command goes on" \
    "$status $(ls small) $(find small -name '*.dcm' | wc -l)" "0 ct 30"
  has "$1: from where it was" "$(cat out)" "\"kept\": $had"
  is "$1: all data sets" "$(sets small/ct)" "$all"
}
all=$(sets ct)

mkfifo in
"$serve" ct <in >url 2>server.log &
peers="$peers $!"
exec 3>in
until [ -s url ]; do sleep 0.1; done
printf '[a]\nurl=%s\nwait-ms=0\n' "$(cat url)" >a.ini
get DICOMweb
exec 3>&-
archive "$receive"
list "receive-port=$receive" >a.ini
run store ct
get DIMSE

# ---- reports: whatever is there is whole ----
export SOURCE_DATE_EPOCH=1600000000
"$make_findings" made accepted uncertain
report() { # FOLDER: status in $status
  "$capsight" report made --format all --series made/dicom -o "$1" -q \
    >out 2>err
  status=$?
}
report whole
is "reports: with room" $status 0
for size in 4k 16k 48k 96k 160k; do
  disk $size
  report small/r
  is "reports on $size: status" $status 74
  has "reports on $size: names a file" "$(cat err)" "“small/r/"
  has "reports on $size: and the cause" "$(cat err)" "No space left on device"
  for file in $(find small -type f); do
    cmp -s "$file" "whole/${file#small/r/}" && continue
    result 1 "reports on $size: $file is not whole"
  done
done
umount small
finish
