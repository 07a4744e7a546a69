#!/bin/sh
# capsight pacs against a scripted DICOMweb server: what is printed, statuses,
# TLS, a full disk, an interruption, a server that dies. TAP; arguments: capsight,
# archive-server, make-series.
capsight=$(realpath "$1")
serve=$(realpath "$2")
make_series=$(realpath "$3")
here=$(realpath "$(dirname "$0")")
. "$here/tap.sh"
. "$here/../support/certificates.sh"
export XDG_CONFIG_HOME="$tmp/config" G_DEBUG=
server=''
start() { # FAULT [N [CERTIFICATE KEY]]: its URL in $url, its process in $server
  rm -f "$tmp/in" "$tmp/url"
  mkfifo "$tmp/in"
  "$serve" "$tmp/ct" "$@" <"$tmp/in" >"$tmp/url" 2>"$tmp/server" &
  server=$!
  exec 3>"$tmp/in"
  i=0
  while [ ! -s "$tmp/url" ] && [ $i -lt 200 ]; do
    sleep 0.1
    i=$((i + 1))
  done
  url=$(cat "$tmp/url")
}
stop() {
  exec 3>&-
  wait "$server" 2>/dev/null
}
trap 'kill $server 2>/dev/null; rm -rf "$tmp"' EXIT
run() { # ARGS...: status in $status, output in $tmp/out and $tmp/err
  "$capsight" pacs "$@" >"$tmp/out" 2>"$tmp/err"
  status=$?
}
study() { "$capsight" pacs find --url "$url" --json |
  sed -n 's/.*"study_uid": "\(.*\)",/\1/p'; }

"$make_series" "$tmp/ct" 9 CT 1.2.3.1
start none
uid=$(study)
run find --url "$url"
is "find: status" $status 0
has "find: a row" "$(cat "$tmp/out")" "$uid"
is "find: no control characters reach the terminal" \
  "$(grep -c "$(printf '\033')" "$tmp/out")" 0
run find --url "$url" --level series --json
has "find: series as JSON" "$(cat "$tmp/out")" '"series_uid": "1.2.3.1"'
run find --url "$url" --study 9.9 --level series
is "find: no match" "$status $(cat "$tmp/out")" "0 No match."
run echo --url "$url"
is "echo" "$status $(cat "$tmp/out")" "0 The archive answers."

run get --url "$url" --study "$uid" -o "$tmp/got"
is "get: status" $status 0
has "get: says how many" "$(cat "$tmp/out")" "9 images in $tmp/got"
is "get: the bytes that were sent" \
  "$(cat "$tmp"/got/series-001/*.dcm | cksum)" "$(cat "$tmp"/ct/* | cksum)"
is "get: no file named by the server" "$(find "$tmp/got" -name '*evil*' \
  -o -name '*passwd*'; ls /tmp/evil.dcm 2>/dev/null)" ""
"$capsight" info "$tmp/got" >"$tmp/out"
has "get: info reads it" "$(cat "$tmp/out")" "9 slices"
is "get: and sees nothing odd" "$(grep -c CASE "$tmp/out")" 0
run get --url "$url" --study "$uid" -o "$tmp/got" --json
has "get again: nothing is fetched" "$(cat "$tmp/out")" '"received": 0'
run get --url "$url" --study 1.9.9 -o "$tmp/none"
is "get: an unknown study" "$status $(ls -d "$tmp"/none* 2>/dev/null)" "66 "

run store --url "$url" "$tmp/ct" --json
is "store: status" $status 0
has "store: all" "$(cat "$tmp/out")" '"stored": 9'
echo notes >"$tmp/notes.txt"
run store --url "$url" "$tmp/notes.txt"
is "store: nothing that is DICOM" $status 66
run store --url "$url" "$tmp/nowhere"
is "store: nothing there" $status 66

# ---- a full disk: files of more than 2 KiB cannot be written ----
(ulimit -f 1 && "$capsight" pacs get --url "$url" --study "$uid" \
  -o "$tmp/full" >"$tmp/out" 2>"$tmp/err")
is "full disk: status" $? 74
has "full disk: says so" "$(cat "$tmp/err")" "[CAP-008]"
is "full disk: nothing looks complete" "$(ls -d "$tmp"/full* 2>/dev/null)" ""
stop

# ---- a server that dies ----
run find --url "$url"
is "no server: status" $status 69
has "no server: says so" "$(cat "$tmp/err")" "refuses the connection"
printf '[a]\nurl=%s\nwait-ms=0\ntries=2\n' "$url" >"$tmp/a.ini"
run store --config "$tmp/a.ini" "$tmp/ct"
is "store, no server: status" $status 69
has "store, no server: what was not sent" "$(cat "$tmp/out")" \
  "0 of 9 images stored, 0 refused, 0 unusable, 9 not sent"

# ---- faults ----
fault() { # FAULT STATUS WORDS VERB ARGS...
  name=$1 want=$2 words=$3
  shift 3
  start "$name"
  printf '[a]\nurl=%s\nwait-ms=0\ntries=2\n' "$url" >"$tmp/a.ini"
  run "$@" --config "$tmp/a.ini"
  is "$name: status" $status "$want"
  has "$name: message" "$(cat "$tmp/err")" "$words"
  stop
}
fault login 77 "wants a login" find
fault forbidden 77 "does not allow" find
fault fails 76 "failed (500)" find
fault busy 69 "(503)" find
fault elsewhere 76 "elsewhere.example" find
fault page 76 "text/html instead of DICOM JSON" find
fault refuse-one 1 "it does not take this kind of object" store "$tmp/ct"
fault cut 69 "not complete: " get --study "$uid" -o "$tmp/cut"
is "cut: what came is kept apart" "$(ls -d "$tmp"/cut*)" "$tmp/cut.incomplete"
fault lost 1 "8 of 9 images are in $tmp/lost.incomplete" \
  get --study "$uid" -o "$tmp/lost"

# ---- an interruption ----
start slow
"$capsight" pacs find --url "$url" >"$tmp/out" 2>"$tmp/err" &
pid=$!
sleep 1
kill -INT $pid
wait $pid
is "interrupted: status" $? 130
kill $server
stop

# ---- TLS ----
if command -v openssl >/dev/null; then
  cd "$tmp" || exit 1
  authority ca
  authority strange
  certificate good 2 IP:127.0.0.1
  certificate other 2 DNS:pacs.example
  certificate old -1 IP:127.0.0.1
  certificate ours 2 DNS:workstation.example
  certificate stranger 2 DNS:workstation.example strange
  start none -1 good.pem good.key
  run find --url "$url" --ca ca.pem
  is "TLS: an authority of our own" $status 0
  run find --url "$url"
  is "TLS: an unknown authority is refused" $status 77
  has "TLS: and named" "$(cat err)" "signed by nobody this machine trusts"
  run find --url "$url" --ca nothing.pem
  is "TLS: no such file" $status 2
  printf '[a]\nurl=%s\ntls-verify=no\n' "$url" >a.ini
  run find --config a.ini
  is "TLS: unverified only when the list says so" $status 0
  stop
  start none -1 other.pem other.key
  run find --url "$url" --ca ca.pem
  is "TLS: another host" $status 77
  has "TLS: is named" "$(cat err)" "for another host"
  stop
  start none -1 old.pem old.key
  run find --url "$url" --ca ca.pem
  is "TLS: expired" $status 77
  has "TLS: is named, with its date" "$(cat err)" "has expired on 20"
  run store --url "$url" --ca ca.pem "$tmp/ct"
  is "TLS: and gets no images" "$status $(grep -c ' 9 not sent' out)" "77 1"
  stop
  start none -1 good.pem good.key ca.pem
  printf '[a]\nurl=%s\nca=ca.pem\nwait-ms=0\n' "$url" >a.ini
  run find --config a.ini
  is "TLS: none of ours" $status 77
  has "TLS: is named" "$(cat err)" "wants a certificate of ours"
  printf 'certificate=ours.pem\nkey=ours.key\n' >>a.ini
  run find --config a.ini
  is "TLS: a certificate of ours" "$status $(grep -c "$uid" out)" "0 1"
  sed -i 's/ours/stranger/' a.ini
  run find --config a.ini
  is "TLS: ours of a strange authority" "$((status > 0))" 1
  stop
else
  skip "TLS" "openssl is not installed"
fi

# ---- wrong usage ----
usage() { # DESCRIPTION STATUS WORDS ARGS...
  what=$1 want=$2 words=$3
  shift 3
  run "$@"
  is "$what: status" $status "$want"
  has "$what: message" "$(cat "$tmp/err")" "$words"
}
usage "no verb" 2 "find, get, store or echo"
usage "unknown verb" 2 "does not know “fetch”" fetch --url http://127.0.0.1:1
usage "no study" 2 "which study" get -o "$tmp/x"
usage "no folder" 2 "where to" get --study 1.2
usage "no path" 2 "what is to be sent" store
usage "no list" 66 "archives.ini" find
usage "bad URL" 2 "not the URL" find --url pacs
usage "user without password" 2 "belong together" find --url http://a --user u
usage "bad date" 2 "range of dates" find --url http://127.0.0.1:1 --date x
usage "bad level" 2 "study or series" find --url http://127.0.0.1:1 --level image
finish
