import type { Face } from "../detection/face";
import type { Looks } from "./appearance";
import { assign } from "./assignment";
import { FORGET_AFTER, LONGEST_STEP, seeAll, type Sight, Track } from "./track";

/**
 * How unlike its expected place a face may be: off by its own size, or e times as large. Where its
 * looks speak for it, that grows with the time.
 */
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
/** Steps for which a face is followed on that isn't found, where frames are far between. */
const MISSED = 2.5;

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
   *   second (or, of frames that are farther apart, was in none of the last two) gets its number
   *   back only by its looks.
   */
  update(faces: readonly Face[], time: number, looks: readonly Looks[] | null = null): number[] {
    const sights = seeAll(faces, looks);
    // However long ago the last frame was: who was in it is not gone.
    const step = time - this.time;
    const patience = Math.max(FORGET_AFTER, step, Math.min(MISSED * step, LONGEST_STEP));
    this.time = time;
    const active = this.tracks.filter((track) => time - track.seen <= patience);
    const matched = this.match(sights, active, time);
    sights.forEach((sight, index) => {
      if (matched.has(index)) return;
      const track = new Track(this.next++, sight, time);
      matched.set(index, track);
      this.tracks.push(track);
    });
    const found = new Set(matched.values());
    for (const one of found) for (const other of found) if (one !== other) one.met.add(other);
    this.forget();
    this.active = this.tracks.filter((track) => active.includes(track) || found.has(track));
    return faces.map((_, index) => matched.get(index)!.number);
  }

  /** Of the faces that are followed, hidden ones among them. */
  get numbers(): number[] {
    return this.active.map(({ number }) => number).sort((a, b) => a - b);
  }

  /** Keep the people who were seen last: a film may be endless. */
  private forget(): void {
    this.tracks.sort((a, b) => a.seen - b.seen);
    for (const gone of this.tracks.slice(0, -REMEMBERED)) {
      for (const track of this.tracks) track.met.delete(gone);
    }
    this.tracks = this.tracks.slice(-REMEMBERED);
  }

  private match(sights: readonly Sight[], active: readonly Track[], time: number): Map<number, Track> {
    const matched = new Map<number, Track>();
    const nearAndLike = (track: Track, sight: Sight) => {
      const place = track.placeCost(sight, time) / track.doubt(time);
      const unlike = track.unlikeness(sight);
      if (place >= MAX_COST || unlike > SAME_LOOKS) return Infinity;
      return place + (Number.isNaN(unlike) ? 0 : LOOKS_COST * unlike);
    };
    const near = (track: Track, sight: Sight) => {
      if (track.unlikeness(sight) > OTHER_LOOKS) return Infinity;
      // Of one that is hidden in part nothing can be asked but to be about there.
      return track.placeCost(sight, time) / (sight.touched ? track.doubt(time) : 1);
    };
    const limit = MAX_COST + LOOKS_COST * SAME_LOOKS;
    for (const [index, track] of round(active, sights, matched, nearAndLike, limit)) {
      track.follow(sights[index], time);
    }
    for (const [index, track] of this.knowAgain(sights, matched)) {
      track.jump(sights[index], time);
    }
    for (const [index, track] of round(active, sights, matched, near, MAX_COST)) {
      track.follow(sights[index], time);
    }
    return matched;
  }

  /**
   * Match by looks alone, where they fit one person clearly better than any other. Another is who was
   * in one frame with that person: of the rest, one may have been taken for two before.
   */
  private knowAgain(sights: readonly Sight[], matched: Map<number, Track>): [number, Track][] {
    const taken = new Set(matched.values());
    const free = this.tracks.filter((track) => !taken.has(track));
    const unlike = new Map<Sight, Map<Track, number>>();
    sights.forEach((sight, index) => {
      if (matched.has(index)) return;
      unlike.set(sight, new Map(free.map((track) => [track, track.unlikeness(sight)])));
    });
    const clearlyLike = (track: Track, sight: Sight) => {
      const all = unlike.get(sight)!;
      const value = all.get(track)!;
      for (const other of track.met) if (all.get(other)! < value + CLEARLY) return Infinity;
      return Number.isNaN(value) ? Infinity : value;
    };
    return round(free, sights, matched, clearlyLike, SAME_LOOKS);
  }
}

/** Match the faces and tracks that are left where they cost less than the limit. */
function round(
  tracks: readonly Track[],
  sights: readonly Sight[],
  matched: Map<number, Track>,
  cost: (track: Track, sight: Sight) => number,
  limit: number,
): [number, Track][] {
  const taken = new Set(matched.values());
  const rows = tracks.filter((track) => !taken.has(track));
  const columns = sights.map((_, index) => index).filter((index) => !matched.has(index));
  const costs = rows.map((track) => columns.map((index) => cost(track, sights[index])));
  // Capped: a pair that is out of the question anyway must not bend the rest.
  const pairs = assign(costs.map((row) => row.map((value) => Math.min(value, limit))));
  const found: [number, Track][] = [];
  pairs.forEach((column, row) => {
    if (column >= 0 && costs[row][column] < limit) found.push([columns[column], rows[row]]);
  });
  for (const [index, track] of found) matched.set(index, track);
  return found;
}
