import type { Picture } from "../picture";
import { Network } from "../runtime/network";
import { Detector } from "./detector";
import { DETECTOR_MODELS, type DetectorChoice, type DetectorName } from "./detector_models";
import type { Face } from "./face";
import { FilmSearch } from "./film_search";
import { FaceSearch } from "./search";

/** Finds the faces of a picture by one network, or by both. */
export class FaceFinder {
  private readonly detectors = new Map<DetectorName, Promise<Detector>>();
  private look: (picture: Picture, time: number) => Promise<Face[]> = async () => [];
  /** Whose boxes are given: `auto`'s are the short range's. */
  range: DetectorName = "short";

  /** @param models where the networks' files lie. */
  constructor(private readonly models: URL) {}

  /** Load what the choice needs, and forget all faces. */
  async begin(choice: DetectorChoice, way: "moving" | "photo"): Promise<void> {
    this.range = choice === "full" ? "full" : "short";
    if (choice === "auto") {
      const search = new FaceSearch(await this.load("short"), await this.load("full"));
      const film = new FilmSearch(search);
      this.look = (picture, time) =>
        way === "photo" ? search.search(picture) : film.detect(picture, time);
    } else {
      const detector = await this.load(choice);
      this.look = (picture) => detector.detect(picture);
    }
  }

  /** The faces in a picture, the surest first. */
  async find(picture: Picture, time: number): Promise<Face[]> {
    return this.look(picture, time);
  }

  private load(name: DetectorName): Promise<Detector> {
    let detector = this.detectors.get(name);
    if (!detector) {
      const url = new URL(DETECTOR_MODELS[name].file, this.models);
      detector = Network.load(url).then((network) => new Detector(name, network));
      this.detectors.set(name, detector);
      detector.catch(() => this.detectors.delete(name)); // without a network for a moment: again
    }
    return detector;
  }
}
