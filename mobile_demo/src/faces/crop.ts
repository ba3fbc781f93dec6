import type { Grey, Picture } from "../picture";
import { toGrey } from "./grey";

/** Side of a face that the models take, in pixels. */
export const FACE_SIZE = 48;

/** A square in a picture, in pixels of it; turned by `angle` (radians, clockwise as seen). */
export interface Square {
  readonly x: number;
  readonly y: number;
  readonly side: number;
  readonly angle: number;
}

/** A square of a picture in grey, `size` by `size`, as `cutGrey` resamples it. */
export function cutFace(picture: Picture, square: Square, size = FACE_SIZE): Uint8Array {
  // Only the part around the square is made grey. One pixel more on each side is enough for the
  // bilinear samples; where the square reaches beyond the picture, the part ends with the picture.
  const reach = (square.side / 2) * (Math.abs(Math.cos(square.angle)) + Math.abs(Math.sin(square.angle))) + 2;
  const clamp = (value: number, most: number) => Math.min(Math.max(Math.floor(value), 0), most);
  const left = clamp(square.x - reach, picture.width - 1);
  const top = clamp(square.y - reach, picture.height - 1);
  const right = clamp(square.x + reach + 1, picture.width - 1) + 1;
  const bottom = clamp(square.y + reach + 1, picture.height - 1) + 1;
  const grey = toGrey(picture, left, top, right - left, bottom - top);
  return cutGrey(grey, { ...square, x: square.x - left, y: square.y - top }, size);
}

/**
 * Resample a square of a grey picture to `size` by `size`; it may reach beyond the picture.
 *
 * The square is divided into cells and every cell into k by k, where k is its side in pixels over
 * `size`, rounded up. Each sample is bilinear between the centres of the four pixels around it;
 * beyond the picture its edge repeats. A cell's value is the mean of its samples, rounded half up.
 */
export function cutGrey(grey: Grey, square: Square, size = FACE_SIZE): Uint8Array {
  const { width, height, data } = grey;
  const k = Math.max(1, Math.ceil(square.side / size));
  const samples = size * k;
  const [cosine, sine] = [Math.cos(square.angle), Math.sin(square.angle)];
  const step = square.side / samples;
  const first = (0.5 / samples - 0.5) * square.side;
  const [lastColumn, lastRow] = [width - 1, height - 1];
  const sums = new Float64Array(size * size);
  // Written out, without calls or arrays: this is most of what a frame costs beside the networks.
  for (let row = 0; row < samples; row++) {
    const down = first + row * step;
    const [baseX, baseY] = [square.x - down * sine - 0.5, square.y + down * cosine - 0.5];
    const cellRow = Math.floor(row / k) * size;
    for (let cell = 0; cell < size; cell++) {
      let sum = 0;
      for (let column = cell * k; column < cell * k + k; column++) {
        const across = first + column * step;
        const x = baseX + across * cosine;
        const y = baseY + across * sine;
        const left = Math.floor(x);
        const above = Math.floor(y);
        const right = x - left;
        const below = y - above;
        const column0 = left < 0 ? 0 : left > lastColumn ? lastColumn : left;
        const column1 = left + 1 < 0 ? 0 : left + 1 > lastColumn ? lastColumn : left + 1;
        const row0 = (above < 0 ? 0 : above > lastRow ? lastRow : above) * width;
        const row1 = (above + 1 < 0 ? 0 : above + 1 > lastRow ? lastRow : above + 1) * width;
        const upper = data[row0 + column0] * (1 - right) + data[row0 + column1] * right;
        const lower = data[row1 + column0] * (1 - right) + data[row1 + column1] * right;
        sum += upper * (1 - below) + lower * below;
      }
      sums[cellRow + cell] += sum;
    }
  }
  return Uint8Array.from(sums, (sum) => Math.floor(sum / (k * k) + 0.5));
}
