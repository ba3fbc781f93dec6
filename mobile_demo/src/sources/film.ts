import type { PictureSource } from "../engine/messages";
import { say } from "../words/words";
import { grabFrame } from "./frame";

/** Pictures of a film that are looked at, a second. */
export const FILM_RATE = 5;

const MOST_TRIES = 600;
/** Who waits for a seek in a film that is closed must not wait for ever. */
const CLOSED = "fer-keras:closed";

/** A film of this device, in a video element. */
export class Film {
  private constructor(
    readonly video: HTMLVideoElement,
    /** In seconds. */
    readonly duration: number,
    private readonly url: string,
  ) {}

  /** @throws Error with a sentence for the user, if the browser can't play the file. */
  static async open(video: HTMLVideoElement, file: Blob): Promise<Film> {
    const url = URL.createObjectURL(file);
    try {
      video.src = url;
      video.load();
      await happened(video, "loadeddata");
      // What a browser recorded itself does not say how long it is: its end does.
      if (!Number.isFinite(video.duration)) await seek(video, 1e7);
      const duration = Number.isFinite(video.duration) ? video.duration : video.currentTime;
      if (!video.videoWidth) throw new Error(say("noPicture"));
      return new Film(video, duration, url);
    } catch {
      video.removeAttribute("src");
      URL.revokeObjectURL(url);
      throw new Error(say("noPicture"));
    }
  }

  /** Show the picture of a time. */
  async show(time: number): Promise<void> {
    await seek(this.video, Math.min(time, this.duration));
  }

  /** Its pictures and their times in seconds, in order. */
  async *frames(): AsyncGenerator<{ source: PictureSource; time: number }> {
    this.video.pause();
    for (let count = 0; count === 0 || count / FILM_RATE < this.duration; count++) {
      const time = count / FILM_RATE;
      await seek(this.video, time);
      yield { source: await this.grab(), time };
    }
  }

  /** The picture that was sought. A film just opened may show it some pictures of the screen later. */
  private async grab(): Promise<PictureSource> {
    for (let tries = 0; ; tries++) {
      try {
        const source = await grabFrame(this.video);
        if (source) return source;
      } catch (error) {
        if (tries >= MOST_TRIES) throw error;
      }
      if (tries >= MOST_TRIES) throw new Error(say("noPicture"));
      await new Promise(requestAnimationFrame);
    }
  }

  close(): void {
    this.video.pause();
    this.video.dispatchEvent(new Event(CLOSED));
    this.video.removeAttribute("src");
    this.video.load();
    URL.revokeObjectURL(this.url);
  }
}

async function seek(video: HTMLVideoElement, time: number): Promise<void> {
  if (video.currentTime === time && !video.seeking) return;
  const sought = happened(video, "seeked");
  video.currentTime = time;
  await sought;
}

function happened(video: HTMLVideoElement, event: "loadeddata" | "seeked"): Promise<void> {
  return new Promise((resolve, reject) => {
    const ended = new AbortController();
    const { signal } = ended;
    const end = (done: () => void) => () => {
      ended.abort();
      done();
    };
    video.addEventListener(event, end(resolve), { signal });
    video.addEventListener("error", end(() => reject(video.error)), { signal });
    video.addEventListener(CLOSED, end(() => reject(new Error(CLOSED))), { signal });
  });
}
