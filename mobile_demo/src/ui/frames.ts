import type { Picture } from "../picture";

/** Phones can't hold larger canvases; a photo of more pixels is shrunk to so many. */
const MOST_PIXELS = 16_000_000;

/** Reads pixels out of videos and photos. */
export class Frames {
  private readonly context: CanvasRenderingContext2D;

  /** @param canvas shows what was read. */
  constructor(private readonly canvas: HTMLCanvasElement) {
    this.context = canvas.getContext("2d", { willReadFrequently: true, alpha: false })!;
  }

  fromVideo(video: HTMLVideoElement): Picture {
    return this.read(video, video.videoWidth, video.videoHeight);
  }

  /** @throws Error with a sentence for the user, if the file is no picture. */
  async fromFile(file: Blob): Promise<Picture> {
    let bitmap: ImageBitmap;
    try {
      bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    } catch {
      throw new Error("This file is not a picture that the browser can read.");
    }
    const shrink = Math.min(1, Math.sqrt(MOST_PIXELS / (bitmap.width * bitmap.height)));
    const picture = this.read(
      bitmap,
      Math.max(1, Math.floor(bitmap.width * shrink)),
      Math.max(1, Math.floor(bitmap.height * shrink)),
    );
    bitmap.close();
    return picture;
  }

  private read(source: CanvasImageSource, width: number, height: number): Picture {
    if (this.canvas.width !== width || this.canvas.height !== height) {
      this.canvas.width = width;
      this.canvas.height = height;
    }
    this.context.drawImage(source, 0, 0, width, height);
    return this.context.getImageData(0, 0, width, height);
  }
}
