import { expect, it } from "vitest";
import type { DetectorName } from "../src/detection/detector_models";
import type { Face } from "../src/detection/face";
import { cutFace, cutGrey, type Square } from "../src/faces/crop";
import { FRAMINGS, frameFace } from "../src/faces/framing";
import { toGrey } from "../src/faces/grey";
import { bytes, difference, type Encoded, picture, read } from "./vectors";

interface FramingCase {
  detector: DetectorName;
  scale: number;
  rise: number;
  face: Face;
  upright: boolean;
  expected: Square;
}

it.each(read<FramingCase[]>("framing"))("frames ($detector, upright $upright)", (one) => {
  expect(FRAMINGS[one.detector]).toEqual({ scale: one.scale, rise: one.rise });
  const square = frameFace(one.face, FRAMINGS[one.detector], one.upright);
  for (const key of ["x", "y", "side", "angle"] as const) {
    expect(square[key]).toBeCloseTo(one.expected[key], 6);
  }
});

interface CropCase {
  picture: Encoded;
  square: Square;
  expected_grey: Encoded;
  expected: Encoded;
}

it.each(read<CropCase[]>("crop"))("cuts $square", (one) => {
  const grey = toGrey(picture(one.picture));
  expect(difference(grey.data, bytes(one.expected_grey))).toBe(0);
  expect(difference(cutGrey(grey, one.square), bytes(one.expected))).toBeLessThanOrEqual(1);
  // Of the part around the square the very same.
  expect(cutFace(picture(one.picture), one.square)).toEqual(cutGrey(grey, one.square));
});
