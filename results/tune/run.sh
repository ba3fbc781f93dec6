#!/bin/sh
# Searches Muon's rate, decay, the size of a batch and the strength of the changes of faces for mobile-s;
# writes the files beside this script. Stopped, it goes on where it was: the study is kept in runs/tune,
# and several of these commands share it.
#   results/tune/run.sh path/to/fer2013.csv.gz [TRIALS]
set -eu
here=$(dirname "$(realpath "$0")")
fer-keras tune --arch mobile-s --space lr,decay,batch,changes --trials "${2:-30}" --epochs 6 \
  --data "$1" --precision mixed_bfloat16 --out runs/tune
for file in trials.csv by-hyperparameter.csv by-hyperparameter.md importance.png history.png \
  best-recipe.json; do
  cp "runs/tune/$file" "$here"
done
