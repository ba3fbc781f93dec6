import type { Picture } from "../picture";
import { Detector } from "./detector";
import type { DetectorChoice, DetectorName } from "./detector_models";
import type { Face } from "./face";

/** A face, and the detector that found it: each frames faces in its own way. */
export interface Found {
  readonly face: Face;
  readonly range: DetectorName;
}

/** Finds the faces of a picture by one detector or by both. */
export class FaceFinder {
  private readonly detectors = new Map<DetectorName, Detector>();
  private choice: DetectorChoice = "short";

  /** @param models where the detectors' files lie. */
  constructor(private readonly models: URL) {}

  /** Load what the choice needs. */
  async begin(choice: DetectorChoice, _way: "moving" | "photo"): Promise<void> {
    this.choice = choice;
    for (const range of choice === "auto" ? (["short", "full"] as const) : [choice]) {
      if (!this.detectors.has(range)) this.detectors.set(range, await Detector.load(range, this.models));
    }
  }

  async find(picture: Picture): Promise<Found[]> {
    const range = this.choice === "auto" ? "short" : this.choice;
    const faces = await this.detectors.get(range)!.detect(picture);
    return faces.map((face) => ({ face, range }));
  }
}
