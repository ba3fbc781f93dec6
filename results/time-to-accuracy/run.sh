#!/bin/sh
# How long training takes to the paper's accuracy on this machine; writes the files beside this script.
# The blocks are those that mobile-s had when this was measured.
#   results/time-to-accuracy/run.sh path/to/fer2013.csv.gz [MINUTES]
set -eu
here=$(dirname "$(realpath "$0")")
run=runs/time-to-accuracy
if [ ! -e "$run/metrics.json" ]; then
  fer-keras train --data "$1" --time-budget "${2:-20}" \
    --option 'blocks=[[24,1],[24,1],[40,2],[40,1],[48,1]]' \
    --precision mixed_bfloat16 --out "$run"
fi
python "$here/curve.py" "$run" "$here"
