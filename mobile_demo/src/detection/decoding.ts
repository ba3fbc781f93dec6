import type { Point } from "./face";

/** Top left corner, bottom right corner, six key points, 0 to 1 over the model's input. */
export interface Candidate {
  readonly points: readonly Point[];
  readonly score: number;
}

const VALUES = 16;

/**
 * From BlazeFace's raw outputs to the candidates whose score is above `minScore`, in anchor order.
 *
 * @param regressors rows of 16: x, y of the box's centre, its width and height, then x, y of six
 *   key points, in pixels of the model's input, relative to the row's anchor.
 * @param logits scores before the sigmoid, one a row.
 */
export function decode(
  regressors: ArrayLike<number>,
  logits: ArrayLike<number>,
  anchors: Float32Array,
  inputSize: number,
  minScore: number,
): Candidate[] {
  const candidates: Candidate[] = [];
  for (let row = 0; row < logits.length; row++) {
    const score = 1 / (1 + Math.exp(-logits[row]));
    if (!(score > minScore)) continue;
    const [anchorX, anchorY] = [anchors[2 * row], anchors[2 * row + 1]];
    const raw = (index: number) => regressors[VALUES * row + index] / inputSize;
    const [halfWidth, halfHeight] = [raw(2) / 2, raw(3) / 2];
    if (!(halfWidth > 0 && halfHeight > 0)) continue;
    const [x, y] = [raw(0) + anchorX, raw(1) + anchorY];
    const points: Point[] = [
      [x - halfWidth, y - halfHeight],
      [x + halfWidth, y + halfHeight],
    ];
    for (let index = 4; index < VALUES; index += 2) {
      points.push([raw(index) + anchorX, raw(index + 1) + anchorY]);
    }
    candidates.push({ points, score });
  }
  return candidates;
}
