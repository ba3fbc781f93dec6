/**
 * Finding the faces of a picture whatever their size, see fer_keras/detection/detector.py: both
 * networks, tiles, and a second look; tests/vectors/auto_detection.json holds both to the same.
 */
import type { Picture } from "../picture";
import { type Candidate, distinct, isCut, merge } from "./candidates";
import { confirm } from "./close_up";
import type { Detector } from "./detector";
import type { Face, Point } from "./face";
import { resizePicture } from "./resize";
import { type Level, planTiles, type Tile } from "./tiles";

/** How a picture without faces is turned: photos lose the note on how the camera was held. */
const QUARTERS = [1, 3, 2];

/** A picture's pieces in the order in which they are looked at: the whole, then its tiles. */
export class Pieces {
  private readonly tiles: readonly (readonly [Level, Tile])[];
  private readonly shrunk = new Map<Level, Picture>();

  constructor(private readonly picture: Picture) {
    this.tiles = planTiles(picture.width, picture.height).flatMap((level) =>
      level.tiles.map((tile) => [level, tile] as const),
    );
  }

  get count(): number {
    return 1 + this.tiles.length;
  }

  /** What the full range network finds in a piece, in pixels of the picture. */
  async look(index: number, full: Detector): Promise<Candidate[]> {
    const { picture } = this;
    if (index === 0) return inWhole(await full.detect(picture));
    const [level, tile] = this.tiles[index - 1];
    const faces = await full.detect(this.shrink(level), tile);
    const [across, down] = [picture.width / level.width, picture.height / level.height];
    return faces.map((face) => ({
      face: moved(face, ([x, y]) => [(x + tile.x) * across, (y + tile.y) * down]),
      inWhole: false,
      cut: isCut(face, level, tile),
    }));
  }

  /** The picture at a level's size, made when it is first needed. */
  private shrink(level: Level): Picture {
    let shrunk = this.shrunk.get(level);
    if (!shrunk) {
      shrunk = resizePicture(this.picture, level.width, level.height, level.width < this.picture.width);
      this.shrunk.set(level, shrunk);
    }
    return shrunk;
  }
}

/** Both networks, ready to search pictures. */
export class FaceSearch {
  constructor(
    readonly short: Detector,
    readonly full: Detector,
  ) {}

  /** The faces in a picture, the surest first. */
  async search(picture: Picture): Promise<Face[]> {
    const pieces = new Pieces(picture);
    const candidates = await this.lookAtWhole(picture);
    for (let index = 0; index < pieces.count; index++) {
      candidates.push(...(await pieces.look(index, this.full)));
    }
    const faces = await this.confirmed(picture, candidates);
    return faces.length > 0 ? faces : this.searchTurned(picture);
  }

  /** What the short range network finds in the picture as a whole. */
  async lookAtWhole(picture: Picture): Promise<Candidate[]> {
    return inWhole(await this.short.detect(picture));
  }

  /** Those candidates that are faces, each once, the surest first. */
  async confirmed(picture: Picture, candidates: readonly Candidate[]): Promise<Face[]> {
    const faces: Face[] = [];
    for (const candidate of merge(candidates)) {
      const face = await confirm(picture, candidate, this.short);
      if (face) faces.push(face);
    }
    return distinct(faces);
  }

  private async searchTurned(picture: Picture): Promise<Face[]> {
    for (const quarters of QUARTERS) {
      const turned = turn(picture, quarters);
      const found = [...(await this.short.detect(turned)), ...(await this.full.detect(turned))];
      // In tiles' measure: three more looks are three more chances to be wrong.
      const candidates = found.map((face) => ({ face, inWhole: false, cut: false }));
      const faces = await this.confirmed(turned, candidates);
      if (faces.length > 0) return faces.map((face) => turnBack(face, quarters, picture));
    }
    return [];
  }
}

function inWhole(faces: readonly Face[]): Candidate[] {
  return faces.map((face) => ({ face, inWhole: true, cut: false }));
}

function moved(face: Face, move: (point: Point) => Point): Face {
  const [left, top] = move([face.left, face.top]);
  const [right, bottom] = move([face.right, face.bottom]);
  return { left, top, right, bottom, score: face.score, keypoints: face.keypoints.map(move) };
}

/** A picture turned counterclockwise by quarters, as numpy's rot90 does. */
export function turn(picture: Picture, quarters: number): Picture {
  const { width, height } = picture;
  const [newWidth, newHeight] = quarters === 2 ? [width, height] : [height, width];
  const from = new Uint32Array(picture.data.slice().buffer);
  const to = new Uint32Array(from.length);
  for (let y = 0, at = 0; y < newHeight; y++) {
    for (let x = 0; x < newWidth; x++, at++) {
      const [column, row] =
        quarters === 1 ? [width - 1 - y, x] : quarters === 2 ? [width - 1 - x, height - 1 - y] : [y, height - 1 - x];
      to[at] = from[row * width + column];
    }
  }
  return { width: newWidth, height: newHeight, data: new Uint8Array(to.buffer) };
}

/** A face found in a picture that was turned, in pixels of the picture as it was. */
function turnBack(face: Face, quarters: number, { width, height }: { width: number; height: number }): Face {
  const back = ([x, y]: Point): Point =>
    quarters === 1 ? [width - y, x] : quarters === 2 ? [width - x, height - y] : [y, height - x];
  const one = moved(face, back);
  const [left, right] = [Math.min(one.left, one.right), Math.max(one.left, one.right)];
  const [top, bottom] = [Math.min(one.top, one.bottom), Math.max(one.top, one.bottom)];
  return { ...one, left, right, top, bottom };
}
