#!/bin/sh
# Takes the pictures of app/screenshots: the viewer on the built-in phantom, each
# main state once. Needs xvfb, openbox, xdotool and imagemagick.
# Usage: tests/ui/screenshots.sh [BUILD [OUT]], defaults build and app/screenshots
# CAPSIGHT_SHOTS_WAIT: seconds until an opened study stands (default 12).
set -eu
cd "$(dirname "$0")/../.."
build=${1:-build} out=${2:-app/screenshots}
for tool in xvfb-run openbox xdotool import convert; do
  command -v $tool >/dev/null || {
    echo "$tool is missing: apt-get install xvfb openbox xdotool imagemagick" >&2
    exit 69
  }
done
if [ "${CAPSIGHT_SHOTS:-}" = "" ]; then # first pass: find a display
  export CAPSIGHT_SHOTS=1
  exec tests/ui/display.sh "$0" "$build" "$out"
fi
mkdir -p "$out"
study=$HOME/phantom findings=$HOME/findings
"$build/app/capsight" phantom --progress none -o "$study" >/dev/null
"$build/app/capsight" detect --progress none "$study/dicom" -o "$findings" >/dev/null

# ARGUMENTS: the viewer with no review of an earlier picture, until its image
# stands; no tooltip over it.
start() {
  XDG_DATA_HOME=$(mktemp -d "$HOME/data.XXXXXX")
  export XDG_DATA_HOME
  xdotool mousemove 1599 999
  "$build/app/capsight-viewer" "$@" 2>"$HOME/said" &
  pid=$!
  sleep "${CAPSIGHT_SHOTS_WAIT:-12}"
  window=$(xdotool search --onlyvisible --pid $pid | tail -1)
  xdotool windowmove "$window" 0 0 # where the clicks below expect it
}
keys() { for k; do xdotool key "$k"; sleep 0.5; done; }
shot() { # NAME: palette PNG of the window
  sleep 1
  import -window "$window" -strip -dither None -colors 128 "png8:$out/$1.png"
}
drag() { # FROM_X FROM_Y TO_X TO_Y: with the left button
  xdotool mousemove "$1" "$2" mousedown 1
  sleep 0.2
  xdotool mousemove $((($1 + $3) / 2)) $((($2 + $4) / 2))
  sleep 0.2
  xdotool mousemove "$3" "$4"
  sleep 0.2
  xdotool mouseup 1
  sleep 0.5
}
stop() { kill $pid; wait $pid 2>/dev/null || true; cat "$HOME/said" >&2; }

start
shot empty
keys ctrl+comma
window=$(xdotool search --onlyvisible --pid $pid | tail -1)
shot preferences
stop
"$build/tests/make-studies" "$HOME/export" 3 2 1 12
cp -r "$study/dicom" "$HOME/export/phantom"
start "$HOME/export"
shot studies
stop
if localedef --no-archive -i de_DE -f UTF-8 "$HOME/de_DE.UTF-8"; then
  export LOCPATH="$HOME" LC_ALL=de_DE.UTF-8
  start "$study/dicom" --findings "$findings"
  keys space
  shot german
  stop
  unset LOCPATH LC_ALL
fi
start "$HOME/no-such-study"
shot error
stop
start "$study/dicom" --findings "$findings"
keys space
xdotool mousemove 420 480 keydown ctrl
xdotool click --repeat 5 --delay 80 4
xdotool keyup ctrl
shot findings
keys a e
shot explain
xdotool mousemove 1400 800 click --repeat 6 --delay 80 5 # down the panel
shot explain-rebuilt
keys space space # one that is unlike what was trained on
xdotool click --repeat 30 --delay 80 5
shot explain-similar
keys shift+space shift+space
xdotool mousemove 420 480
keys e F11
shot image-only
keys F11 s
shot slab
keys k s s s alt+4
shot four
keys alt+2 F9
shot key-images
keys F9 m
drag 150 400 300 440
keys 2
drag 480 300 590 340
drag 545 290 525 350
keys 3
drag 250 580 360 650
keys 4
drag 540 640 430 660
drag 430 660 480 760
shot measuring
keys Escape ctrl+h
window=$(xdotool search --onlyvisible --pid $pid | tail -1)
shot history
stop
"$build/tests/make-weights" "$HOME/cnn.safetensors" cnn
start "$study/dicom" --findings "$findings" --weights "$HOME/cnn.safetensors"
keys space e
xdotool mousemove 1400 800 click --repeat 6 --delay 80 5
shot explain-no-decoder
stop

# An earlier scan of the same chest beside it, then one of another patient.
"$build/tests/make-prior" "$HOME/prior"
start "$HOME/prior" --findings "$HOME/prior/now"
keys ctrl+p
sleep 2
keys Return
sleep "${CAPSIGHT_SHOTS_ALIGN:-40}" # until the scans lie on each other
keys space space
shot prior
keys alt+8
shot prior-all
keys ctrl+shift+w ctrl+p
sleep 2
keys Down Return
sleep 5
whole() { # NAME: the screen, with the windows over the viewer's
  sleep 1
  import -window root -strip -dither None -colors 128 "png8:$out/$1.png"
}
whole prior-alarm
stop
