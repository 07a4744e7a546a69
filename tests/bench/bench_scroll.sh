#!/bin/sh
# Frame cost of the viewer on one core: bench-scroll under Xvfb. Arguments: the
# display script, the program.
command -v xvfb-run >/dev/null || { echo "no Xvfb on this machine"; exit 77; }
one=
command -v taskset >/dev/null && one="taskset -c 0"
OMP_NUM_THREADS=1 exec $one "$1" "$2"
