#!/bin/sh
# final-slim, the paper's 10 epochs, on the real FER2013; writes the files beside this script.
#   results/first-run/run.sh path/to/fer2013.csv.gz
set -eu
data=$(realpath "$1")
here=$(dirname "$(realpath "$0")")
run=${2:-runs/first-run}
if [ ! -e "$run/metrics.json" ]; then
  fer-keras train --arch final-slim --data "$data" --out "$run"
fi
fer-keras export "$run" --data "$data" --formats float32,int8
# From the data's folder, so that no machine's paths stand in the results.
run=$(realpath "$run")
cd "$(dirname "$data")"
set -- "$run" "$run/export/final-slim-float32.tflite" "$run/export/final-slim-int8.tflite" \
  --data "$(basename "$data")" --split validation
fer-keras evaluate "$@" 2>/dev/null > "$here/evaluation.txt"
cp "$run/curves.png" "$run/confusion.png" "$run/history.csv" "$run/metrics.json" "$here/"
