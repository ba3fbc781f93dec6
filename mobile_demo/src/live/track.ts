import { centreOf, type Face, sizeOf } from "../detection/face";
import { type Looks, unlikeness } from "./appearance";

/** Seconds without being found after which a face is gone: longer than a passer-by hides it. */
export const FORGET_AFTER = 1;
/** Seconds between two frames over which a face is still thought to have walked. */
export const LONGEST_STEP = 3;
/** Seconds over which a face's velocity is averaged: boxes shake by a few pixels. */
const STEADY = 0.11;
/** How much less sure its place gets in a second: people turn, start and stop. */
const DRIFT = 1;
/** Of the newest frame in what a face is remembered to look like. */
const LOOKS_WEIGHT = 0.2;

/** A face in a frame. */
export interface Sight {
  readonly face: Face;
  readonly looks: Looks | null;
  /** Another one's box overlaps its: its own may lie askew, and its looks say less. */
  readonly touched: boolean;
}

/** The faces of a frame, with which of them touch each other. */
export function seeAll(faces: readonly Face[], looks: readonly Looks[] | null): Sight[] {
  return faces.map((face, index) => ({
    face,
    looks: looks?.[index] ?? null,
    touched: faces.some((other) => other !== face && touch(face, other)),
  }));
}

function touch(one: Face, other: Face): boolean {
  return (
    one.left < other.right && one.right > other.left && one.top < other.bottom && one.bottom > other.top
  );
}

/** Where a face was seen last, how it moved, and what it looked like. */
export class Track {
  /** Those that were in one frame with it: they are other people. */
  readonly met = new Set<Track>();
  private velocityX = 0;
  private velocityY = 0;
  private looks: Looks | null = null;
  /** Nothing but looks of a touched face are known so far. */
  private vague = true;

  constructor(
    readonly number: number,
    private last: Sight,
    /** When it was seen last, in seconds. */
    public seen: number,
  ) {
    this.remember(last);
  }

  /** How unlike its expected place a face is: off in sizes of the face, and how much larger. */
  placeCost({ face }: Sight, time: number): number {
    const passed = Math.min(time - this.seen, FORGET_AFTER);
    const [x, y] = centreOf(face);
    const [lastX, lastY] = centreOf(this.last.face);
    const [size, lastSize] = [sizeOf(face), sizeOf(this.last.face)];
    const far = Math.hypot(x - lastX - this.velocityX * passed, y - lastY - this.velocityY * passed);
    return far / ((size + lastSize) / 2) + Math.abs(Math.log(size / lastSize));
  }

  /** By what its place is less sure than in the moment it was seen, 1 or more. */
  doubt(time: number): number {
    return 1 + DRIFT * Math.min(time - this.seen, LONGEST_STEP);
  }

  /** Not a number where nothing is known. */
  unlikeness({ looks }: Sight): number {
    return looks === null || this.looks === null ? NaN : unlikeness(this.looks, looks);
  }

  follow(sight: Sight, time: number): void {
    const passed = time - this.seen;
    if (passed > 0 && passed <= LONGEST_STEP) {
      const weight = 1 - Math.exp(-passed / STEADY);
      const [x, y] = centreOf(sight.face);
      const [lastX, lastY] = centreOf(this.last.face);
      this.velocityX += weight * ((x - lastX) / passed - this.velocityX);
      this.velocityY += weight * ((y - lastY) / passed - this.velocityY);
    } else if (passed > 0) {
      this.velocityX = this.velocityY = 0;
    }
    this.be(sight, time);
  }

  /** Be somewhere else at once: nothing moved there. */
  jump(sight: Sight, time: number): void {
    this.velocityX = this.velocityY = 0;
    this.be(sight, time);
  }

  private be(sight: Sight, time: number): void {
    this.last = sight;
    this.seen = time;
    this.remember(sight);
  }

  /** Keep in mind what it looks like: of what is clear, if anything was. */
  private remember({ looks, touched }: Sight): void {
    if (looks === null || (touched && !this.vague)) return;
    if (this.looks === null || this.vague) {
      this.looks = looks.slice();
      this.vague = touched;
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
