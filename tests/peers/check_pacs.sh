#!/bin/sh
# capsight pacs against Orthanc, on loopback, with a configuration and a storage
# of its own: round trip, kills, large studies, TLS. TAP. Arguments: capsight,
# make-series, a private folder. What is not installed is skipped and says so.
capsight=$1 make_series=$2 tmp=$3
number=0 failed=0 pid=''
check() { # DESCRIPTION STATUS
  number=$((number + 1))
  if [ "$2" -eq 0 ]; then echo "ok $number - $1"; else
    echo "not ok $number - $1"
    sed 's/^/# /' "$tmp/err" | tail -3
    failed=1
  fi
}
is() { # DESCRIPTION GOT WANTED
  [ "$2" = "$3" ]
  check "$1" $?
  [ "$2" = "$3" ] || printf '#   got: %s\n#   wanted: %s\n' "$2" "$3"
}
finish() {
  echo "1..$number"
  exit $failed
}
PATH=$PATH:/usr/sbin
plugin=$(ls /usr/lib/orthanc/libOrthancDicomWeb.so* 2>/dev/null | head -1)
if ! command -v Orthanc >"$tmp/which" || [ -z "$plugin" ]; then
  echo "ok 1 - Orthanc # SKIP orthanc or orthanc-dicomweb is not installed"
  number=1
  finish
fi
trap 'kill -9 $pid 2>/dev/null' EXIT
http=$((20000 + $$ % 20000)) dicom=$((40000 + $$ % 20000))
url=http://127.0.0.1:$http/dicom-web
export XDG_CONFIG_HOME="$tmp/config"

orthanc() { # EXTRA-JSON: starts it and waits until it answers
  mkdir -p "$tmp/db"
  cat >"$tmp/orthanc.json" <<END
{ "Name": "Test", "StorageDirectory": "$tmp/db", "IndexDirectory": "$tmp/db",
  "HttpPort": $http, "DicomPort": $dicom, "DicomAet": "ORTHANC",
  "RemoteAccessAllowed": false, "AuthenticationEnabled": false,
  "Plugins": ["$plugin"], "DicomWeb": {"Enable": true, "Root": "/dicom-web/"}
  $1 }
END
  rm -f "$tmp/orthanc.log"
  Orthanc "$tmp/orthanc.json" >"$tmp/orthanc.log" 2>&1 &
  pid=$!
  second=0
  until grep -qs "Orthanc has started" "$tmp/orthanc.log" || [ $second -gt 60 ]; do
    sleep 0.5
    second=$((second + 1))
  done
}
halt() {
  kill "$pid" 2>/dev/null
  wait "$pid" 2>/dev/null
}
kill_orthanc() {
  kill -9 "$pid"
  wait "$pid" 2>/dev/null
}
pacs() { # ARGS...
  "$capsight" pacs "$@" >"$tmp/out" 2>"$tmp/err"
}
study_of() { # FILE
  dcmdump +P StudyInstanceUID "$1" | sed 's/.*\[\(.*\)\].*/\1/'
}
sums() { # FOLDER: the contents of its images, whatever they are called
  find "$1" -type f ! -name '.*' -exec cksum {} + | cut -d' ' -f1,2 | sort
}

# ---- round trip ----
orthanc
"$capsight" phantom -o "$tmp/p" --size 128 --slices 60 -q >"$tmp/out"
pacs store --url "$url" "$tmp/p/dicom"
check "store a phantom" $?
uid=$(study_of "$tmp/p/dicom/$(ls "$tmp/p/dicom" | head -1)")
pacs find --url "$url" --patient-id 'PHANTOM*' --modality CT \
  --date 20190101-20201231 --json
is "find it by patient, modality and date" "$(grep -c "$uid" "$tmp/out")" 1
pacs find --url "$url" --patient-id 'PHANTOM*' --modality MR
is "and not by another modality" "$(cat "$tmp/out")" "No match."
pacs get --url "$url" --study "$uid" -o "$tmp/back"
check "get it" $?
is "the same bytes came back" "$(sums "$tmp/back" | cksum)" \
  "$(sums "$tmp/p/dicom" | cksum)"
"$capsight" info "$tmp/back" >"$tmp/out" 2>"$tmp/err"
is "info reads it" "$(grep -c '60 slices' "$tmp/out")" 1
pacs store --url "$url" "$tmp/p/dicom"
check "storing again does no harm" $?

# ---- 200 studies in one query ----
mkdir "$tmp/many"
"$make_series" "$tmp/one" 1 CT 1.2.3.1
for i in $(seq 200); do cp "$tmp/one/i000.dcm" "$tmp/many/$i.dcm"; done
for i in $(seq 200); do
  dcmodify -nb -q -m "StudyInstanceUID=1.2.7.$i" -m "SeriesInstanceUID=1.2.8.$i" \
    -m "SOPInstanceUID=1.2.9.$i" -m PatientID=MANY "$tmp/many/$i.dcm"
done
pacs store --url "$url" "$tmp/many"
check "store 200 studies" $?
pacs find --url "$url" --patient-id MANY --json
is "200 studies in one query" "$(grep -c '"study_uid"' "$tmp/out")" 200
pacs find --url "$url" --patient-id MANY --limit 30 --offset 190 --json
is "the last ten of them" "$(grep -c '"study_uid"' "$tmp/out")" 10

# ---- 5,000 images, and killed in the middle ----
"$make_series" "$tmp/big" 5000 CT 1.2.3.5000
big=$(study_of "$tmp/big/i000.dcm")
dcm() { # how many instances are there
  pacs find --url "$url" --series 1.2.3.5000 --json &&
    sed -n 's/.*"n_series_instances": \([0-9]*\).*/\1/p' "$tmp/out"
}
printf '[a]\nurl=%s\nwait-ms=100\ntries=3\n' "$url" >"$tmp/a.ini"
"$capsight" pacs store --config "$tmp/a.ini" "$tmp/big" --progress json \
  >"$tmp/sent" 2>"$tmp/lines" &
client=$!
until grep -qs '"sending","fraction":0\.[1-9]' "$tmp/lines"; do sleep 0.05; done
kill_orthanc
wait $client
is "Orthanc killed in mid-store: status" $? 69
is "and what was stored and what was not" "$(grep -c \
  '^[0-9]* of 5000 images stored, 0 refused, 0 unusable, [0-9]* not sent' \
  "$tmp/sent")" 1
said=$(sed 's/ .*//' "$tmp/sent")
orthanc
there=$(dcm)
echo "# $said said to be stored, $there are"
[ "${there:-0}" -ge "$said" ]
check "nothing that was said to be stored is lost" $?
pacs store --config "$tmp/a.ini" "$tmp/big"
check "the same command sends the rest" $?
is "all 5,000 are there" "$(dcm)" 5000
"$capsight" pacs get --config "$tmp/a.ini" --study "$big" --series 1.2.3.5000 \
  -o "$tmp/gotten" --progress json >"$tmp/out" 2>"$tmp/lines" &
client=$!
until grep -qs '"receiving","fraction":0\.[1-9]' "$tmp/lines"; do sleep 0.05; done
kill_orthanc
wait $client
is "Orthanc killed in mid-get: status" $? 69
[ ! -e "$tmp/gotten" ] && [ -e "$tmp/gotten.incomplete" ]
check "nothing looks complete" $?
had=$(find "$tmp/gotten.incomplete" -name '*.dcm' | wc -l)
orthanc
pacs get --config "$tmp/a.ini" --study "$big" --series 1.2.3.5000 \
  -o "$tmp/gotten" --json
check "the same command fetches the rest" $?
kept=$(sed -n 's/.*"kept": \([0-9]*\).*/\1/p' "$tmp/out")
echo "# $had were there, $kept were kept"
is "what had come is not fetched again" "$kept" "$had"
is "5,000 images: the same bytes" "$(sums "$tmp/gotten" | cksum)" \
  "$(sums "$tmp/big" | cksum)"
halt

# ---- TLS ----
cd "$tmp" || exit 1
openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem \
  -subj "/CN=Test authority" -days 2 2>/dev/null
certificate() { # NAME DAYS
  openssl req -newkey rsa:2048 -nodes -keyout "$1.key" -out "$1.req" \
    -subj "/CN=$1" 2>/dev/null
  echo "subjectAltName=IP:127.0.0.1" >"$1.ext"
  openssl x509 -req -in "$1.req" -CA ca.pem -CAkey ca.key -CAcreateserial \
    -days "$2" -extfile "$1.ext" 2>/dev/null | cat - "$1.key" >"$1.both"
}
certificate good 2
certificate old -1
# Debian's Orthanc dies of its first TLS connection, whoever makes it: socat
# takes TLS off in front of it.
tls=$((http + 1)) ends=''
terminate() { # CERTIFICATE
  socat "OPENSSL-LISTEN:$tls,reuseaddr,fork,bind=127.0.0.1,cert=$1,verify=0" \
    "TCP:127.0.0.1:$http" 2>"$tmp/socat" &
  ends=$!
  sleep 1
}
if command -v socat >"$tmp/which"; then
  trap 'kill -9 $pid $ends 2>/dev/null' EXIT
  url=https://127.0.0.1:$tls/dicom-web
  orthanc
  terminate good.both
  pacs find --url "$url" --ca ca.pem --patient-id 'PHANTOM*'
  check "TLS with an authority of our own" $?
  pacs get --url "$url" --ca ca.pem --study "$uid" -o "$tmp/tls"
  is "TLS: the same bytes" "$(sums "$tmp/tls" | cksum)" \
    "$(sums "$tmp/p/dicom" | cksum)"
  pacs find --url "$url"
  is "TLS: an unknown authority is refused" $? 77
  kill $ends
  terminate old.both
  pacs store --url "$url" --ca ca.pem "$tmp/p/dicom"
  is "TLS: an expired certificate" "$? $(grep -c 'has expired on' err)" "77 1"
  kill $ends
  halt
else
  number=$((number + 1))
  echo "ok $number - TLS # SKIP socat is not installed"
fi

# ---- DIMSE ----
receive=$((dicom + 1))
list() { # OWN-AE-TITLE THEIR-AE-TITLE
  printf '[a]\nkind=dimse\nhost=127.0.0.1\nport=%s\nae-title=%s\n' "$dicom" "$2"
  printf 'own-ae-title=%s\nreceive-port=%s\nwait-ms=100\ntries=2\n' "$1" \
    "$receive"
}
# The data sets of FOLDER's files, without their meta information
sets() {
  find "$1" -type f ! -name '.*' | while read -r file; do
    dcmdump -q +L "$file" | sed '1,/^# Dicom-Data-Set/d' | cksum
  done | sort | cksum
}
rm -rf "$tmp/db"
orthanc ", \"DicomCheckCalledAet\": true, \"DicomAlwaysAllowStore\": false,
  \"DicomAlwaysAllowEcho\": false,
  \"DicomModalities\": {\"us\": [\"CAPSIGHT\", \"127.0.0.1\", $receive]}"
list CAPSIGHT ORTHANC >"$tmp/a.ini"
pacs echo --config "$tmp/a.ini"
check "DIMSE: C-ECHO" $?
pacs store --config "$tmp/a.ini" "$tmp/p/dicom" "$tmp/many"
check "DIMSE: C-STORE" $?
pacs find --config "$tmp/a.ini" --patient-id MANY --json
is "DIMSE: 200 studies in one query" "$(grep -c '"study_uid"' "$tmp/out")" 200
pacs get --config "$tmp/a.ini" --study "$uid" -o "$tmp/moved"
check "DIMSE: C-MOVE" $?
is "DIMSE: the same data sets" "$(sets "$tmp/moved")" "$(sets "$tmp/p/dicom")"
list STRANGER ORTHANC >"$tmp/a.ini"
pacs store --config "$tmp/a.ini" "$tmp/p/dicom"
is "DIMSE: an unknown AE title of ours sends nothing" \
  "$(($? > 0)) $(grep -c '^0 of' "$tmp/out")" "1 1"
list CAPSIGHT WRONG >"$tmp/a.ini"
pacs find --config "$tmp/a.ini"
is "DIMSE: an unknown AE title of theirs" $? 77
list CAPSIGHT ORTHANC >"$tmp/a.ini"
"$capsight" pacs store --config "$tmp/a.ini" "$tmp/big" --progress json \
  >"$tmp/sent" 2>"$tmp/lines" &
client=$!
until grep -qs '"sending","fraction":0\.[1-9]' "$tmp/lines"; do sleep 0.05; done
kill_orthanc
wait $client
is "DIMSE: Orthanc killed in mid-store: status" $? 69
is "DIMSE: and what was stored and what was not" "$(grep -c \
  '^[0-9]* of 5000 images stored, 0 refused, 0 unusable, [0-9]* not sent' \
  "$tmp/sent")" 1
finish
