#!/bin/sh
# The shipped models on blurred, dark, turned and covered faces of PublicTest: writes the table and
# the picture beside this script.
#   results/robustness/run.sh path/to/fer2013.csv.gz [PEER.tflite]
set -eu
here=$(dirname "$(realpath "$0")")
fer-keras benchmark robustness mobile-s mobile-m --data "$1" ${2:+--peer "$2"} --out "$here"
