import { centreOf, type Face, sizeOf } from "../detection/face";
import type { Picture } from "../picture";

/** Mean red, green and blue of each region, 0 to 1; not a number where it can't be seen. */
export type Looks = Float32Array;

/** Left, right, top, bottom. */
type Box = readonly [number, number, number, number];

/** In sides of the detector's box, from its centre. */
const REGIONS: readonly Box[] = [
  [-0.22, 0.22, -0.62, -0.46], // forehead
  [-0.4, -0.22, -0.02, 0.15], // cheeks
  [0.22, 0.4, -0.02, 0.15],
  [-0.22, 0.22, -0.92, -0.76], // hair
  [-0.55, 0.0, 0.85, 1.25], // clothes
  [0.0, 0.55, 0.85, 1.25],
  [-0.55, 0.55, 1.25, 1.75],
];
/** What a body hides of those behind it, likewise. */
const SHOULDERS = [-1, 1, 0.6, 3] as const;
/** Who is so much as large as another may stand before them. */
const IN_FRONT = 0.8;
/** Share of a region that must lie in the picture: in a close-up the clothes are cut off. */
const VISIBLE = 0.5;
/** Regions that both must show, for a comparison to say something. */
const ENOUGH = 3;
/** A median of a few hundred pixels is as good as one of all. */
const SAMPLES = 16;

/** What a person looks like within one film, see fer_keras/live/appearance.py; no face recognition. */
export function seeLooks(picture: Picture, faces: readonly Face[]): Looks[] {
  return faces.map((face) =>
    looksOf(
      picture,
      face,
      faces.filter((other) => other !== face),
    ),
  );
}

function looksOf(picture: Picture, face: Face, others: readonly Face[]): Looks {
  const side = sizeOf(face);
  const looks = new Float32Array(REGIONS.length * 3).fill(NaN);
  const before: Box[] = others.map((one) => [one.left, one.right, one.top, one.bottom]);
  for (const other of others) if (sizeOf(other) > IN_FRONT * side) before.push(partOf(other, SHOULDERS));
  REGIONS.forEach((part, region) => {
    const [left, right, top, bottom] = partOf(face, part);
    const [seenLeft, seenRight] = [Math.max(left, 0), Math.min(right, picture.width)];
    const [seenTop, seenBottom] = [Math.max(top, 0), Math.min(bottom, picture.height)];
    const seen = Math.max(0, seenRight - seenLeft) * Math.max(0, seenBottom - seenTop);
    if (seen < VISIBLE * (right - left) * (bottom - top)) return;
    const hidden = (other: Box) =>
      left < other[1] && right > other[0] && top < other[3] && bottom > other[2];
    if (before.some(hidden)) return;
    const [first, above] = [halfToEven(seenLeft), halfToEven(seenTop)];
    const last = Math.max(halfToEven(seenRight), first + 1);
    const below = Math.max(halfToEven(seenBottom), above + 1);
    looks.set(medians(picture, first, last, above, below), 3 * region);
  });
  return looks;
}

/** In pixels, of a box that is given in sides of the face. */
function partOf(face: Face, [left, right, top, bottom]: Box): Box {
  const side = sizeOf(face);
  const [x, y] = centreOf(face);
  return [x + left * side, x + right * side, y + top * side, y + bottom * side];
}

/** Of red, green and blue, 0 to 1. */
function medians(picture: Picture, first: number, last: number, above: number, below: number): number[] {
  const stepX = Math.max(1, Math.floor((last - first) / SAMPLES));
  const stepY = Math.max(1, Math.floor((below - above) / SAMPLES));
  const colours: number[][] = [[], [], []];
  for (let row = above; row < Math.min(below, picture.height); row += stepY) {
    for (let column = first; column < Math.min(last, picture.width); column += stepX) {
      const at = 4 * (row * picture.width + column);
      colours.forEach((values, colour) => values.push(picture.data[at + colour]));
    }
  }
  return colours.map((values) => {
    values.sort((a, b) => a - b);
    const middle = values.length >> 1;
    return (values.length % 2 ? values[middle] : (values[middle - 1] + values[middle]) / 2) / 255;
  });
}

/** As Python rounds. */
function halfToEven(value: number): number {
  const below = Math.floor(value);
  return value - below === 0.5 ? below + (below % 2) : Math.round(value);
}

/**
 * Root mean square difference, 0 to 1; not a number where too little is seen of both. The region that
 * differs most is left out if enough remain: a hand or a shadow makes nobody another person.
 */
export function unlikeness(one: Looks, other: Looks): number {
  const differences: number[] = [];
  for (let at = 0; at < one.length; at += 3) {
    if (Number.isNaN(one[at]) || Number.isNaN(other[at])) continue;
    let sum = 0;
    for (let colour = at; colour < at + 3; colour++) sum += (one[colour] - other[colour]) ** 2;
    differences.push(sum / 3);
  }
  if (differences.length < ENOUGH) return NaN;
  differences.sort((a, b) => a - b);
  if (differences.length > ENOUGH) differences.pop();
  return Math.sqrt(differences.reduce((sum, one) => sum + one, 0) / differences.length);
}
