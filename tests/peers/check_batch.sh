#!/bin/sh
# Shards of an evaluation under GNU parallel, Snakemake and Slurm (one node, with
# daemons of its own), each against one run in one piece; then a worker killed
# KILLS times (default 20). The shipped weights find the phantoms' nodules, so
# that masks, Dice and malignancy are among the bytes compared. TAP. Arguments:
# capsight, a private folder. What is not installed is skipped and says so.
capsight=$1 tmp=$2
here=$(cd "$(dirname "$0")" && pwd)
batch=$here/../../app/batch
number=0 failed=0 pids=''
check() { # DESCRIPTION STATUS
  number=$((number + 1))
  if [ "$2" -eq 0 ]; then echo "ok $number - $1"; else
    echo "not ok $number - $1"
    failed=1
  fi
}
skip() {
  number=$((number + 1))
  echo "ok $number - $1 # SKIP $2"
}
stop() {
  for pid in $pids; do kill "$pid" 2>/dev/null; done
  for pid in $pids; do wait "$pid" 2>/dev/null; done
  pids=''
}
trap stop EXIT
same() { # DESCRIPTION FOLDER
  diff -r "$tmp/all" "$2" >"$tmp/diff" 2>&1
  check "$1" $?
  head -3 "$tmp/diff" | sed 's/^/# /'
}

export CAPSIGHT_WEIGHTS="$here/../../models/weights/capsnet.safetensors"
export OMP_NUM_THREADS=1 CAPSIGHT="$capsight"
for seed in 1 2 3 4; do
  "$capsight" phantom -o "$tmp/data/$seed" --seed $seed --size 192 --slices 32 \
    --nodules spiculated:18,calcified:16 -q >/dev/null || exit 1
done
rm "$tmp/data/4/annotations.xml" # one case that fails in every run
few="--max-candidates 40 --flips 1 --bootstrap 50"
from=$(date +%s.%N)
"$capsight" evaluate lidc "$tmp/data" -o "$tmp/all" $few -q 2>/dev/null
check "one run: a failed case, status 1" $(($? - 1))
seconds=$(echo "$from $(date +%s.%N)" | awk '{ printf "%.3f", $2 - $1 }')
rm "$tmp/all/timing.json"
found=$(sed -n 's/^ *"tp": \([0-9]*\),$/\1/p' "$tmp/all/results.json")
[ "$found" -ge 4 ]
check "$found of the nodules are found and have masks" $?
"$capsight" evaluate lidc "$tmp/data" -o "$tmp/wide/shard-7" --shard 7/7 $few \
  >"$tmp/out" 2>"$tmp/err"
check "a shard beyond the last case ends well" $?
merge() { # FOLDER
  "$capsight" merge "$1"/shard-* -o "$1/merged" --bootstrap 50 -q 2>/dev/null
  [ $? -eq 1 ]
}

if command -v parallel >/dev/null; then
  seq 3 | parallel -j2 "$capsight evaluate lidc $tmp/data -o $tmp/par/shard-{} \
    --shard {}/3 --resume -q $few || [ \$? -eq 1 ]" 2>"$tmp/err"
  check "GNU parallel ends well" $?
  merge "$tmp/par"
  same "GNU parallel: the bytes of one run" "$tmp/par/merged"
else
  skip "GNU parallel" "parallel is not installed"
fi

if command -v snakemake >/dev/null; then
  (cd "$tmp" && snakemake -s "$batch/evaluate.smk" -j2 --nolock \
    --config collection=lidc data="$tmp/data" out="$tmp/snake" shards=6 \
    program="$capsight" options="$few" merge_options="--bootstrap 50" \
    >"$tmp/err" 2>&1)
  check "Snakemake ends well, with more shards than scans" $?
  rm -f "$tmp/snake/merged/.snakemake_timestamp"
  same "Snakemake: the bytes of one run" "$tmp/snake/merged"
else
  skip "Snakemake" "snakemake is not installed"
fi

# Daemons on ports, sockets and folders of their own.
start_slurm() {
  mkdir -p "$tmp/slurm/state" "$tmp/slurm/spool" "$tmp/munge"
  chmod 700 "$tmp/munge"
  head -c 1024 /dev/urandom >"$tmp/munge/key"
  chmod 600 "$tmp/munge/key"
  host=$(hostname -s)
  cat >"$tmp/slurm/slurm.conf" <<END
ClusterName=capsight
SlurmctldHost=$host(127.0.0.1)
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
SlurmctldPort=26817
SlurmdPort=26818
AuthType=auth/munge
AuthInfo=socket=$tmp/munge/socket
StateSaveLocation=$tmp/slurm/state
SlurmdSpoolDir=$tmp/slurm/spool
SlurmctldPidFile=$tmp/slurm/ctld.pid
SlurmdPidFile=$tmp/slurm/d.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SlurmdParameters=config_overrides
ReturnToService=2
NodeName=$host NodeAddr=127.0.0.1 CPUs=2 RealMemory=2000 State=UNKNOWN
PartitionName=main Nodes=$host Default=YES MaxTime=INFINITE State=UP
END
  export SLURM_CONF="$tmp/slurm/slurm.conf"
  munged --foreground --force --key-file="$tmp/munge/key" \
    --socket="$tmp/munge/socket" --pid-file="$tmp/munge/pid" \
    --log-file="$tmp/munge/log" --seed-file="$tmp/munge/seed" \
    >"$tmp/munge/out" 2>&1 &
  pids="$pids $!"
  sleep 2
  slurmctld -D -c >"$tmp/slurm/ctld.log" 2>&1 &
  pids="$pids $!"
  sleep 2
  slurmd -D -N "$host" >"$tmp/slurm/d.log" 2>&1 &
  pids="$pids $!"
  for second in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    sinfo -h -o %t 2>/dev/null | grep -q idle && return 0
    sleep 1
  done
  tail -n 4 "$tmp/munge/out" "$tmp/slurm/ctld.log" "$tmp/slurm/d.log" |
    sed 's/^/# /'
  return 1
}
PATH=$PATH:/usr/sbin
if command -v slurmctld >/dev/null && command -v munged >/dev/null; then
  start_slurm
  check "Slurm: a node is ready" $?
  sbatch --wait --array=1-3 --cpus-per-task=1 --mem-per-cpu=500M \
    --output="$tmp/slurm/%a.out" "$batch/evaluate.sbatch" lidc "$tmp/data" \
    "$tmp/sl" $few >"$tmp/err" 2>&1
  check "Slurm: an array of three ends well" $?
  merge "$tmp/sl"
  same "Slurm: the bytes of one run" "$tmp/sl/merged"
  stop
else
  skip "Slurm" "slurm-wlm is not installed"
fi

# Killed at random moments over what is left of a run, and resumed; a run that
# came to its end is compared and the next one starts afresh.
seed=${SEED:-1} kills=${KILLS:-20}
awk -v seed="$seed" -v n="$kills" \
  'BEGIN { srand(seed); for (i = 0; i < n; i++) printf "%.3f\n", rand() }' \
  >"$tmp/shares"
echo "# SEED=$seed, a run takes $seconds s, killed after these shares of the rest:" \
  "$(tr '\n' ' ' <"$tmp/shares")"
files() { ls "$tmp/k/cases" 2>/dev/null | grep -c 'json$'; }
# Three scans take time, the fourth fails at once; kept ones cost next to nothing.
moment_of() { # SHARE
  kept=$(grep -l '"error_code": 0' "$tmp/k/cases/"*.json 2>/dev/null | wc -l)
  echo "$1 $kept $seconds" | awk '{ n = 3 - $2; printf "%.3f", $1 * $3 * (n > 0 ? n : 0.5) / 3 }'
}
finish_killed() {
  "$capsight" evaluate lidc "$tmp/data" -o "$tmp/k" --resume $few -q 2>/dev/null
  rm -r "$tmp/killed" 2>/dev/null
  mkdir "$tmp/killed"
  mv "$tmp/k" "$tmp/killed/shard-1"
  merge "$tmp/killed"
  diff -r "$tmp/all" "$tmp/killed/merged" >>"$tmp/differ" 2>&1 || differ=1
  runs=$((runs + 1))
}
lost=0 late=0 cut=0 runs=0 differ=0
while read -r share; do
  moment=$(moment_of "$share")
  : >"$tmp/kept"
  [ "$(files)" -eq 0 ] || (cd "$tmp/k/cases" && sha256sum -- *.json) >"$tmp/kept"
  "$capsight" evaluate lidc "$tmp/data" -o "$tmp/k" --resume $few -q \
    --progress json >"$tmp/out" 2>"$tmp/lines" &
  worker=$!
  sleep "$moment"
  if kill -9 $worker 2>/dev/null; then cut=$((cut + 1)); else
    # it was done: the machine has become faster than the first run said
    seconds=$(echo "$seconds" | awk '{ printf "%.3f", $1 * 0.75 }')
  fi
  wait $worker 2>/dev/null
  if [ -s "$tmp/kept" ]; then
    (cd "$tmp/k/cases" && sha256sum --quiet -c "$tmp/kept") >"$tmp/out" 2>&1 ||
      lost=1
  fi
  done=$(sed -n 's/.*"done":\([0-9]*\).*/\1/p' "$tmp/lines" | tail -1)
  [ "$(files)" -ge "${done:-0}" ] || late=1
  [ "$(files)" -lt 4 ] || finish_killed
done <"$tmp/shares"
[ ! -d "$tmp/k" ] || finish_killed
echo "# $cut of $kills found the worker at work, in $runs runs"
check "a kill leaves each finished case byte for byte" $lost
check "and takes no more than the case at work" $late
[ "$cut" -ge $((kills * 3 / 4)) ]
check "and met a worker at least three times in four" $?
check "after the kills: the bytes of one run" $differ
[ "$differ" -eq 0 ] || head -3 "$tmp/differ" | sed 's/^/# /'
echo "1..$number"
exit $failed
