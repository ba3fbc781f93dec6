import type { PictureSource } from "../engine/messages";

/**
 * The picture that a video shows now, to be handed to another thread.
 *
 * A VideoFrame is the decoder's own picture, not a copy; where there is none (Firefox before 130), a
 * copy is made. Null: the video shows nothing yet.
 */
export async function grabFrame(video: HTMLVideoElement): Promise<PictureSource | null> {
  if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || !video.videoWidth) return null;
  if (typeof VideoFrame === "function") {
    try {
      return new VideoFrame(video, { timestamp: Math.round(1e6 * video.currentTime) });
    } catch {
      // Some protected or odd films can't be taken so.
    }
  }
  return createImageBitmap(video);
}
