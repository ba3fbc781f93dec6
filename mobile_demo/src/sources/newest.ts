import type { PictureSource } from "../engine/messages";
import { grabFrame } from "./frame";

/**
 * Looks at a video's newest picture, over and over.
 *
 * Every picture is taken when it comes, and the newest one waits: who looks never waits for the
 * camera, and never looks at an old picture. Taking, looking (elsewhere) and drawing overlap.
 */
export class NewestFrames {
  private waiting: { source: PictureSource; time: number } | null = null;
  private looking = false;
  private running = false;

  /** @param look is called with one picture at a time, which it must close or hand over. */
  constructor(
    private readonly video: HTMLVideoElement,
    private readonly look: (source: PictureSource, time: number) => Promise<void>,
  ) {}

  start(): void {
    if (this.running) return;
    this.running = true;
    this.next();
  }

  stop(): void {
    this.running = false;
    this.waiting?.source.close();
    this.waiting = null;
  }

  private next(): void {
    const taken = (now: number) => void this.take(now);
    // A new picture of the camera, where the browser tells; else a new picture of the screen.
    if ("requestVideoFrameCallback" in this.video) this.video.requestVideoFrameCallback(taken);
    else requestAnimationFrame(taken);
  }

  private async take(now: number): Promise<void> {
    if (!this.running) return;
    this.next();
    const source = await grabFrame(this.video);
    if (!source) return;
    if (!this.running) return source.close();
    this.waiting?.source.close();
    this.waiting = { source, time: now / 1000 };
    if (!this.looking) await this.work();
  }

  private async work(): Promise<void> {
    this.looking = true;
    try {
      while (this.waiting) {
        const { source, time } = this.waiting;
        this.waiting = null;
        await this.look(source, time);
      }
    } finally {
      this.looking = false;
    }
  }
}
