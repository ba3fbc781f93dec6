import type { Picture } from "../picture";

/** A part of a picture, in whole pixels. */
export interface Part {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Resize a part of a picture into a place of a picture without opacity (three bytes a pixel).
 *
 * Shrinking takes the area average, enlarging is bilinear between pixel centres with the part's edge
 * repeated, as OpenCV does.
 *
 * @param into receives the pixels: rows of `stride` pixels, from (atX, atY) on.
 */
export function resizeInto(
  picture: Picture,
  part: Part,
  width: number,
  height: number,
  shrinks: boolean,
  into: Uint8Array,
  stride: number,
  atX = 0,
  atY = 0,
): void {
  const sides = shrinks ? areaSides : linearSides;
  const columns = sides(part.width, width);
  const rows = sides(part.height, height);
  // First down the columns: rows of pixels are contiguous, so that this pass is quick.
  const { data } = picture;
  const sums = new Float32Array(part.width * 4);
  for (let y = 0; y < height; y++) {
    sums.fill(0);
    for (const [row, weight] of rows[y]) {
      const start = ((part.y + row) * picture.width + part.x) * 4;
      for (let index = 0; index < sums.length; index += 4) {
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
      const place = ((y + atY) * stride + x + atX) * 3;
      into[place] = Math.round(red);
      into[place + 1] = Math.round(green);
      into[place + 2] = Math.round(blue);
    }
  }
}

/** The whole picture at another size, as a picture. */
export function resizePicture(picture: Picture, width: number, height: number, shrinks: boolean): Picture {
  const pixels = new Uint8Array(width * height * 3);
  const part = { x: 0, y: 0, width: picture.width, height: picture.height };
  resizeInto(picture, part, width, height, shrinks, pixels, width);
  const data = new Uint8Array(width * height * 4);
  for (let from = 0, to = 0; from < pixels.length; from += 3, to += 4) {
    data[to] = pixels[from];
    data[to + 1] = pixels[from + 1];
    data[to + 2] = pixels[from + 2];
    data[to + 3] = 255;
  }
  return { width, height, data };
}

/** For each pixel of a shrunk side the pixels that it covers, with their shares. */
function areaSides(from: number, to: number): [index: number, weight: number][][] {
  // A part that is shrunk on one side alone may keep or gain pixels on the other.
  if (to > from) return linearSides(from, to);
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
