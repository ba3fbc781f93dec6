#!/bin/sh
# What each ingredient of mobile-s' default recipe is worth on the validation split, three seeds each;
# writes the files beside this script. Stopped, it goes on where it was: trained runs are kept in
# runs/ablation, and several of these commands share them.
#   results/ablation/run.sh path/to/fer2013.csv.gz path/to/fer2013new.csv [EPOCHS] [SEEDS]
set -eu
here=$(dirname "$(realpath "$0")")
rows=no-augmentation,no-warp,no-erasing,no-averaging,running-statistics,no-decay,constant-rate,adamw
rows=$rows,random-mirror,smoothing,dropout,mixup,votes,teacher,same-view
fer-keras ablate --arch mobile-s --data "$1" --ferplus "$2" --teacher mobile-m \
  --rows "$rows,mixup-same-view" --epochs "${3:-12}" --seeds "${4:-3}" \
  --precision mixed_bfloat16 --out runs/ablation
cp runs/ablation/ablation.csv runs/ablation/ablation.md runs/ablation/ablation.png "$here"
