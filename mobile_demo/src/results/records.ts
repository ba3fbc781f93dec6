import type { Seen } from "../live/watcher";
import type { Moment } from "../ui/timeline";

/** A face in a frame, as the table has it. */
export interface Row {
  readonly time: number;
  readonly frame: number;
  readonly seen: Seen;
}

/** Rows that are kept: an hour of one face at 30 frames a second. */
const MOST_ROWS = 108_000;

/** What was seen so far: the table that is saved, and each face's course. */
export class Records {
  private rows: Row[] = [];
  private frame = -1;

  add(time: number, seen: readonly Seen[]): void {
    this.frame++;
    for (const one of seen) this.rows.push({ time, frame: this.frame, seen: one });
    if (this.rows.length > MOST_ROWS) this.rows.splice(0, MOST_ROWS / 10);
  }

  get empty(): boolean {
    return this.rows.length === 0;
  }

  /** A face's course from a time on. */
  course(number: number, from = -Infinity): Moment[] {
    const moments: Moment[] = [];
    for (let index = this.rows.length - 1; index >= 0 && this.rows[index].time >= from; index--) {
      const { time, seen } = this.rows[index];
      if (seen.number !== number) continue;
      moments.push({ time, label: seen.decision.label, probabilities: seen.decision.probabilities });
    }
    return moments.reverse();
  }

  /** The faces of the last frame at or before a time, if it is not longer ago than `most` seconds. */
  at(time: number, most: number): Seen[] {
    let [low, high] = [0, this.rows.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.rows[middle].time <= time + 1e-3) low = middle + 1;
      else high = middle;
    }
    const last = this.rows[low - 1];
    if (!last || time - last.time > most) return [];
    const seen: Seen[] = [];
    for (let index = low - 1; index >= 0 && this.rows[index].frame === last.frame; index--) {
      seen.push(this.rows[index].seen);
    }
    return seen.reverse();
  }

  /** The emotion that a face showed most of the time: its index, null: unsure; undefined: no face. */
  usual(number: number): number | null | undefined {
    const counts = new Map<number | null, number>();
    for (const { seen } of this.rows) {
      if (seen.number !== number) continue;
      counts.set(seen.decision.label, (counts.get(seen.decision.label) ?? 0) + 1);
    }
    return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
  }

  /** As `fer-keras analyze` writes it: a row for each face and frame, labels in English. */
  toCsv(labels: readonly string[]): string {
    const head = ["time_s", "frame", "face_id", "x", "y", "width", "height", "label", "probability"];
    const lines = this.rows.map(({ time, frame, seen: { number, face, probabilities, decision } }) => [
      time.toFixed(3),
      frame,
      number,
      face.left.toFixed(1),
      face.top.toFixed(1),
      (face.right - face.left).toFixed(1),
      (face.bottom - face.top).toFixed(1),
      decision.label === null ? "unsure" : labels[decision.label],
      decision.probability.toFixed(4),
      ...probabilities.map((one) => one.toFixed(4)),
    ]);
    return [[...head, ...labels], ...lines].map((line) => `${line.join(",")}\n`).join("");
  }
}
