import type { Picture } from "../picture";
import type { PictureSource } from "./messages";

/** Reads pixels out of frames and photos, off the page's thread. */
export class PixelReader {
  private readonly canvas = new OffscreenCanvas(1, 1);
  // In main memory: a picture that is read back each time gains nothing on the graphics card.
  private readonly context = this.canvas.getContext("2d", { willReadFrequently: true, alpha: false })!;

  read(source: PictureSource): Picture {
    const [width, height] =
      "displayWidth" in source
        ? [source.displayWidth, source.displayHeight]
        : [source.width, source.height];
    if (this.canvas.width !== width || this.canvas.height !== height) {
      this.canvas.width = width;
      this.canvas.height = height;
    }
    this.context.drawImage(source, 0, 0, width, height);
    return this.context.getImageData(0, 0, width, height);
  }
}
