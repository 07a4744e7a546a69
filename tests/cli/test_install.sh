#!/bin/sh
# Installs into a folder (DESTDIR) and starts the programs from there: every file
# of the list is in its place, what the desktop reads is valid, the viewer finds
# its schema, workers, weights and translations beside itself.
# Arguments: meson, build folder, prefix, capsight's make-series, display.sh.
. "$(dirname "$0")/tap.sh"
meson=$1 build=$2 prefix=$3 make_series=$4 display=$5
work=$tmp
root=$work/root
here=$root$prefix
"$meson" install -C "$build" --no-rebuild --destdir "$root" \
  >"$work/install.log" 2>&1
result $? "it installs"

missing=
for file in bin/capsight bin/capsight-viewer \
  libexec/capsight/capsight-dicom-worker \
  libexec/capsight/capsight-archive-worker \
  share/applications/org.capsight.Viewer.desktop \
  share/metainfo/org.capsight.Viewer.metainfo.xml \
  share/icons/hicolor/scalable/apps/org.capsight.Viewer.svg \
  share/icons/hicolor/symbolic/apps/org.capsight.Viewer-symbolic.svg \
  share/glib-2.0/schemas/org.capsight.Viewer.gschema.xml \
  share/locale/de/LC_MESSAGES/capsight.mo \
  share/capsight/weights/capsnet.safetensors \
  share/capsight/report.schema.json \
  share/capsight/batch/evaluate.sbatch share/man/man1/capsight.1 \
  share/man/man1/capsight-viewer.1; do
  [ -s "$here/$file" ] || missing="$missing $file"
done
is "every file is there" "$missing" ""
is "nothing is installed outside of the prefix" \
  "$(find "$root" -type f ! -path "$here/*" | head -3)" ""

valid() { # PROGRAM ARGUMENTS…: when the machine has it
  command -v "$1" >/dev/null || return 0
  "$@" >"$work/valid.log" 2>&1
}
valid desktop-file-validate "$here/share/applications/org.capsight.Viewer.desktop"
result $? "the desktop file is valid"
valid appstreamcli validate --no-net \
  "$here/share/metainfo/org.capsight.Viewer.metainfo.xml"
result $? "the metainfo is valid"
has "the desktop file speaks German" \
  "$(cat "$here/share/applications/org.capsight.Viewer.desktop")" \
  "GenericName[de]="
has "the metainfo speaks German" \
  "$(cat "$here/share/metainfo/org.capsight.Viewer.metainfo.xml")" \
  '<summary xml:lang="de">'

"$make_series" "$work/series" 6 CT 1.2.3.4 64
has "the installed program reads a series" \
  "$("$here/bin/capsight" info --json "$work/series")" '"slices" : 6'

# As meson leaves it to the package when DESTDIR is set.
glib-compile-schemas "$here/share/glib-2.0/schemas" || true
cat >"$work/run" <<EOF
#!/bin/sh
G_DEBUG=fatal-warnings "$here/bin/capsight-viewer" "$work/series" &
pid=\$!
sleep 8
kill -0 \$pid && cat /proc/\$pid/maps
kill \$pid
wait \$pid 2>/dev/null
exit 0
EOF
chmod +x "$work/run"
if ! command -v xvfb-run >/dev/null || ! command -v localedef >/dev/null; then
  skip "the installed viewer starts" "no Xvfb or localedef on this machine"
  finish
fi
localedef --no-archive -i de_DE -f UTF-8 "$work/de_DE.UTF-8" 2>/dev/null
LOCPATH=$work LC_ALL=de_DE.UTF-8 "$display" "$work/run" \
  >"$work/maps" 2>"$work/said"
has "the installed viewer starts and stays" "$(cat "$work/maps")" \
  "$here/bin/capsight-viewer"
has "it speaks the German that was installed" "$(cat "$work/maps")" \
  "$here/share/locale/de/LC_MESSAGES/capsight.mo"
is "it says nothing on stderr" "$(cat "$work/said")" ""
finish
