import type { Grey } from "../picture";

/** Side of a face that the models take, in pixels. */
export const FACE_SIZE = 48;

/** A square in a picture, in pixels of it; turned by `angle` (radians, clockwise as seen). */
export interface Square {
  readonly x: number;
  readonly y: number;
  readonly side: number;
  readonly angle: number;
}

/**
 * Resample a square of a picture to `size` by `size`; it may reach beyond the picture.
 *
 * The square is divided into cells and every cell into k by k, where k is its side in pixels over
 * `size`, rounded up. Each sample is bilinear between the centres of the four pixels around it;
 * beyond the picture its edge repeats. A cell's value is the mean of its samples, rounded half up.
 */
export function cutFace(grey: Grey, square: Square, size = FACE_SIZE): Uint8Array {
  const k = Math.max(1, Math.ceil(square.side / size));
  const samples = size * k;
  const [cosine, sine] = [Math.cos(square.angle), Math.sin(square.angle)];
  const offset = (index: number) => ((index + 0.5) / samples - 0.5) * square.side;
  const sums = new Float64Array(size * size);
  for (let row = 0; row < samples; row++) {
    const down = offset(row);
    for (let column = 0; column < samples; column++) {
      const across = offset(column);
      sums[Math.floor(row / k) * size + Math.floor(column / k)] += bilinear(
        grey,
        square.x + across * cosine - down * sine,
        square.y + across * sine + down * cosine,
      );
    }
  }
  return Uint8Array.from(sums, (sum) => Math.floor(sum / (k * k) + 0.5));
}

function bilinear({ width, height, data }: Grey, x: number, y: number): number {
  const [left, above] = [Math.floor(x - 0.5), Math.floor(y - 0.5)];
  const [across, down] = [x - 0.5 - left, y - 0.5 - above];
  const column0 = Math.min(Math.max(left, 0), width - 1);
  const column1 = Math.min(Math.max(left + 1, 0), width - 1);
  const row0 = Math.min(Math.max(above, 0), height - 1) * width;
  const row1 = Math.min(Math.max(above + 1, 0), height - 1) * width;
  const upper = data[row0 + column0] * (1 - across) + data[row0 + column1] * across;
  const lower = data[row1 + column0] * (1 - across) + data[row1 + column1] * across;
  return upper * (1 - down) + lower * down;
}
