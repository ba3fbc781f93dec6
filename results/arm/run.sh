#!/bin/sh
# Do the int8 files give the same bytes on 64-bit ARM as on x86? Writes arm.json and README.md beside
# this script; `make arm-parity` calls it.
#   results/arm/run.sh [--data FER2013] [FILE.tflite …]      default: the shipped int8 files
# Needs Debian 12 on x86 with apt and PyPI in reach, no root: Debian's arm64 packages, QEMU and the
# wheels are unpacked into a folder of their own ($FER_KERAS_ARM, else ~/.cache/fer-keras-arm).
set -eu
here=$(dirname "$(realpath "$0")")
cd "$here/../.."
python=$(realpath -s "${PYTHON:-.venv/bin/python}")
home=${FER_KERAS_ARM:-${XDG_CACHE_HOME:-$HOME/.cache}/fer-keras-arm}
# 2.2 and 2.3 crash under QEMU 7.2; the comparison with the version we ship with is in the table.
litert=2.1.6
numpy=$("$python" -c 'import numpy; print(numpy.__version__)')
root=$home/debian-arm64
mkdir -p "$home"

# A package list of its own: the system's apt is not touched, and knows nothing of arm64.
arm_apt() {
  apt-get --quiet=2 -o APT::Architecture=arm64 -o APT::Architectures::=arm64 \
    -o Dir::State="$home/apt" -o Dir::State::status="$home/apt/status" \
    -o Dir::Cache="$home/apt/cache" -o APT::Sandbox::User="$(id -un)" "$@"
}

# A step that is done leaves its stamp; a step that was stopped is done again.
if [ ! -e "$root/.unpacked" ]; then
  echo "unpacking Debian arm64 into $root"
  rm -rf "$root"
  mkdir -p "$root" "$home/apt/lists/partial" "$home/apt/cache/archives/partial"
  : > "$home/apt/status"
  arm_apt update
  arm_apt install --download-only --yes --no-install-recommends \
    python3.11-minimal libpython3.11-stdlib libstdc++6
  for package in "$home"/apt/cache/archives/*.deb; do dpkg-deb --extract "$package" "$root"; done
  touch "$root/.unpacked"
fi
if [ ! -e "$home/qemu/.unpacked" ]; then
  echo "unpacking QEMU into $home/qemu"
  rm -rf "$home/qemu"
  mkdir -p "$home/qemu"
  (cd "$home/qemu" && apt-get --quiet=2 -o APT::Sandbox::User="$(id -un)" \
    download qemu-user-static && dpkg-deb --extract ./*.deb .)
  touch "$home/qemu/.unpacked"
fi
for machine in aarch64 x86_64; do
  wheels=$home/$machine-litert-$litert-numpy-$numpy
  if [ ! -e "$wheels/.unpacked" ]; then
    echo "unpacking ai-edge-litert $litert and numpy $numpy for $machine"
    rm -rf "$wheels"
    "$python" -m pip install --quiet --no-deps --target "$wheels" --only-binary=:all: \
      --python-version 3.11 --implementation cp \
      --platform "manylinux_2_27_$machine" --platform "manylinux_2_28_$machine" \
      --platform "manylinux2014_$machine" "ai-edge-litert==$litert" "numpy==$numpy"
    touch "$wheels/.unpacked"
  fi
done

exec "$python" "$here/compare.py" "$@" \
  --qemu "$home/qemu/usr/bin/qemu-aarch64-static" --root "$root" \
  --arm-wheels "$home/aarch64-litert-$litert-numpy-$numpy" \
  --x86-wheels "$home/x86_64-litert-$litert-numpy-$numpy"
