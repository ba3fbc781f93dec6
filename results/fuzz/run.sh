#!/bin/sh
# Damages files for every reader, and types odd command lines: CASES of them (50,000) in all, counted
# in cases.csv with their seeds and the commit.
# A traceback, an abort or a wait fails the command, and then no table is left. A run that was cut
# off goes on with the readers that it has not come to: give it the same PARTIAL.
set -eu
cd "$(dirname "$0")/../.."
FER_KERAS_FUZZ_COMMIT=$(git describe --always --dirty --abbrev=40)
table=${PARTIAL:-$(mktemp)}
[ -n "${PARTIAL:-}" ] || trap 'rm -f "$table"' EXIT
[ -s "$table" ] || echo "reader,cases,refused,first_seed,last_seed,commit" > "$table"
export FER_KERAS_FUZZ_COMMIT
export FER_KERAS_FUZZ=${CASES:-50000} FER_KERAS_FUZZ_TABLE=$table
attack() {
  python -m pytest -q -x -p no:cacheprovider "$@"
}
# Two processes: where TensorFlow is loaded, each .tflite file is tried in a process begun anew.
heavy="command_line or with_keras or with_extras or of_a_data_set"
attack tests/fuzz/test_command_lines.py tests/fuzz/test_readers.py -k "$heavy" &
attack tests/fuzz/test_readers.py -k "not ($heavy)"
wait $!
grep -c "$FER_KERAS_FUZZ_COMMIT\$" "$table" > /dev/null
(head -n 1 "$table"; grep "$FER_KERAS_FUZZ_COMMIT\$" "$table" | sort) > results/fuzz/cases.csv
