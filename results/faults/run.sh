#!/bin/sh
# Fills and protects a disk under every command that writes, and kills it before its changes of a
# folder; counts in faults.csv what was tried and what was lost. `mount` needs root.
# A test that fails, fails the command, and then no table is left. A run that was cut off goes on
# with what it has not come to: give it the same PARTIAL. Each row names its commit.
set -eu
cd "$(dirname "$0")/../.."
FER_KERAS_FAULTS_COMMIT=$(git describe --always --dirty --abbrev=40)
table=${PARTIAL:-$(mktemp)}
[ -n "${PARTIAL:-}" ] || trap 'rm -f "$table"' EXIT
export FER_KERAS_FAULTS_COMMIT FER_KERAS_FAULTS_TABLE="$table"
python -m pytest -q -p no:cacheprovider --slow tests/faults
(echo "command,fault,tried,lost,commit"; LC_ALL=C sort "$table") > results/faults/faults.csv
