import { describe, expect, it } from "vitest";
import { makeAnchors } from "../src/detection/anchors";
import { type Candidate, decode } from "../src/detection/decoding";
import { DETECTOR_MODELS, type DetectorName } from "../src/detection/detector_models";
import type { Point } from "../src/detection/face";
import { letterbox } from "../src/detection/letterbox";
import { suppressWeighted } from "../src/detection/suppression";
import { bytes, difference, type Encoded, isClose, picture, read } from "./vectors";

interface AnchorCase {
  file: string;
  input_size: number;
  strides: number[];
  anchors_per_stride: number;
  anchors: number[][];
}

interface Expected {
  points: number[][][];
  scores: number[];
}

const anchorCases = read<Record<DetectorName, AnchorCase>>("anchors");

function expectSame(found: readonly Candidate[], expected: Expected): void {
  expect(isClose(found.map(({ points }) => points), expected.points, 1e-4)).toBe(true);
  expect(isClose(found.map(({ score }) => score), expected.scores, 1e-4)).toBe(true);
}

describe.each(Object.entries(anchorCases))("%s range", (name, expected) => {
  it("has Python's settings and anchors", () => {
    const { file, inputSize, strides, anchorsPerStride } = DETECTOR_MODELS[name as DetectorName];
    expect([file, inputSize, strides, anchorsPerStride]).toEqual([
      expected.file,
      expected.input_size,
      expected.strides,
      expected.anchors_per_stride,
    ]);
    const anchors = makeAnchors(inputSize, strides, anchorsPerStride);
    expect(difference(anchors, expected.anchors.flat())).toBeLessThan(1e-6);
  });
});

interface DecodingCase {
  model: DetectorName;
  min_score: number;
  rows: number[];
  regressors: number[][];
  logits: number[];
  expected: Expected;
}

it.each(read<DecodingCase[]>("decoding"))("decodes $model range", (one) => {
  const { inputSize, strides, anchorsPerStride } = DETECTOR_MODELS[one.model];
  const anchors = makeAnchors(inputSize, strides, anchorsPerStride);
  const regressors = new Float32Array((anchors.length / 2) * 16);
  const logits = new Float32Array(anchors.length / 2).fill(-100);
  one.rows.forEach((row, index) => {
    regressors.set(one.regressors[index], 16 * row);
    logits[row] = one.logits[index];
  });
  expectSame(decode(regressors, logits, anchors, inputSize, one.min_score), one.expected);
});

interface SuppressionCase {
  max_overlap: number;
  points: Point[][];
  scores: number[];
  expected: Expected;
}

it.each(read<SuppressionCase[]>("suppression"))("merges boxes", (one) => {
  const candidates = one.points.map((points, index) => ({ points, score: one.scores[index] }));
  expectSame(suppressWeighted(candidates, one.max_overlap), one.expected);
});

interface LetterboxCase {
  picture: Encoded;
  size: number;
  expected: Encoded;
  points: Point[];
  expected_points_in_picture: number[][];
}

it.each(read<LetterboxCase[]>("letterbox"))("fits $picture.width x $picture.height", (one) => {
  const boxed = letterbox(picture(one.picture), one.size);
  expect(difference(boxed.pixels, bytes(one.expected))).toBeLessThanOrEqual(1);
  const back = one.points.map(boxed.toPicture);
  expect(isClose(back, one.expected_points_in_picture, 1e-4)).toBe(true);
});
