#!/bin/sh
# capsight pacs against Orthanc inside TLS, DICOMweb and DIMSE, with certificates
# on both sides. TAP. Arguments: capsight, make-series, a private folder.
. "$(dirname "$0")/pacs.sh"
. "$(dirname "$0")/../support/certificates.sh"
cd "$tmp" || exit 1
authority ca
authority strange
certificate good 2 IP:127.0.0.1
certificate old -1 IP:127.0.0.1
certificate ours 2 DNS:workstation.example
certificate stranger 2 DNS:workstation.example strange
"$make_series" ct 20 CT 1.2.3.1
uid=$(study_of ct/i000.dcm)
own() { printf 'certificate=%s.pem\nkey=%s.key\n' "$1" "$1"; }

# ---- DICOMweb ----
# Debian's Orthanc dies of its first HTTPS connection, whoever makes it: socat
# takes TLS off in front of it.
tls=$((http + 1)) ends=''
terminate() { # CERTIFICATE VERIFY: 1 asks for ours
  socat "OPENSSL-LISTEN:$tls,reuseaddr,fork,bind=127.0.0.1,cert=$1.pem,\
key=$1.key,cafile=ca.pem,verify=$2" "TCP:127.0.0.1:$http" 2>socat.log &
  ends=$!
  sleep 1
}
web() { # CERTIFICATE-OF-OURS
  printf '[a]\nurl=https://127.0.0.1:%s/dicom-web\nca=ca.pem\n' "$tls"
  printf 'wait-ms=0\ntries=2\n'
  [ -z "$1" ] || own "$1"
}
if command -v socat >which; then
  trap 'kill -9 $pid $ends 2>/dev/null' EXIT
  url=https://127.0.0.1:$tls/dicom-web
  orthanc
  terminate good 0
  pacs store --url "$url" --ca ca.pem ct
  check "DICOMweb: an authority of our own" $?
  pacs get --url "$url" --ca ca.pem --study "$uid" -o web
  is "DICOMweb: the same bytes" "$(sums web | cksum)" "$(sums ct | cksum)"
  pacs find --url "$url"
  is "DICOMweb: an unknown authority is refused" $? 77
  kill $ends
  terminate old 0
  pacs store --url "$url" --ca ca.pem ct
  is "DICOMweb: an expired certificate" "$? $(grep -c 'has expired on' err)" \
    "77 1"
  kill $ends
  terminate good 1
  web ours >a.ini
  pacs find --config a.ini
  check "DICOMweb: a certificate of ours" $?
  web stranger >a.ini
  pacs find --config a.ini
  is "DICOMweb: one that it does not know" $(($? > 0)) 1
  web "" >a.ini
  pacs find --config a.ini
  is "DICOMweb: none" "$? $(grep -c 'certificate' err)" "77 1"
  kill $ends
  halt
else
  number=$((number + 1))
  echo "ok $number - DICOMweb inside TLS # SKIP socat is not installed"
fi

# ---- DIMSE ----
receive=$((dicom + 1))
list() { # EXTRA LINES
  printf '[a]\nkind=dimse\nhost=127.0.0.1\nport=%s\nae-title=ORTHANC\n' "$dicom"
  printf 'receive-port=%s\nwait-ms=100\ntries=2\ntls=yes\nca=ca.pem\n' "$receive"
  printf '%s\n' "$@"
}
secure() { # CERTIFICATE: Orthanc's configuration
  echo ", \"DicomTlsEnabled\": true, \"DicomTlsCertificate\": \"$tmp/$1.pem\",
  \"DicomTlsPrivateKey\": \"$tmp/$1.key\",
  \"DicomTlsTrustedCertificates\": \"$tmp/ca.pem\",
  \"DicomTlsRemoteCertificateRequired\": true,
  \"DicomModalities\": {\"us\": {\"AET\": \"CAPSIGHT\", \"Host\": \"127.0.0.1\",
    \"Port\": $receive, \"UseDicomTls\": true}}"
}
rm -rf db
orthanc "$(secure good)"
list "$(own ours)" >a.ini
pacs echo --config a.ini
check "DIMSE: C-ECHO" $?
pacs store --config a.ini ct
check "DIMSE: C-STORE" $?
pacs find --config a.ini --json
is "DIMSE: C-FIND" "$(grep -c "$uid" out)" 1
pacs get --config a.ini --study "$uid" -o moved
check "DIMSE: C-MOVE, our SCP inside TLS" $?
is "DIMSE: the same data sets" "$(sets moved)" "$(sets ct)"
list "$(own stranger)" >a.ini
pacs echo --config a.ini
is "DIMSE: a certificate of ours that it does not know" \
  "$(($? > 0)) $(grep -c 'our certificate' err)" "1 1"
list "$(own ours)" | sed 's/^ca=.*/ca=strange.pem/' >a.ini
pacs store --config a.ini ct
is "DIMSE: an unknown authority" "$? $(grep -c 'signed by nobody' err)" "77 1"
list | grep -v receive-port >a.ini
pacs echo --config a.ini
is "DIMSE: no certificate of ours" "$? $(grep -c 'wants a certificate' err)" \
  "77 1"
list tls=no | grep -v '^ca=' | grep -v '^tls=yes' >a.ini
pacs echo --config a.ini
is "DIMSE: in plain text" "$? $(grep -c 'tls=yes' err)" "69 1"
halt
orthanc "$(secure old)"
list "$(own ours)" >a.ini
pacs store --config a.ini ct
is "DIMSE: an expired certificate" "$? $(grep -c 'has expired on' err)" "77 1"
halt
finish
