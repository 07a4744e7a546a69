# What the tests against Orthanc share: source this. Arguments are capsight,
# make-series and a private folder; without Orthanc it ends the test.
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
# The data sets of FOLDER's files, without their meta information
sets() {
  find "$1" -type f ! -name '.*' | while read -r file; do
    dcmdump -q +L "$file" | sed '1,/^# Dicom-Data-Set/d' | cksum
  done | sort | cksum
}
