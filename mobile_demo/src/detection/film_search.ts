/** Faces in the frames of a film, of any size, see fer_keras/detection/film_view.py. */
import type { Picture } from "../picture";
import { type Candidate, distinct, isSame } from "./candidates";
import { lookAgain } from "./close_up";
import { type Face, sizeOf } from "./face";
import { type FaceSearch, Pieces } from "./search";

/** Seconds of film in which everything has been looked at once. */
const FULL_LOOK_EVERY_S = 1;
/** A box of so much of the picture's longer side is as large in the whole as in a close-up. */
const AS_GOOD_AS_CLOSE = 0.25;
/** Seconds for which a face that isn't seen is looked for at its last place. */
const HOLD_S = 0.5;

/**
 * Looks at frame after frame: at the whole by the short range network, at the known faces close up;
 * the full range network and the tiles take their turn.
 */
export class FilmSearch {
  private known: { face: Face; seen: number }[] = [];
  private shape = "";
  private time = 0;
  private due = 0;
  private next = 0;

  constructor(private readonly search: FaceSearch) {}

  /** The faces in the next frame, the surest first. `time` in seconds; it does not go back. */
  async detect(picture: Picture, time: number): Promise<Face[]> {
    const shape = `${picture.width}x${picture.height}`;
    if (shape !== this.shape || time < this.time) {
      [this.shape, this.known, this.due, this.next] = [shape, [], Infinity, 0];
    } else {
      this.due += (time - this.time) / FULL_LOOK_EVERY_S;
    }
    this.time = time;
    const candidates = await this.search.lookAtWhole(picture);
    const faces = await this.follow(picture, candidates);
    if (this.known.length > 0 && faces.length === 0) this.due = Infinity;
    candidates.push(...(await this.lookInTurn(picture)));
    const fresh = candidates.filter((one) => !faces.some((face) => isSame(one.face, face)));
    const found = distinct([...faces, ...(await this.search.confirmed(picture, fresh))]);
    this.remember(found, time);
    return found;
  }

  /** The known faces in this frame: large ones as found in the whole, others close up. */
  private async follow(picture: Picture, whole: readonly Candidate[]): Promise<Face[]> {
    const large = AS_GOOD_AS_CLOSE * Math.max(picture.width, picture.height);
    const found: Face[] = [];
    for (const { face: known } of this.known) {
      const seen = whole.find((one) => isSame(one.face, known))?.face;
      const face =
        seen && sizeOf(seen) >= large ? seen : await lookAgain(picture, seen ?? known, this.search.short);
      if (face) found.push(face);
    }
    return distinct(found);
  }

  /** Those that were seen, and for a while the last places of those that were not. */
  private remember(faces: readonly Face[], time: number): void {
    const hidden = this.known.filter(
      ({ face, seen }) => time - seen <= HOLD_S && !faces.some((one) => isSame(face, one)),
    );
    this.known = [...faces.map((face) => ({ face, seen: time })), ...hidden];
  }

  /** What the full range finds in the pieces whose turn it is. */
  private async lookInTurn(picture: Picture): Promise<Candidate[]> {
    const pieces = new Pieces(picture);
    const all = this.due >= 1;
    const count = all ? pieces.count : Math.floor(this.due * pieces.count + 1e-9);
    this.due = all ? 0 : this.due - count / pieces.count;
    const found: Candidate[] = [];
    for (let step = 0; step < count; step++) {
      found.push(...(await pieces.look((this.next + step) % pieces.count, this.search.full)));
    }
    this.next = (this.next + count) % pieces.count;
    return found;
  }
}
