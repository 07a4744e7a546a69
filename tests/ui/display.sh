#!/bin/sh
# Runs a test of the viewer on a display of its own: "$@" under Xvfb and a window
# manager, drawing with cairo and without Mesa, with settings, data and recent
# files in a folder that goes away.
for tool in xvfb-run openbox; do
  command -v $tool >/dev/null && continue
  echo "ok 1 - $(basename "$1")"
  echo "# SKIP $(basename "$1"): no $tool on this machine"
  echo 1..1
  exit 0
done
managed=$(cd "$(dirname "$0")" && pwd)/managed.sh
home=$(mktemp -d) || exit 1
trap 'rm -rf "$home"' EXIT
mkdir -p "$home/config/gtk-4.0" "$home/run"
chmod 700 "$home/run"
# Recent files are kept however old they are: GTK 4.8 leaks the time that it
# judges their age by.
cat >"$home/config/gtk-4.0/settings.ini" <<'end'
[Settings]
gtk-enable-animations=0
gtk-font-name=Cantarell 11
gtk-recent-files-max-age=-1
end
unset WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS
HOME=$home XDG_CONFIG_HOME=$home/config XDG_DATA_HOME=$home/data \
  XDG_CACHE_HOME=$home/cache XDG_RUNTIME_DIR=$home/run GDK_BACKEND=x11 \
  GDK_DEBUG=gl-disable GSK_RENDERER=cairo GSETTINGS_BACKEND=memory \
  GTK_A11Y=${GTK_A11Y:-test} \
  xvfb-run -a -s "-screen 0 1600x1000x24 -noreset -nolisten tcp" "$managed" "$@"
