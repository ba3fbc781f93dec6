import { describe, expect, it } from "vitest";
import type { Face } from "../src/detection/face";
import { type Looks, seeLooks, unlikeness } from "../src/live/appearance";
import { assign } from "../src/live/assignment";
import { Decider, DEFAULT_RULE, type RuleName } from "../src/live/decision";
import { Tracker } from "../src/live/tracker";
import { type Encoded, picture, read } from "./vectors";

interface DecisionCase {
  decide: RuleName;
  window: number;
  abstain_below: number;
  probabilities: number[][];
  expected: { label: number | null; probability: number; votes: number; frames: number }[];
}

it.each(read<DecisionCase[]>("decisions"))("decides by $decide over $window", (one) => {
  const decider = new Decider({
    name: one.decide,
    window: one.window,
    abstainBelow: one.abstain_below,
  });
  one.probabilities.forEach((frame, index) => {
    const { label, probability, votes, frames } = decider.update(frame);
    const { probability: expected, ...counts } = one.expected[index];
    expect({ label, votes, frames }).toEqual(counts);
    expect(probability).toBeCloseTo(expected, 9);
  });
});

it("decides as the desktop does by default", () => {
  expect(DEFAULT_RULE).toEqual({ name: "mean", window: 15, abstainBelow: 0.45 });
});

describe("assign", () => {
  /** Every matching, one after the other. */
  function cheapest(costs: number[][], row = 0, taken: number[] = []): number {
    if (row === costs.length) return 0;
    const free = costs[0].map((_, column) => column).filter((column) => !taken.includes(column));
    const spare = costs.length - row > free.length ? [cheapest(costs, row + 1, taken)] : [];
    return Math.min(
      ...spare,
      ...free.map((to) => costs[row][to] + cheapest(costs, row + 1, [...taken, to])),
    );
  }

  it.each([1, 2, 3, 4, 5].flatMap((rows) => [1, 2, 4, 5].map((columns) => ({ rows, columns }))))(
    "finds the cheapest of $rows x $columns",
    ({ rows, columns }) => {
      let seed = rows * 31 + columns;
      const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
      for (let trial = 0; trial < 30; trial++) {
        const costs = Array.from({ length: rows }, () => Array.from({ length: columns }, random));
        const found = assign(costs);
        const used = found.filter((column) => column >= 0);
        expect(new Set(used).size).toBe(Math.min(rows, columns));
        const total = found.reduce((sum, to, row) => sum + (to < 0 ? 0 : costs[row][to]), 0);
        expect(total).toBeCloseTo(cheapest(costs), 9);
      }
    },
  );
});

const face = (x: number, y = 100, size = 60): Face => ({
  left: x - size / 2,
  top: y - size / 2,
  right: x + size / 2,
  bottom: y + size / 2,
  score: 1,
  keypoints: [],
});

/** null: not seen. */
type Listed = (number[] | null)[];
const looksOf = (listed: Listed): Looks =>
  Float32Array.from(listed.flatMap((colours) => colours ?? [NaN, NaN, NaN]));

interface LooksCase {
  picture: Encoded;
  boxes: [number, number, number][];
  expected: Listed[];
}

it("sees the looks that Python sees", () => {
  const { picture: encoded, boxes, expected } = read<LooksCase>("looks");
  const faces = boxes.map(([x, y, size]) => face(x, y, size));
  const seen = seeLooks(picture(encoded), faces);
  seen.forEach((one, index) => {
    const wanted = looksOf(expected[index]);
    one.forEach((value, at) => {
      if (Number.isNaN(wanted[at])) expect(value).toBeNaN();
      else expect(value).toBeCloseTo(wanted[at], 4);
    });
  });
  expect(unlikeness(seen[0], seen[0])).toBe(0);
});

interface Filmed {
  frames: {
    time: number;
    faces: [number, number, number][];
    looks: Listed[] | null;
    expected: number[];
    followed: number[];
  }[];
}

it.each(read<Filmed[]>("tracking"))("gives the numbers that Python gives (film %#)", ({ frames }) => {
  const tracker = new Tracker();
  for (const { time, faces, looks, expected, followed } of frames) {
    const found = faces.map(([x, y, size]) => face(x, y, size));
    expect(tracker.update(found, time, looks && looks.map(looksOf))).toEqual(expected);
    expect(tracker.numbers).toEqual(followed);
  }
});

describe("Tracker", () => {
  it("lets two faces that cross keep their numbers", () => {
    const tracker = new Tracker();
    for (let frame = 0; frame <= 40; frame++) {
      const [a, b] = [100 + 10 * frame, 500 - 10 * frame];
      // In the middle one hides the other.
      const hidden = Math.abs(a - b) < 50;
      const numbers = tracker.update(hidden ? [face(a)] : [face(a), face(b)], frame / 25);
      if (!hidden) expect(numbers).toEqual([1, 2]);
    }
  });

  it("knows somebody again by the looks, wherever and whenever", () => {
    const [red, blue] = [looksOf(Array(7).fill([0.8, 0.1, 0.1])), looksOf(Array(7).fill([0.1, 0.1, 0.8]))];
    const tracker = new Tracker();
    expect(tracker.update([face(100), face(400)], 0, [red, blue])).toEqual([1, 2]);
    expect(tracker.update([face(100), face(400)], 0.04, [blue, red])).toEqual([2, 1]); // a cut
    expect(tracker.update([], 5, [])).toEqual([]);
    expect(tracker.update([face(700)], 6, [blue])).toEqual([2]);
  });

  it("forgets a face without looks after a second, and never uses a number twice", () => {
    const tracker = new Tracker();
    expect(tracker.update([face(100)], 0)).toEqual([1]);
    expect(tracker.update([], 0.9)).toEqual([]);
    expect(tracker.numbers).toEqual([1]);
    expect(tracker.update([], 2.2)).toEqual([]);
    expect(tracker.update([face(100)], 2.5)).toEqual([2]);
  });

  it("takes a face elsewhere for another one", () => {
    const tracker = new Tracker();
    tracker.update([face(100)], 0);
    expect(tracker.update([face(400)], 0.04)).toEqual([2]);
  });
});
