#!/bin/sh
# How long training takes to the paper's accuracy on this machine: the default recipe with three
# seeds, and AdamW's (adamw.json) beside it, and then all the recipe's epochs once; writes the files
# beside this script. The machine must have nothing else to do.
#   results/time-to-accuracy/run.sh path/to/fer2013.csv.gz [EPOCHS]
set -eu
here=$(dirname "$(realpath "$0")")
runs=runs/time-to-accuracy
train() { # NAME SEED [OPTION...]
  name=$1 seed=$2
  shift 2
  [ ! -e "$runs-$name/command-seconds.txt" ] || return 0
  begun=$(date +%s)
  fer-keras train --data "$data" --epochs "$epochs" --seed "$seed" --precision mixed_bfloat16 \
    --out "$runs-$name" "$@"
  echo $(($(date +%s) - begun)) > "$runs-$name/command-seconds.txt"
}
data=$1 epochs=${2:-7}
for seed in 0 1 2; do train "$seed" "$seed"; done
train adamw 0 --recipe "$here/adamw.json"
epochs=40
train whole 0
cp "$runs-whole/history.csv" "$here/whole.csv"
python "$here/batch_norm.py" "$here"
python "$here/curve.py" "$here" "$runs-0" "$runs-1" "$runs-2" "$runs-adamw"
