/**
 * A second, close look at what may be a face, see fer_keras/detection/detector.py;
 * tests/vectors/close_ups.json holds both to the same.
 */
import type { Picture } from "../picture";
import { type Candidate, overlaps, SAME_FACE } from "./candidates";
import type { Detector } from "./detector";
import { centreOf, type Face, type Point, sizeOf } from "./face";
import { type Letterbox, placed } from "./letterbox";
import { resizeInto } from "./resize";

/** Side of the square, in sides of the box. */
const AROUND = 3;
/** Mean score from which a candidate is a face: of the whole picture, or of a tile. */
const SURE_IN_WHOLE = 0.55;
const SURE_IN_TILE = 0.7;

/** The face at a candidate's place, or null: found in the close-up and in its mirror image. */
export async function confirm(picture: Picture, candidate: Candidate, short: Detector): Promise<Face | null> {
  const boxed = closeUp(picture, candidate.face, short.inputSize);
  if (!boxed) return null;
  const straight = nearest(await short.detectIn(boxed), candidate.face);
  if (!straight) return null;
  const mirrored = nearest(await short.detectIn(boxed, true), candidate.face);
  if (!mirrored) return null;
  const face = mean(straight, mirrored);
  return face.score >= (candidate.inWhole ? SURE_IN_WHOLE : SURE_IN_TILE) ? face : null;
}

/** Where a face of the last frame lies in this one, or null if it isn't near its old place. */
export async function lookAgain(picture: Picture, face: Face, short: Detector): Promise<Face | null> {
  const boxed = closeUp(picture, face, short.inputSize);
  return boxed && nearest(await short.detectIn(boxed), face);
}

/** A face in the middle of a square of `AROUND` times its box's longer side; null: outside. */
export function closeUp(picture: Picture, face: Face, size: number): Letterbox | null {
  const side = Math.max(1, round(AROUND * sizeOf(face)));
  const [x, y] = centreOf(face);
  const [left, top] = [round(x - side / 2), round(y - side / 2)];
  const [firstX, firstY] = [Math.max(0, left), Math.max(0, top)];
  const [lastX, lastY] = [Math.min(picture.width, left + side), Math.min(picture.height, top + side)];
  if (firstX >= lastX || firstY >= lastY) return null;
  const part = { x: firstX, y: firstY, width: lastX - firstX, height: lastY - firstY };
  const scale = size / side;
  const width = Math.max(1, round(part.width * scale));
  const height = Math.max(1, round(part.height * scale));
  const atX = Math.min(round((firstX - left) * scale), size - width);
  const atY = Math.min(round((firstY - top) * scale), size - height);
  const pixels = new Uint8Array(size * size * 3);
  resizeInto(picture, part, width, height, side > size, pixels, size, atX, atY);
  const [scaleX, scaleY] = [part.width / width, part.height / height];
  return placed(size, pixels, atX - firstX / scaleX, atY - firstY / scaleY, scaleX, scaleY);
}

/** The face that overlaps most with the one that is looked for. */
function nearest(found: readonly Face[], wanted: Face): Face | null {
  let [best, most]: [Face | null, number] = [null, SAME_FACE];
  for (const face of found) {
    const [share] = overlaps(face, wanted);
    if (share > most) [best, most] = [face, share];
  }
  return best;
}

function mean(one: Face, other: Face): Face {
  const half = (a: number, b: number) => (a + b) / 2;
  return {
    left: half(one.left, other.left),
    top: half(one.top, other.top),
    right: half(one.right, other.right),
    bottom: half(one.bottom, other.bottom),
    score: half(one.score, other.score),
    keypoints: one.keypoints.map(([x, y], index): Point => {
      const [otherX, otherY] = other.keypoints[index];
      return [half(x, otherX), half(y, otherY)];
    }),
  };
}

function round(value: number): number {
  return Math.floor(value + 0.5);
}
