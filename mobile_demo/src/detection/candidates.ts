/**
 * What the looks at a picture and its tiles found, made into one candidate a face, see
 * fer_keras/detection/tiles.py; tests/vectors/merging.json holds both to the same.
 */
import type { Face } from "./face";
import type { Tile } from "./tiles";

/** Overlap (intersection over union) above which two boxes are one face. */
export const SAME_FACE = 0.3;
/** Share of the smaller box inside the larger one above which they are one face, too. */
const INSIDE = 0.7;
/** A box so near to a tile's border (in sides of it), or beyond, may be a part of a face. */
const BORDER = 0.02;

/** What may be a face. */
export interface Candidate {
  readonly face: Face;
  /** Found in the picture as a whole, not just in one of its tiles. */
  readonly inWhole: boolean;
  /** Touches the border of a tile, where the picture goes on. */
  readonly cut: boolean;
}

/** One candidate for all that overlap: the surest, and one that isn't cut before one that is. */
export function merge(candidates: readonly Candidate[]): Candidate[] {
  const kept: Candidate[] = [];
  const order = [...candidates].sort(
    (a, b) => Number(a.cut) - Number(b.cut) || b.face.score - a.face.score,
  );
  for (const candidate of order) {
    const index = kept.findIndex(({ face }) => isSame(candidate.face, face));
    if (index < 0) kept.push(candidate);
    else kept[index] = { ...kept[index], inWhole: kept[index].inWhole || candidate.inWhole };
  }
  return kept;
}

/** Each face once: the surest of those that are the same, the surest first. */
export function distinct(faces: readonly Face[]): Face[] {
  const kept: Face[] = [];
  for (const face of [...faces].sort((a, b) => b.score - a.score)) {
    if (!kept.some((other) => isSame(face, other))) kept.push(face);
  }
  return kept;
}

/** Whether two boxes lie on one face: they overlap, or one lies in the other. */
export function isSame(one: Face, other: Face): boolean {
  const [union, smaller] = overlaps(one, other);
  return union > SAME_FACE || smaller > INSIDE;
}

/** What two boxes share, over their union and over the smaller one; 0 where both are empty. */
export function overlaps(one: Face, other: Face): [union: number, smaller: number] {
  const width = Math.min(one.right, other.right) - Math.max(one.left, other.left);
  const height = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
  const shared = Math.max(width, 0) * Math.max(height, 0);
  const areas = [one, other].map(({ left, top, right, bottom }) => (right - left) * (bottom - top));
  const [union, smaller] = [areas[0] + areas[1] - shared, Math.min(...areas)];
  return [union > 0 ? shared / union : 0, smaller > 0 ? shared / smaller : 0];
}

/** Whether a box, in pixels of its tile, touches a border of it at which the picture goes on. */
export function isCut(face: Face, level: { width: number; height: number }, tile: Tile): boolean {
  const margin = BORDER * Math.max(tile.width, tile.height);
  return (
    (tile.x > 0 && face.left < margin) ||
    (tile.y > 0 && face.top < margin) ||
    (tile.x + tile.width < level.width && face.right > tile.width - margin) ||
    (tile.y + tile.height < level.height && face.bottom > tile.height - margin)
  );
}

