#!/bin/sh
# Trains the shipped models on one GPU under JAX: teachers side by side, their averages, and students
# that learn from them; half an hour of an H100. Stopped and begun again it goes on where it was: cut
# it into parts as short as the machine is lent for. SCALE divides every number of epochs, for a
# trial. `fer-keras ship` (see README.md) then takes the runs.
#   results/weights/gpu.sh path/to/fer2013.csv.gz path/to/fer2013new.csv [SCALE]
set -eu
data=$1
ferplus=$2
scale=${3:-1}
recipes=$(dirname "$(realpath "$0")")/recipes
export KERAS_BACKEND=jax XLA_PYTHON_CLIENT_PREALLOCATE=false  # several trainings share the memory
export XLA_PYTHON_CLIENT_MEM_FRACTION=${XLA_PYTHON_CLIENT_MEM_FRACTION:-.15}  # none takes it all
export JAX_COMPILATION_CACHE_DIR=${JAX_COMPILATION_CACHE_DIR:-runs/compiled}
# XLA tries fewer ways to compute a step, so that trainings begin sooner.
export XLA_FLAGS=${XLA_FLAGS:---xla_gpu_autotune_level=2 --xla_gpu_enable_triton_gemm=false}
mkdir -p runs

train() { # NAME RECIPE SEED [OPTION...]
  name=$1 recipe=$2 seed=$3
  shift 3
  if [ -e "runs/$name/config.json" ]; then
    fer-keras train --resume "runs/$name" >>"runs/$name.log" 2>&1
  else
    epochs=$(sed -n 's/.*"epochs": \([0-9]*\).*/\1/p' "$recipes/$recipe.json")
    fer-keras train --recipe "$recipes/$recipe.json" --epochs $(((epochs + scale - 1) / scale)) \
      --data "$data" --ferplus "$ferplus" --precision mixed_bfloat16 --seed "$seed" \
      --out "runs/$name" "$@" >>"runs/$name.log" 2>&1
  fi
}
shares="--labels ferplus --ferplus-mode distribution"

together() { # waits for all, fails where one failed
  failed=0
  for process in $processes; do wait "$process" || failed=1; done
  processes=
  [ $failed = 0 ] || { tail -n 3 runs/*.log >&2; exit 1; }
}
average() { # NAME RUN...
  name=$1
  shift
  [ -e "runs/$name.keras" ] || fer-keras average "$@" --out "runs/$name.keras" >>"runs/$name.log" 2>&1
}

processes=
for seed in 0 1 2; do
  train "teacher-$seed" teacher "$seed" & processes="$processes $!"
done
for seed in 0 1; do
  train "teacher-plus-$seed" teacher-plus "$seed" $shares & processes="$processes $!"
done
together
average teachers runs/teacher-0 runs/teacher-1 runs/teacher-2 & processes="$processes $!"
average teachers-plus runs/teacher-plus-0 runs/teacher-plus-1 & processes="$processes $!"
together
for name in mobile-m mobile-s; do
  train "$name" "$name" 7 --teacher runs/teachers.keras & processes="$processes $!"
done
for name in mobile-m-plus-first mobile-s-plus; do
  train "$name" "$name" 7 --teacher runs/teachers-plus.keras $shares & processes="$processes $!"
done
together
train mobile-m-plus mobile-m-plus 7 --teacher runs/mobile-m-plus-first $shares
