import type { Grey, Picture } from "../picture";

/** Grey by ITU-R BT.601 in whole numbers, as the Python side computes it. */
export function toGrey(picture: Picture): Grey {
  const { width, height, data } = picture;
  const grey = new Uint8Array(width * height);
  for (let pixel = 0, at = 0; pixel < grey.length; pixel++, at += 4) {
    grey[pixel] = (9798 * data[at] + 19235 * data[at + 1] + 3735 * data[at + 2] + 16384) >> 15;
  }
  return { width, height, data: grey };
}
