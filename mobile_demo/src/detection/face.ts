export type Point = readonly [x: number, y: number];

/** A face in a picture: pixels of it, continuous, the first pixel covers 0 to 1; y points down. */
export interface Face {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  /** 0 to 1. */
  readonly score: number;
  /** Left eye, right eye, nose, mouth, left ear, right ear, as seen in the picture. */
  readonly keypoints: readonly Point[];
}

export function centreOf(face: Face): Point {
  return [(face.left + face.right) / 2, (face.top + face.bottom) / 2];
}

/** The longer side of the box. */
export function sizeOf(face: Face): number {
  return Math.max(face.right - face.left, face.bottom - face.top);
}

/** Of the line from the first eye to the second, in radians, clockwise as seen. */
export function rollOf({ keypoints: [[leftX, leftY], [rightX, rightY]] }: Face): number {
  return Math.atan2(rightY - leftY, rightX - leftX);
}

/** Whether the head lies on its side or is upside down: turned by more than 45 degrees. */
export function isLying(face: Face): boolean {
  return Math.abs(rollOf(face)) > Math.PI / 4;
}
