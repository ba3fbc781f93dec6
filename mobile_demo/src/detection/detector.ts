import type { Picture } from "../picture";
import type { Network } from "../runtime/network";
import { makeAnchors } from "./anchors";
import { decode } from "./decoding";
import { DETECTOR_MODELS, type DetectorName } from "./detector_models";
import type { Face, Point } from "./face";
import { type Letterbox, letterbox } from "./letterbox";
import type { Part } from "./resize";
import { suppressWeighted } from "./suppression";

/** MediaPipe's. */
const MIN_SCORE = 0.5;
const MAX_OVERLAP = 0.3;
/** The order of corners and key points in a mirrored face: eyes and ears change places. */
const MIRRORED = [0, 1, 3, 2, 4, 5, 7, 6];

/** One of BlazeFace's two networks, ready to run. */
export class Detector {
  readonly inputSize: number;
  private readonly anchors: Float32Array;
  private readonly input: Float32Array;

  constructor(
    name: DetectorName,
    private readonly network: Pick<Network, "run">,
  ) {
    const { inputSize, strides, anchorsPerStride } = DETECTOR_MODELS[name];
    this.inputSize = inputSize;
    this.anchors = makeAnchors(inputSize, strides, anchorsPerStride);
    this.input = new Float32Array(inputSize * inputSize * 3);
  }

  /** The faces in a picture, or in a part of it and in pixels of the part; the surest first. */
  async detect(picture: Picture, part?: Part): Promise<Face[]> {
    return this.detectIn(letterbox(picture, this.inputSize, part));
  }

  /**
   * The faces in a square of the network's size, in pixels of the picture behind it.
   *
   * @param mirrored look at its mirror image instead; the faces are mirrored back.
   */
  async detectIn({ size, pixels, toPicture }: Letterbox, mirrored = false): Promise<Face[]> {
    const { input } = this;
    if (mirrored) {
      for (let pixel = 0; pixel < size * size; pixel++) {
        const column = pixel % size;
        const from = 3 * (pixel + size - 1 - 2 * column);
        for (let colour = 0; colour < 3; colour++) {
          input[3 * pixel + colour] = (pixels[from + colour] * 2) / 255 - 1;
        }
      }
    } else {
      for (let index = 0; index < input.length; index++) input[index] = (pixels[index] * 2) / 255 - 1;
    }
    const outputs = await this.network.run(input);
    const [logits, regressors] = [...outputs].sort((a, b) => a.length - b.length);
    const found = decode(regressors as Float32Array, logits as Float32Array, this.anchors, size, MIN_SCORE);
    return suppressWeighted(found, MAX_OVERLAP).map(({ points, score }) => {
      const placed = (mirrored ? mirrorBack(points) : points).map(toPicture);
      const [[left, top], [right, bottom], ...keypoints] = placed;
      return { left, top, right, bottom, score, keypoints };
    });
  }
}

function mirrorBack(points: readonly Point[]): Point[] {
  const turned = MIRRORED.map((index): Point => [1 - points[index][0], points[index][1]]);
  const [[right, top], [left, bottom], ...rest] = turned;
  return [[left, top], [right, bottom], ...rest];
}
