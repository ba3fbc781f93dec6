#!/bin/sh
# Everything that states something of the shipped weights, written anew. Run it after
#   fer-keras ship RUN --name NAME --data FULL --out fer_keras/weights [--peer PEER]
# FULL is FER2013 with PrivateTest; `ship` has judged it, and this judges every file again.
#   results/weights/regenerate.sh FULL FERPLUS [PEER]      PEER: emotion_model_quantized.tflite
set -eu
python results/weights/measure.py --data "$1" --ferplus "$2" ${3:+--peer "$3"}
python results/readme.py
python docs/apps/make.py
python tests/vectors/make.py
python docs/make_commands.py
echo "accuracies are in fer_keras/weights/*.md; results/mobile and results/frontier have their own run.sh"
