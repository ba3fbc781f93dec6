#!/bin/sh
# How long training takes to the paper's accuracy on this machine, three seeds; writes the files
# beside this script. Its trainings are told to end within MINUTES.
#   results/time-to-accuracy/run.sh path/to/fer2013.csv.gz [MINUTES]
set -eu
here=$(dirname "$(realpath "$0")")
for seed in 0 1 2; do
  run=runs/time-to-accuracy-$seed
  [ -e "$run/metrics.json" ] || fer-keras train --data "$1" --time-budget "${2:-5}" \
    --seed "$seed" --precision mixed_bfloat16 --out "$run"
done
python "$here/curve.py" "$here" runs/time-to-accuracy-0 runs/time-to-accuracy-1 \
  runs/time-to-accuracy-2
