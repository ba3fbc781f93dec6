#!/bin/sh
# Counts in the commit that the redesign was asked of, and in this checkout.
set -eu
cd "$(dirname "$0")/../.."
made=$(mktemp -d)
trap 'git worktree remove --force "$made/before"; rm -r "$made"' EXIT
git worktree add --quiet --detach "$made/before" 907b721
python results/house/crossings.py "$made/before" > "$made/before.json"
python results/house/crossings.py > "$made/now.json"
mv "$made/before.json" "$made/now.json" results/house
python results/readme.py
