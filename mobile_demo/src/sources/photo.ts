import { say } from "../words/words";

/** Phones can't hold larger canvases; a photo of more pixels is shrunk to so many. */
const MOST_PIXELS = 16_000_000;

/**
 * Draw a photo's file onto a canvas.
 *
 * @throws Error with a sentence for the user, if the file is no picture.
 */
export async function drawPhoto(file: Blob, canvas: HTMLCanvasElement): Promise<void> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    throw new Error(say("noPicture"));
  }
  const shrink = Math.min(1, Math.sqrt(MOST_PIXELS / (bitmap.width * bitmap.height)));
  canvas.width = Math.max(1, Math.floor(bitmap.width * shrink));
  canvas.height = Math.max(1, Math.floor(bitmap.height * shrink));
  const context = canvas.getContext("2d", { alpha: false })!;
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
}

/** Draw a picture onto a canvas that gets its size. */
export function drawBitmap(bitmap: ImageBitmap, canvas: HTMLCanvasElement): void {
  if (canvas.width !== bitmap.width || canvas.height !== bitmap.height) {
    canvas.width = bitmap.width;
    canvas.height = bitmap.height;
  }
  canvas.getContext("2d", { alpha: false })!.drawImage(bitmap, 0, 0);
}
