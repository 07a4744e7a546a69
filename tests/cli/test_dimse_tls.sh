#!/bin/sh
# capsight pacs over DIMSE inside TLS, on loopback: against DCMTK's storescp, and
# DCMTK's storescu against our storage SCP. dcmqrscp knows no TLS: socat puts it
# on and takes it off around it. TAP; arguments: capsight, make-series.
. "$(dirname "$0")/dimse.sh"
. "$here/../support/certificates.sh"
if ! command -v openssl >/dev/null; then
  skip "DIMSE inside TLS" "openssl is not installed"
  finish
fi
cd "$tmp" || exit 1
inner=$nobody back=$((base + 3)) outer=$port

authority ca
authority strange
certificate good 2 IP:127.0.0.1
certificate other 2 DNS:pacs.example
certificate old -1 IP:127.0.0.1
certificate ours 2 DNS:workstation.example
certificate stranger 2 IP:127.0.0.1 strange
"$make_series" ct 9 CT 1.2.3.1 && mkdir taken
uid=$(dcmdump +P StudyInstanceUID ct/i000.dcm | sed 's/.*\[\(.*\)\].*/\1/')

start() { # COMMAND…: in the background, listening at $port
  "$@" >peer.log 2>&1 &
  peer=$!
  peers="$peers $peer"
  wait_for "$port"
}
scp() { # CERTIFICATE EXTRA…: a storage SCP with TLS
  name=$1
  shift
  start storescp +tls "$name.key" "$name.pem" +cf ca.pem "$@" -od taken "$port"
}
secure() { list tries=1 tls=yes "$@"; } # EXTRA LINES
own() { printf 'certificate=%s.pem\nkey=%s.key' "$1" "$1"; }
asks() { # DESCRIPTION STATUS WORDS LINES…: what echo comes to
  what=$1 wanted=$2 words=$3
  shift 3
  secure "$@" >a.ini
  run echo
  is "$what: status" $status "$wanted"
  has "$what: message" "$(cat out err)" "$words"
}

# ---- asking ----
scp good
asks "both certificates" 0 "The archive answers." ca=ca.pem "$(own ours)"
run store ct
is "both certificates: all is sent" "$status $(ls taken | wc -l)" "0 9"
asks "none of ours" 77 "wants a certificate of ours" ca=ca.pem
secure ca=ca.pem "$(own stranger)" >a.ini
run echo # status and words depend on which end of it the connection shows first
has "ours of a strange authority" "$status $(cat err)" "accept our certificate"
asks "an unknown authority" 77 "signed by nobody this machine trusts" \
  ca=strange.pem "$(own ours)"
asks "the system's authorities" 77 "signed by nobody this machine trusts" \
  "$(own ours)"
asks "unverified, when the list says so" 0 "The archive answers." \
  tls-verify=no "$(own ours)"
asks "plain text to TLS" 69 "tls=yes" tls=no
stop $peer
scp old -ic
asks "expired" 77 "has expired on 20" ca=ca.pem
run store ct
is "expired: nothing is sent" "$status $(grep -c '9 not sent' out)" "77 1"
stop $peer
scp other -ic
asks "another host" 77 "is for another host" ca=ca.pem
secure ca=ca.pem | sed 's/^host=.*/host=localhost/' >a.ini
run echo
is "another host by name" "$status $(grep -c 'another host' err)" "77 1"
stop $peer
start storescp -od taken "$port"
asks "TLS to plain text" 77 "does it speak TLS at this port?" ca=ca.pem
stop $peer

# ---- fetching ----
port=$inner
archive "$back" 60
port=$outer
start socat "OPENSSL-LISTEN:$port,reuseaddr,fork,bind=127.0.0.1,cert=good.pem,\
key=good.key,cafile=ca.pem,verify=1" "TCP:127.0.0.1:$inner"
relay() { # CERTIFICATE: what the archive shows when it sends
  socat "TCP-LISTEN:$back,reuseaddr,fork,bind=127.0.0.1" \
    "OPENSSL:127.0.0.1:$receive,cert=$1.pem,key=$1.key,verify=0" >relay.log 2>&1 &
  relay=$!
  peers="$peers $relay"
  wait_for "$back"
}
relay good
secure ca=ca.pem "$(own ours)" "receive-port=$receive" >a.ini
run store ct
is "a whole archive: C-STORE" $status 0
run get --study "$uid" -o got
is "a whole archive: C-MOVE" "$status $(ls got/series-001 | wc -l)" "0 9"
stop $relay
relay stranger
run get --study "$uid" -o none
is "a sender of a strange authority: status" $status 76
has "a sender of a strange authority: message" "$(cat err)" \
  "the certificate of a sender is signed by nobody that ca has"
stop $relay

# ---- receiving ----
hole "$back"
"$capsight" pacs get --config a.ini --study "$uid" -o open >out 2>err &
getter=$!
wait_for "$receive"
send() { # WORDS ARGS…: storescu's words
  words=$1
  shift
  storescu -aet ARCHIVE -aec CAPSIGHT "$@" 127.0.0.1 "$receive" ct/i000.dcm \
    >log 2>&1
  sent=$?
}
send "" +tls good.key good.pem +cf ca.pem -ic
is "SCP: a certificate of the authority may send" $sent 0
for what in "-tls" "+tla -ic" "+tls stranger.key stranger.pem -ic" \
  "+tls old.key old.pem -ic"; do
  # shellcheck disable=SC2086
  send "" $what
  result $((sent == 0)) "SCP: $what may not"
done
send "" +tls good.key good.pem +cf strange.pem
has "SCP: a sender looks at our certificate, too" "$(cat log)" "verify failed"
kill -INT $getter
wait $getter
is "SCP: what was sent is there" \
  "$(cd open.incomplete && find . -name '*.dcm')" "./series-001/000001.dcm"

# ---- settings ----
port=$inner
asks "receiving without a certificate" 2 "certificate: is missing" \
  ca=ca.pem "receive-port=$receive"
asks "receiving from anybody" 2 "ca: is missing" "$(own ours)" \
  "receive-port=$receive"
asks "half a pair" 2 "key: certificate and key belong together" \
  certificate=ours.pem
asks "no such file" 2 "certificate “$tmp/nowhere.pem” cannot be used" \
  "$(own nowhere)"
asks "two that do not belong together" 2 "is it that of the certificate" \
  certificate=ours.pem key=good.key ca=ca.pem
openssl rsa -aes128 -passout pass:x -in ours.key -out locked.key 2>/dev/null
asks "a key with a password" 2 "cannot be used" \
  certificate=ours.pem key=locked.key ca=ca.pem
finish
