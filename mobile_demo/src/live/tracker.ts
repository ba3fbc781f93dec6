import { centreOf, type Face, sizeOf } from "../detection/face";
import { assign } from "./assignment";

/** Seconds without being found after which a face is gone: longer than a passer-by hides it. */
const FORGET_AFTER = 1;
/** How unlike its expected place a face may be: off by its own size, or e times as large. */
const MAX_COST = 1;
/** Of the newest step in the estimate of a face's velocity: boxes shake by a few pixels. */
const VELOCITY_WEIGHT = 0.3;

interface Track {
  readonly number: number;
  x: number;
  y: number;
  size: number;
  seen: number;
  velocityX: number;
  velocityY: number;
}

/** Gives faces numbers that stay with them, see fer_keras/live/tracker.py. */
export class Tracker {
  private tracks: Track[] = [];
  private next = 1;

  /**
   * Take in the faces of the next frame.
   *
   * @param time of the frame, in seconds; never less than the last one's.
   * @returns a number for each face, in their order; from 1, never used twice.
   */
  update(faces: readonly Face[], time: number): number[] {
    this.tracks = this.tracks.filter((track) => time - track.seen <= FORGET_AFTER);
    const costs = this.tracks.map((track) => faces.map((face) => cost(track, face, time)));
    // Capped: a pair that is out of the question anyway must not bend the rest.
    const columns = assign(costs.map((row) => row.map((value) => Math.min(value, MAX_COST))));
    const matched = new Map<number, Track>();
    columns.forEach((column, row) => {
      if (column >= 0 && costs[row][column] < MAX_COST) matched.set(column, this.tracks[row]);
    });
    return faces.map((face, index) => {
      const track = matched.get(index);
      if (track) {
        follow(track, face, time);
        return track.number;
      }
      const [x, y] = centreOf(face);
      const number = this.next++;
      this.tracks.push({ number, x, y, size: sizeOf(face), seen: time, velocityX: 0, velocityY: 0 });
      return number;
    });
  }

  /** Of the faces that are followed, hidden ones among them. */
  get numbers(): number[] {
    return this.tracks.map(({ number }) => number);
  }
}

function cost(track: Track, face: Face, time: number): number {
  const passed = time - track.seen;
  const [x, y] = centreOf(face);
  const size = sizeOf(face);
  const distance =
    Math.hypot(x - (track.x + track.velocityX * passed), y - (track.y + track.velocityY * passed)) /
    ((size + track.size) / 2);
  return distance + Math.abs(Math.log(size / track.size));
}

function follow(track: Track, face: Face, time: number): void {
  const [x, y] = centreOf(face);
  const passed = time - track.seen;
  if (passed > 0) {
    track.velocityX += VELOCITY_WEIGHT * ((x - track.x) / passed - track.velocityX);
    track.velocityY += VELOCITY_WEIGHT * ((y - track.y) / passed - track.velocityY);
  }
  Object.assign(track, { x, y, size: sizeOf(face), seen: time });
}
