import { centreOf, type Face, sizeOf } from "../detection/face";
import { type Looks, unlikeness } from "./appearance";

/** Seconds without being found after which a face is gone: longer than a passer-by hides it. */
export const FORGET_AFTER = 1;
/** Of the newest step in the estimate of a face's velocity: boxes shake by a few pixels. */
const VELOCITY_WEIGHT = 0.3;
/** Of the newest frame in what a face is remembered to look like. */
const LOOKS_WEIGHT = 0.2;

/** Where a face was seen last, how it moved, and what it looked like. */
export class Track {
  private x: number;
  private y: number;
  private size: number;
  private velocityX = 0;
  private velocityY = 0;
  private looks: Looks | null = null;

  constructor(
    readonly number: number,
    face: Face,
    /** When it was seen last, in seconds. */
    public seen: number,
    looks: Looks | null,
  ) {
    [this.x, this.y] = centreOf(face);
    this.size = sizeOf(face);
    this.remember(looks);
  }

  /** How unlike its expected place a face is: off in sizes of the face, and how much larger. */
  placeCost(face: Face, time: number): number {
    const passed = Math.min(time - this.seen, FORGET_AFTER);
    const [x, y] = centreOf(face);
    const size = sizeOf(face);
    const far = Math.hypot(x - (this.x + this.velocityX * passed), y - (this.y + this.velocityY * passed));
    return far / ((size + this.size) / 2) + Math.abs(Math.log(size / this.size));
  }

  follow(face: Face, time: number, looks: Looks | null): void {
    const [x, y] = centreOf(face);
    const passed = time - this.seen;
    if (passed > 0 && passed <= FORGET_AFTER) {
      this.velocityX += VELOCITY_WEIGHT * ((x - this.x) / passed - this.velocityX);
      this.velocityY += VELOCITY_WEIGHT * ((y - this.y) / passed - this.velocityY);
    } else if (passed > 0) {
      this.velocityX = this.velocityY = 0;
    }
    this.be(face, time, looks);
  }

  /** Be somewhere else at once: nothing moved there. */
  jump(face: Face, time: number, looks: Looks | null): void {
    this.velocityX = this.velocityY = 0;
    this.be(face, time, looks);
  }

  /** Not a number where nothing is known. */
  unlikeness(looks: Looks | null): number {
    return looks === null || this.looks === null ? NaN : unlikeness(this.looks, looks);
  }

  private be(face: Face, time: number, looks: Looks | null): void {
    [this.x, this.y] = centreOf(face);
    this.size = sizeOf(face);
    this.seen = time;
    this.remember(looks);
  }

  private remember(looks: Looks | null): void {
    if (looks === null) return;
    if (this.looks === null) {
      this.looks = looks.slice();
      return;
    }
    // What was never seen before, or is not now, is taken from where it was.
    for (let at = 0; at < looks.length; at++) {
      const known = this.looks[at];
      if (Number.isNaN(known)) this.looks[at] = looks[at];
      else if (!Number.isNaN(looks[at])) this.looks[at] = known + LOOKS_WEIGHT * (looks[at] - known);
    }
  }
}
