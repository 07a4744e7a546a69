# What the tests of DIMSE share: source this. Arguments are capsight and
# make-series; without DCMTK's programs it ends the test.
capsight=$(realpath "$1")
make_series=$(realpath "$2")
here=$(realpath "$(dirname "$0")")
. "$here/tap.sh"
export XDG_CONFIG_HOME="$tmp/config" G_DEBUG=
for program in dcmqrscp storescu socat; do
  command -v $program >/dev/null && continue
  skip "DIMSE" "$program is not installed"
  finish
done
qr='' peers=''
trap 'kill $qr $peers 2>/dev/null; rm -rf "$tmp"' EXIT
base=$((21000 + $$ % 8000 * 4))
port=$base receive=$((base + 1)) nobody=$((base + 2))

# archive DESTINATION-PORT [SECONDS]: starts dcmqrscp, which sends to that port
# and waits so long for it to take part
archive() {
  mkdir -p "$tmp/db"
  cat >"$tmp/qr.cfg" <<END
NetworkTCPPort = $port
MaxPDUSize = 16384
MaxAssociations = 16
HostTable BEGIN
us = (CAPSIGHT, 127.0.0.1, $1)
HostTable END
VendorTable BEGIN
VendorTable END
AETable BEGIN
ARCHIVE $tmp/db RW (200, 1024mb) us
AETable END
END
  dcmqrscp -dhl -ta "${2:-6}" -c "$tmp/qr.cfg" >"$tmp/qr.log" 2>&1 &
  qr=$!
  tries=0
  until echoscu -aet CAPSIGHT -aec ARCHIVE 127.0.0.1 "$port" >"$tmp/log" 2>&1 ||
    [ $tries -gt 100 ]; do
    sleep 0.1
    tries=$((tries + 1))
  done
}
# hole PORT: takes one connection there and says nothing, so that who sends waits
# until the hole is stopped
hole() {
  socat -u "TCP-LISTEN:$1,reuseaddr,bind=127.0.0.1" OPEN:/dev/null \
    >"$tmp/hole.log" 2>&1 &
  hole=$!
  peers="$peers $hole"
  wait_for "$1"
}
wait_for() { # PORT: until somebody listens there
  tries=0
  until grep -qi ":$(printf %04X "$1") 00000000:0000 0A" /proc/net/tcp ||
    [ $tries -gt 100 ]; do
    sleep 0.1
    tries=$((tries + 1))
  done
}
stop() { # PROCESS
  kill "$1"
  wait "$1" 2>/dev/null
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
