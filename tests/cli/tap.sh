# TAP helpers for shell tests: source this, call is/has/skip, end with finish.
n=0 failed=0
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
result() { # STATUS DESCRIPTION
  n=$((n + 1))
  if [ "$1" = 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; failed=1; fi
}
is() { # DESCRIPTION GOT WANTED
  if [ "$2" = "$3" ]; then result 0 "$1"; else
    result 1 "$1"
    printf '#   got: %s\n#   wanted: %s\n' "$2" "$3"
  fi
}
has() { # DESCRIPTION TEXT PART
  case $2 in *"$3"*) result 0 "$1" ;; *)
    result 1 "$1"
    printf '#   no “%s” in: %s\n' "$3" "$2" ;;
  esac
}
skip() { # DESCRIPTION WHY
  result 0 "$1"
  echo "# SKIP $1: $2"
}
finish() { echo "1..$n"; exit $failed; }
