import type { Face } from "../detection/face";
import type { Looks } from "./appearance";
import { assign } from "./assignment";
import { FORGET_AFTER, Track } from "./track";

/** How unlike its expected place a face may be: off by its own size, or e times as large. */
const MAX_COST = 1;
/** Up to this unlikeness two faces may be one person's: light and angle change colours so much. */
const SAME_LOOKS = 0.12;
/** From here on they are two people, even in the same place: the film was cut. */
const OTHER_LOOKS = 0.25;
/** How looks weigh against places where both are near: of two who cross, in favour of the looks. */
const LOOKS_COST = 3;
/** By how much a person must look more like a face than anybody else does, to be known again. */
const CLEARLY = 0.04;
/** People, the last ones seen, who are known again by their looks. */
const REMEMBERED = 500;

/** Gives faces numbers that stay with them, through crossings and cuts: fer_keras/live/tracker.py. */
export class Tracker {
  private tracks: Track[] = [];
  private active: Track[] = [];
  private next = 1;
  private time = 0;

  /**
   * Take in the faces of the next frame.
   *
   * @param time of the frame, in seconds; never less than the last one's.
   * @param looks of each face; null: places alone decide.
   * @returns a number for each face, in their order; from 1. One that was away for longer than a
   *   second gets its number back only by its looks.
   */
  update(faces: readonly Face[], time: number, looks: readonly Looks[] | null = null): number[] {
    const seen = faces.map((_, index) => looks?.[index] ?? null);
    // However long ago the last frame was: who was in it is not gone.
    const patience = Math.max(FORGET_AFTER, time - this.time);
    this.time = time;
    const active = this.tracks.filter((track) => time - track.seen <= patience);
    const matched = this.match(faces, seen, active, time);
    faces.forEach((face, index) => {
      if (matched.has(index)) return;
      const track = new Track(this.next++, face, time, seen[index]);
      matched.set(index, track);
      this.tracks.push(track);
    });
    this.tracks.sort((a, b) => a.seen - b.seen);
    this.tracks = this.tracks.slice(-REMEMBERED);
    const found = new Set(matched.values());
    this.active = this.tracks.filter((track) => active.includes(track) || found.has(track));
    return faces.map((_, index) => matched.get(index)!.number);
  }

  /** Of the faces that are followed, hidden ones among them. */
  get numbers(): number[] {
    return this.active.map(({ number }) => number).sort((a, b) => a - b);
  }

  private match(
    faces: readonly Face[],
    looks: readonly (Looks | null)[],
    active: readonly Track[],
    time: number,
  ): Map<number, Track> {
    const matched = new Map<number, Track>();
    const nearAndLike = (track: Track, index: number) => {
      const place = track.placeCost(faces[index], time);
      const unlike = track.unlikeness(looks[index]);
      if (place >= MAX_COST || unlike > SAME_LOOKS) return Infinity;
      return place + (Number.isNaN(unlike) ? 0 : LOOKS_COST * unlike);
    };
    const near = (track: Track, index: number) =>
      track.unlikeness(looks[index]) > OTHER_LOOKS ? Infinity : track.placeCost(faces[index], time);
    const limit = MAX_COST + LOOKS_COST * SAME_LOOKS;
    for (const [index, track] of round(active, faces.length, matched, nearAndLike, limit)) {
      track.follow(faces[index], time, looks[index]);
    }
    for (const [index, track] of this.knowAgain(looks, matched)) {
      track.jump(faces[index], time, looks[index]);
    }
    for (const [index, track] of round(active, faces.length, matched, near, MAX_COST)) {
      track.follow(faces[index], time, looks[index]);
    }
    return matched;
  }

  /** Match by looks alone, where they fit one person clearly better than any other. */
  private knowAgain(looks: readonly (Looks | null)[], matched: Map<number, Track>): [number, Track][] {
    const taken = new Set(matched.values());
    const free = this.tracks.filter((track) => !taken.has(track));
    const unlike = looks.map((look, index) =>
      matched.has(index) ? [] : free.map((track) => track.unlikeness(look)),
    );
    const clearlyLike = (track: Track, index: number) => {
      const own = free.indexOf(track);
      const value = unlike[index][own];
      const clear = unlike[index].every((other, row) => row === own || !(other < value + CLEARLY));
      return clear && !Number.isNaN(value) ? value : Infinity;
    };
    return round(free, looks.length, matched, clearlyLike, SAME_LOOKS);
  }
}

/** Match the faces and tracks that are left where they cost less than the limit. */
function round(
  tracks: readonly Track[],
  faces: number,
  matched: Map<number, Track>,
  cost: (track: Track, index: number) => number,
  limit: number,
): [number, Track][] {
  const taken = new Set(matched.values());
  const rows = tracks.filter((track) => !taken.has(track));
  const columns = Array.from({ length: faces }, (_, index) => index).filter((index) => !matched.has(index));
  const costs = rows.map((track) => columns.map((index) => cost(track, index)));
  // Capped: a pair that is out of the question anyway must not bend the rest.
  const pairs = assign(costs.map((row) => row.map((value) => Math.min(value, limit))));
  const found: [number, Track][] = [];
  pairs.forEach((column, row) => {
    if (column >= 0 && costs[row][column] < limit) found.push([columns[column], rows[row]]);
  });
  for (const [index, track] of found) matched.set(index, track);
  return found;
}
