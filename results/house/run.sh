#!/bin/sh
# Counts in the commit that the issue was written against, and in this checkout.
set -eu
cd "$(dirname "$0")/../.."
before=$(mktemp -d)
trap 'git worktree remove --force "$before"' EXIT
git worktree add --quiet --detach "$before" 907b721
python results/house/crossings.py "$before" > results/house/before.json
python results/house/crossings.py > results/house/now.json
python results/readme.py
