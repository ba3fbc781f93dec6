import type { Picture } from "../picture";
import type { Point } from "./face";

/** A picture in the middle of a black square, and the way back. */
export interface Letterbox {
  readonly size: number;
  /** Red, green, blue of the square's pixels, row by row. */
  readonly pixels: Uint8Array;
  toPicture(point: Point): Point;
}

/**
 * Fit a picture into a square.
 *
 * The longer side becomes `size`; the other is scaled alike and rounded (half up), at least 1.
 * Shrinking takes the area average, enlarging is bilinear between pixel centres with the edge
 * repeated. The result lies in the middle; an odd pixel goes below or to the right.
 */
export function letterbox(picture: Picture, size: number): Letterbox {
  const longer = Math.max(picture.width, picture.height);
  const width = Math.max(1, Math.floor((picture.width * size) / longer + 0.5));
  const height = Math.max(1, Math.floor((picture.height * size) / longer + 0.5));
  const offsetX = Math.floor((size - width) / 2);
  const offsetY = Math.floor((size - height) / 2);
  const sides = longer > size ? areaSides : linearSides;
  const columns = sides(picture.width, width);
  const rows = sides(picture.height, height);

  // First down the columns: rows of pixels are contiguous, so that this pass is quick.
  const { data } = picture;
  const stride = picture.width * 4;
  const sums = new Float32Array(stride);
  const pixels = new Uint8Array(size * size * 3);
  for (let y = 0; y < height; y++) {
    sums.fill(0);
    for (const [row, weight] of rows[y]) {
      const start = row * stride;
      for (let index = 0; index < stride; index += 4) {
        sums[index] += data[start + index] * weight;
        sums[index + 1] += data[start + index + 1] * weight;
        sums[index + 2] += data[start + index + 2] * weight;
      }
    }
    for (let x = 0; x < width; x++) {
      let [red, green, blue] = [0, 0, 0];
      for (const [column, weight] of columns[x]) {
        red += sums[column * 4] * weight;
        green += sums[column * 4 + 1] * weight;
        blue += sums[column * 4 + 2] * weight;
      }
      const place = ((y + offsetY) * size + x + offsetX) * 3;
      pixels[place] = Math.round(red);
      pixels[place + 1] = Math.round(green);
      pixels[place + 2] = Math.round(blue);
    }
  }

  const scaleX = picture.width / width;
  const scaleY = picture.height / height;
  return {
    size,
    pixels,
    toPicture: ([x, y]) => [(x * size - offsetX) * scaleX, (y * size - offsetY) * scaleY],
  };
}

/** For each pixel of a shrunk side the pixels that it covers, with their shares. */
function areaSides(from: number, to: number): [index: number, weight: number][][] {
  const scale = from / to;
  return Array.from({ length: to }, (_, pixel) => {
    const [start, end] = [pixel * scale, (pixel + 1) * scale];
    const covered: [number, number][] = [];
    for (let index = Math.floor(start); index < Math.min(Math.ceil(end - 1e-9), from); index++) {
      const share = Math.min(index + 1, end) - Math.max(index, start);
      if (share > 1e-9) covered.push([index, share / scale]);
    }
    return covered;
  });
}

/** For each pixel of an enlarged side its two neighbours, with their shares. */
function linearSides(from: number, to: number): [index: number, weight: number][][] {
  return Array.from({ length: to }, (_, pixel) => {
    const place = ((pixel + 0.5) * from) / to - 0.5;
    const before = Math.floor(place);
    const clamp = (index: number) => Math.min(Math.max(index, 0), from - 1);
    return [
      [clamp(before), 1 - (place - before)],
      [clamp(before + 1), place - before],
    ];
  });
}
