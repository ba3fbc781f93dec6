#!/bin/sh
# Designs of mobile-s within the same bytes, six epochs each on one core; writes their histories here.
#   results/weights/design/run.sh path/to/fer2013.csv.gz path/to/fer2013new.csv
set -eu
here=$(dirname "$(realpath "$0")")

design() { # NAME STEM BLOCKS
  fer-keras train --recipe "$here/recipe.json" --data "$data" --ferplus "$ferplus" \
    --teacher runs/mobile-m --option "stem=$2" --option "blocks=$3" --seed 0 \
    --precision mixed_bfloat16 --out "runs/design/$1"
  cp "runs/design/$1/history.csv" "$here/$1.csv"
}
data=$1
ferplus=$2
design three-wide 16 '[[24,1],[48,2],[72,1]]'
design five 24 '[[24,1],[24,1],[40,2],[40,1],[48,1]]'
design six-narrow 16 '[[16,1],[24,1],[32,2],[32,1],[40,1],[48,1]]'
design six-late 24 '[[24,1],[32,2],[32,1],[36,1],[36,1],[36,1]]'
