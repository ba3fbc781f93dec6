import type { Grey, Picture } from "../picture";

/** Grey by ITU-R BT.601 in whole numbers, as the Python side computes it; of a part of a picture. */
export function toGrey(
  picture: Picture,
  left = 0,
  top = 0,
  width = picture.width,
  height = picture.height,
): Grey {
  const { data } = picture;
  const grey = new Uint8Array(width * height);
  for (let row = 0, pixel = 0; row < height; row++) {
    let at = ((top + row) * picture.width + left) * 4;
    for (const end = pixel + width; pixel < end; pixel++, at += 4) {
      grey[pixel] = (9798 * data[at] + 19235 * data[at + 1] + 3735 * data[at + 2] + 16384) >> 15;
    }
  }
  return { width, height, data: grey };
}
