#!/bin/sh
# The paper's table 1 and figures on the real FER2013; writes the files beside this script.
# Stopped, it goes on where it was: trained runs are kept in runs/paper.
#   results/paper/run.sh path/to/fer2013.csv.gz path/to/fer2013new.csv [SEEDS]
set -eu
data=$1
ferplus=$2
seeds=${3:-1}
here=$(dirname "$(realpath "$0")")
runs=runs/paper

reproduce() {
  fer-keras reproduce --data "$data" --out "$runs" --precision mixed_bfloat16 "$@"
}
reproduce --seeds "$seeds"
reproduce --stages final-slim --seeds 2
reproduce --seeds 4 --table-only
cp "$runs"/table1.csv "$runs"/table1.md "$runs"/table1.png "$here"
for run in final final-slim; do
  cp "$runs/$run-seed-0/curves.png" "$here/$run-curves.png"
  cp "$runs/$run-seed-0/confusion.png" "$here/$run-confusion.png"
done

# No face of FER2013 may be published: the page without faces, the maps on a public-domain photo.
fer-keras report "$runs/final-seed-0" "$runs/final-slim-seed-0" --ferplus "$ferplus" --no-faces \
  --out "$here/report.html"
for method in vanilla smoothgrad gradcam++ scorecam; do
  fer-keras saliency "$runs/final-seed-0" tests/pictures/astronaut.png --method "$method" \
    --out "$here/saliency-$method.png"
done
