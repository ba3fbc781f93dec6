import type { Picture } from "../picture";
import type { Point } from "./face";
import { type Part, resizeInto } from "./resize";

/** A picture in a black square, and the way back. */
export interface Letterbox {
  readonly size: number;
  /** Red, green, blue of the square's pixels, row by row. */
  readonly pixels: Uint8Array;
  toPicture(point: Point): Point;
}

/**
 * Fit a picture, or a part of one, into a square.
 *
 * The longer side becomes `size`; the other is scaled alike and rounded (half up), at least 1.
 * Shrinking takes the area average, enlarging is bilinear between pixel centres with the edge
 * repeated. The result lies in the middle; an odd pixel goes below or to the right.
 *
 * @returns points are brought back into the part.
 */
export function letterbox(
  picture: Picture,
  size: number,
  part: Part = { x: 0, y: 0, width: picture.width, height: picture.height },
): Letterbox {
  const longer = Math.max(part.width, part.height);
  const width = Math.max(1, Math.floor((part.width * size) / longer + 0.5));
  const height = Math.max(1, Math.floor((part.height * size) / longer + 0.5));
  const x = Math.floor((size - width) / 2);
  const y = Math.floor((size - height) / 2);
  const pixels = new Uint8Array(size * size * 3);
  resizeInto(picture, part, width, height, longer > size, pixels, size, x, y);
  return placed(size, pixels, x, y, part.width / width, part.height / height);
}

/** A square in which a picture's corner lies at (x, y), at `scale` pixels of it a pixel. */
export function placed(
  size: number,
  pixels: Uint8Array,
  x: number,
  y: number,
  scaleX: number,
  scaleY: number,
): Letterbox {
  return {
    size,
    pixels,
    toPicture: ([pointX, pointY]) => [(pointX * size - x) * scaleX, (pointY * size - y) * scaleY],
  };
}
