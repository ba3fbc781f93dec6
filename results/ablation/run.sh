#!/bin/sh
# What each ingredient of mobile-s' recipe is worth on the validation split; writes the files beside
# this script. Stopped, it goes on where it was: trained runs are kept in runs/ablation.
#   results/ablation/run.sh path/to/fer2013.csv.gz path/to/fer2013new.csv [EPOCHS] [ROWS]
set -eu
here=$(dirname "$(realpath "$0")")
fer-keras ablate --recipe "$here/recipe.json" --data "$1" --ferplus "$2" --teacher runs/mobile-m \
  --epochs "${3:-5}" ${4:+--rows "$4"} --precision mixed_bfloat16 --out runs/ablation
cp runs/ablation/ablation.csv runs/ablation/ablation.md runs/ablation/ablation.png "$here"
