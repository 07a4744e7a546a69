#!/bin/sh
# Runs "$@" on the display of the environment once a window manager, which ends
# with it, manages the windows there.
ready=$XDG_RUNTIME_DIR/managed
mkfifo "$ready" || exit 1
# Its --startup runs when it has taken the display; its output ends when it dies.
openbox --sm-disable --config-file "$(dirname "$0")/openbox.xml" \
  --startup "echo managed" >"$ready" 2>"$ready.said" &
manager=$!
exec 3<"$ready"
if ! read -r _ <&3; then
  echo "openbox does not manage $DISPLAY:" >&2
  cat "$ready.said" >&2
  exit 1
fi
"$@" 3<&-
status=$?
kill $manager
wait $manager 2>/dev/null
exit $status
