import { type Key, say } from "../words/words";

export type Side = "user" | "environment";

/** The camera's picture in a video element. */
export class Camera {
  private stream: MediaStream | null = null;
  side: Side = "user";

  constructor(private readonly video: HTMLVideoElement) {}

  get running(): boolean {
    return this.stream !== null;
  }

  /** Front cameras are shown like a mirror. */
  get mirrored(): boolean {
    return this.running && this.side === "user";
  }

  /** @throws Error with a sentence for the user, if there is no camera to be had. */
  async start(side: Side = this.side): Promise<void> {
    this.stop();
    this.side = side;
    if (!navigator.mediaDevices?.getUserMedia) throw new Error(say("needsSecure"));
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({
        audio: false,
        video: { facingMode: side, width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30 } },
      });
    } catch (error) {
      throw new Error(reason(error));
    }
    this.video.srcObject = this.stream;
    await this.video.play();
  }

  stop(): void {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    this.video.srcObject = null;
  }

  /** Called when the camera goes away by itself: unplugged, or taken by another app. */
  onEnd(listener: () => void): void {
    for (const track of this.stream?.getVideoTracks() ?? []) track.addEventListener("ended", listener);
  }
}

const REASONS: Record<string, Key> = {
  NotAllowedError: "denied",
  NotFoundError: "noCamera",
  NotReadableError: "cameraTaken",
};

function reason(error: unknown): string {
  const key = error instanceof DOMException ? REASONS[error.name] : undefined;
  return key ? say(key) : say("cameraFailed", { reason: String(error) });
}
