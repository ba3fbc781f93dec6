import type { DetectorName } from "../detection/detector_models";
import { centreOf, type Face, rollOf, sizeOf } from "../detection/face";
import type { Square } from "./crop";

/** How a square lies on a detector's box, in sides of the box. */
export interface Framing {
  readonly scale: number;
  /** How far the square's centre lies above the box's. */
  readonly rise: number;
}

/** Measured for each detector, see results/crop/. */
export const FRAMINGS: Record<DetectorName, Framing> = {
  short: { scale: 1.17, rise: 0.09 },
  full: { scale: 1.13, rise: 0.04 },
};

/** The square to cut out; `upright` turns it with the line between the eyes. */
export function frameFace(face: Face, framing: Framing, upright: boolean): Square {
  const [x, y] = centreOf(face);
  const side = sizeOf(face);
  const angle = upright ? rollOf(face) : 0;
  const rise = framing.rise * side;
  return {
    x: x + rise * Math.sin(angle),
    y: y - rise * Math.cos(angle),
    side: framing.scale * side,
    angle,
  };
}
