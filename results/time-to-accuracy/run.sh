#!/bin/sh
# How long training takes to the paper's accuracy on this machine; writes the files beside this script.
#   results/time-to-accuracy/run.sh path/to/fer2013.csv.gz [MINUTES] [ARCH]
set -eu
here=$(dirname "$(realpath "$0")")
run=runs/time-to-accuracy-${3:-mobile-m}
if [ ! -e "$run/metrics.json" ]; then
  fer-keras train --arch "${3:-mobile-m}" --data "$1" --time-budget "${2:-20}" --out "$run"
fi
python "$here/curve.py" "$run" "$here"
