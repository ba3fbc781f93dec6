import type { Picture } from "../picture";
import { Network } from "../runtime/network";
import { makeAnchors } from "./anchors";
import { decode } from "./decoding";
import { DETECTOR_MODELS, type DetectorName } from "./detector_models";
import type { Face } from "./face";
import { letterbox } from "./letterbox";
import { suppressWeighted } from "./suppression";

/** MediaPipe's. */
const MIN_SCORE = 0.5;
const MAX_OVERLAP = 0.3;

/** BlazeFace, ready to run. */
export class Detector {
  private readonly anchors: Float32Array;
  private readonly input: Float32Array;

  private constructor(
    readonly name: DetectorName,
    private readonly network: Network,
  ) {
    const { inputSize, strides, anchorsPerStride } = DETECTOR_MODELS[name];
    this.anchors = makeAnchors(inputSize, strides, anchorsPerStride);
    this.input = new Float32Array(inputSize * inputSize * 3);
  }

  /** @param models where the files lie. */
  static async load(name: DetectorName, models: URL): Promise<Detector> {
    return new Detector(name, await Network.load(new URL(DETECTOR_MODELS[name].file, models)));
  }

  /** The faces in a picture, the surest first. */
  async detect(picture: Picture): Promise<Face[]> {
    const { inputSize } = DETECTOR_MODELS[this.name];
    const boxed = letterbox(picture, inputSize);
    for (let index = 0; index < this.input.length; index++) {
      this.input[index] = (boxed.pixels[index] * 2) / 255 - 1;
    }
    const outputs = await this.network.run(this.input);
    const [logits, regressors] = [...outputs].sort((a, b) => a.length - b.length);
    const found = decode(regressors, logits, this.anchors, inputSize, MIN_SCORE);
    return suppressWeighted(found, MAX_OVERLAP).map(({ points, score }) => {
      const [[left, top], [right, bottom], ...keypoints] = points.map(boxed.toPicture);
      return { left, top, right, bottom, score, keypoints };
    });
  }

  delete(): void {
    this.network.delete();
  }
}
