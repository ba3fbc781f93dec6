/**
 * BlazeFace's anchors: the points from which its boxes are measured.
 *
 * Neighbouring layers of equal stride share one grid, walked row by row; each cell has
 * `anchorsPerStride` anchors, all at its centre, for each of those layers.
 *
 * @returns x and y of every anchor in turn, 0 to 1 over the model's input.
 */
export function makeAnchors(
  inputSize: number,
  strides: readonly number[],
  anchorsPerStride: number,
): Float32Array {
  const anchors: number[] = [];
  for (const stride of new Set(strides)) {
    const cells = Math.floor(inputSize / stride);
    const layers = strides.filter((other) => other === stride).length;
    for (let row = 0; row < cells; row++) {
      for (let column = 0; column < cells; column++) {
        for (let copy = 0; copy < anchorsPerStride * layers; copy++) {
          anchors.push((column + 0.5) / cells, (row + 0.5) / cells);
        }
      }
    }
  }
  return Float32Array.from(anchors);
}
