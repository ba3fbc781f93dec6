#!/bin/sh
# Which shipped model is better for pictures of people: judged on PublicTest by FER2013's one label
# a face, and by what most of FER+'s ten people said. Writes figures.csv here.
#   results/default/run.sh path/to/fer2013.csv.gz path/to/fer2013new.csv
set -eu
python "$(dirname "$(realpath "$0")")/judge.py" "$1" "$2"
python results/readme.py
