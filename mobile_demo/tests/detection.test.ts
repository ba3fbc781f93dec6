import { describe, expect, it } from "vitest";
import { makeAnchors } from "../src/detection/anchors";
import { isCut, merge } from "../src/detection/candidates";
import { closeUp } from "../src/detection/close_up";
import { type Candidate, decode } from "../src/detection/decoding";
import { DETECTOR_MODELS, type DetectorName } from "../src/detection/detector_models";
import type { Face, Point } from "../src/detection/face";
import { letterbox } from "../src/detection/letterbox";
import { suppressWeighted } from "../src/detection/suppression";
import { planTiles, smallestFace } from "../src/detection/tiles";
import { turn } from "../src/detection/search";
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

interface TilesCase {
  width: number;
  height: number;
  smallest_face: number;
  levels: { width: number; height: number; tiles: number[][] }[];
}

it.each(read<TilesCase[]>("tiles"))("covers $width x $height with tiles", (one) => {
  expect(smallestFace(one.width, one.height)).toBe(one.smallest_face);
  const levels = planTiles(one.width, one.height).map(({ width, height, tiles }) => ({
    width,
    height,
    tiles: tiles.map((tile) => [tile.x, tile.y, tile.width, tile.height]),
  }));
  expect(levels).toEqual(one.levels);
});

type Box = [left: number, top: number, right: number, bottom: number];

interface CandidateJson {
  box: Box;
  score: number;
  in_whole: boolean;
  cut: boolean;
}

interface MergingCases {
  picture: { width: number; height: number };
  cut: { tile: number; box: Box; expected: boolean }[];
  merge: { candidates: CandidateJson[]; expected: CandidateJson[] }[];
}

const faceOf = ([left, top, right, bottom]: Box, score = 0.9): Face => ({
  left,
  top,
  right,
  bottom,
  score,
  keypoints: [],
});

describe("merging", () => {
  const cases = read<MergingCases>("merging");
  const [level] = planTiles(cases.picture.width, cases.picture.height);

  it.each(cases.cut)("sees what a tile cuts: $tile, $box", ({ tile, box, expected }) => {
    expect(isCut(faceOf(box), level, level.tiles[tile])).toBe(expected);
  });

  it.each(cases.merge)("makes one candidate a face", ({ candidates, expected }) => {
    const merged = merge(
      candidates.map((one) => ({ face: faceOf(one.box, one.score), inWhole: one.in_whole, cut: one.cut })),
    );
    expect(
      merged.map(({ face, inWhole, cut }) => ({
        box: [face.left, face.top, face.right, face.bottom],
        score: face.score,
        in_whole: inWhole,
        cut,
      })),
    ).toEqual(expected);
  });
});

interface CloseUpCases {
  picture: Encoded;
  cases: {
    box: Box;
    size: number;
    points: Point[];
    expected: Encoded | null;
    expected_points_in_picture: number[][] | null;
  }[];
}

describe.each(read<CloseUpCases[]>("close_ups"))("close-ups", ({ picture: encoded, cases }) => {
  it.each(cases)("looks at $box", (one) => {
    const boxed = closeUp(picture(encoded), faceOf(one.box), one.size);
    if (one.expected === null) {
      expect(boxed).toBeNull();
      return;
    }
    expect(difference(boxed!.pixels, bytes(one.expected))).toBeLessThanOrEqual(1);
    expect(isClose(one.points.map(boxed!.toPicture), one.expected_points_in_picture, 1e-4)).toBe(true);
  });
});

it("turns a picture as numpy's rot90 does", () => {
  const data = new Uint8Array([1, 2, 3, 4, 5, 6].flatMap((value) => [value, value, value, 255]));
  const rows = (quarters: number) => {
    const turned = turn({ width: 3, height: 2, data }, quarters);
    return [turned.width, ...Array.from(turned.data).filter((_, index) => index % 4 === 0)];
  };
  expect(rows(1)).toEqual([2, 3, 6, 2, 5, 1, 4]);
  expect(rows(2)).toEqual([3, 6, 5, 4, 3, 2, 1]);
  expect(rows(3)).toEqual([2, 4, 1, 5, 2, 6, 3]);
});
