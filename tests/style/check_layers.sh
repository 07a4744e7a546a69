#!/bin/sh
# Every include stays on its floor of the tower or goes down:
# core < io < datasets < models < ui < app; libraries stay in their rooms.
cd "$1" || exit 1
n=0 failed=0
report() { # DESCRIPTION OFFENDERS
  n=$((n + 1))
  if [ -z "$2" ]; then
    echo "ok $n - $1"
  else
    echo "not ok $n - $1"
    echo "$2" | sed 's/^/# /'
    failed=1
  fi
}
includes() { # FOLDERS PATTERN: lines of FOLDERS whose include matches
  grep -rnE "^[[:space:]]*#[[:space:]]*include[[:space:]]*[\"<]($2)" $1 \
    --include='*.c' --include='*.h' --include='*.cpp' 2>/dev/null
}
report "core includes only core" "$(includes core '(io|datasets|models|ui|app|tests)/')"
report "io includes core and io" "$(includes io '(datasets|models|ui|app|tests)/')"
report "datasets includes no model, ui or app" "$(includes datasets '(models|ui|app|tests)/')"
report "models includes no ui or app" "$(includes models '(ui|app|tests)/')"
report "ui includes neither app nor datasets" "$(includes ui '(app|tests|datasets)/')"
report "app includes no tests" "$(includes app 'tests/')"
report "the detection path includes core only" \
  "$(includes 'models/candidates.c models/candidates.h models/blocks.c models/blocks.h models/capsnet.c models/capsnet.h models/network.c models/network.h models/network_judge.c models/heads.c models/heads.h models/cnn.c models/cnn.h models/recentre.c models/recentre.h models/resnet.c models/resnet.h models/vit.c models/vit.h models/detect.c models/detect.h models/detect_steps.c models/detect_steps.h' '(io|datasets)/')"
report "GTK stays in ui and the viewer" \
  "$(includes 'core io datasets models' '(gtk|adwaita|gdk)[/.]'; includes app '(gtk|adwaita)[/.]' | grep -v '^app/viewer')"
report "ITK stays in core/image/itk_*.cpp" "$(includes '.' 'itk[A-Z]' | grep -v -e '^./core/image/itk_' -e '^./tests/bench/itk_' | grep -v '^./build')"
report "DCMTK stays in io/dcmtk_*.cpp" "$(includes '.' 'dcmtk/' | grep -v -e '^./io/dcmtk_' -e '^./tests/support/dcmtk_' | grep -v '^./build')"
report "no relative includes" "$(includes 'core io datasets models ui app tests' '\.\.?/')"
echo "1..$n"
exit $failed
