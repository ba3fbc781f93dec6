import { type Face, isLying } from "../detection/face";
import type { FaceFinder } from "../detection/face_finder";
import { cutFace } from "../faces/crop";
import { FRAMINGS, frameFace } from "../faces/framing";
import type { Picture } from "../picture";
import type { Classifier } from "../runtime/classifier";
import { seeLooks } from "./appearance";
import { Decider, type Decision, type DecisionRule } from "./decision";
import type { Timings } from "./timings";
import { Tracker } from "./tracker";

/** A face in a frame. */
export interface Seen {
  /** The face's own, the same from frame to frame. */
  readonly number: number;
  readonly face: Face;
  /** Of this frame alone. */
  readonly probabilities: readonly number[];
  /** Of the frames so far. */
  readonly decision: Decision;
}

/** Looks at frame after frame: who is there, and what does each show? */
export class Watcher {
  private tracker = new Tracker();
  private deciders = new Map<number, Decider>();

  constructor(
    private readonly finder: FaceFinder,
    private readonly classifier: Classifier,
    private readonly rule: DecisionRule,
    private readonly upright: boolean,
  ) {}

  /** The faces in the next frame, in the order of their numbers. `time` is in seconds. */
  async look(picture: Picture, time: number, timings: Timings): Promise<Seen[]> {
    const faces = await timings.time("detection", () => this.finder.find(picture, time));
    const framing = FRAMINGS[this.finder.range];
    const cuts = await timings.time("crop", () =>
      faces.map((face) => cutFace(picture, frameFace(face, framing, this.upright || isLying(face)))),
    );
    const answers = await timings.time("classification", async () => {
      const rows: number[][] = [];
      for (const cut of cuts) rows.push(await this.classifier.classify(cut));
      return rows;
    });
    const numbers = this.tracker.update(faces, time, seeLooks(picture, faces));
    const known = this.deciders;
    this.deciders = new Map(
      this.tracker.numbers.map((number) => [number, known.get(number) ?? new Decider(this.rule)]),
    );
    const seen = faces.map((face, index) => ({
      number: numbers[index],
      face,
      probabilities: answers[index],
      decision: this.deciders.get(numbers[index])!.update(answers[index]),
    }));
    return seen.sort((a, b) => a.number - b.number);
  }

  /** Of the faces that are followed, hidden ones among them. */
  get numbers(): number[] {
    return this.tracker.numbers;
  }
}
