/**
 * Which pieces of a large picture are looked at closer, see fer_keras/detection/tiles.py;
 * tests/vectors/tiles.json holds both to the same.
 */
export const TILE = 192;
const OVERLAP = 48;
const SMALLEST_FACE = 40;
const FACE_IN_TILE = 12;
const STEP = 3;
const FINEST = 7.2;
const WORTH = 1.25;

/** A piece of a shrunken picture, in whole pixels of it. */
export interface Tile {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A size to which the picture is shrunk (or enlarged), and the tiles that cover it. */
export interface Level {
  readonly width: number;
  readonly height: number;
  readonly tiles: readonly Tile[];
}

/** The sizes and tiles for a picture, the coarsest first; none for a small picture. */
export function planTiles(width: number, height: number): Level[] {
  const finest = finestSide(width, height);
  const ratio = Math.max(width, height) / finest;
  if (ratio <= WORTH) return [];
  const count = Math.ceil(Math.log(ratio) / Math.log(STEP) - 1e-9);
  return Array.from({ length: count }, (_, index) =>
    level(width, height, finest * ratio ** ((count - 1 - index) / count)),
  );
}

/** The size above which faces in a picture are looked for, in pixels of it. */
export function smallestFace(width: number, height: number): number {
  const [longer, finest] = [Math.max(width, height), finestSide(width, height)];
  return Math.ceil((longer / finest > WORTH ? finest : longer) / FACE_IN_TILE);
}

/** Side of the smallest tile, in pixels of the picture. */
function finestSide(width: number, height: number): number {
  return Math.max(SMALLEST_FACE * FACE_IN_TILE, Math.sqrt(width * height) / FINEST);
}

/** The picture at the size where `side` pixels of it become a tile. */
function level(width: number, height: number, side: number): Level {
  const shrunkWidth = Math.max(1, Math.floor((width * TILE) / side + 0.5));
  const shrunkHeight = Math.max(1, Math.floor((height * TILE) / side + 0.5));
  const size = { width: Math.min(TILE, shrunkWidth), height: Math.min(TILE, shrunkHeight) };
  const tiles = starts(shrunkHeight).flatMap((y) => starts(shrunkWidth).map((x) => ({ x, y, ...size })));
  return { width: shrunkWidth, height: shrunkHeight, tiles };
}

/** Where the tiles begin along a side: evenly spread, from its start to its end. */
function starts(length: number): number[] {
  if (length <= TILE) return [0];
  const steps = Math.ceil((length - TILE) / (TILE - OVERLAP));
  return Array.from({ length: steps + 1 }, (_, index) =>
    Math.floor((index * (length - TILE)) / steps + 0.5),
  );
}
