import { readFileSync } from "node:fs";
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import type { Picture } from "../src/picture";

/** As tests/vectors/README.md describes. */
export interface Encoded {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly zlib_base64: string;
}

export function read<T>(name: string): T {
  const path = join(import.meta.dirname, "../../tests/vectors", `${name}.json`);
  return JSON.parse(readFileSync(path, "utf8")) as T;
}

export function bytes(encoded: Encoded): Uint8Array {
  return inflateSync(Buffer.from(encoded.zlib_base64, "base64"));
}

/** As a canvas would give it. */
export function picture(encoded: Encoded): Picture {
  const rgb = bytes(encoded);
  const data = new Uint8Array(encoded.width * encoded.height * 4).fill(255);
  for (let pixel = 0; pixel < encoded.width * encoded.height; pixel++) {
    data.set(rgb.subarray(3 * pixel, 3 * pixel + 3), 4 * pixel);
  }
  return { width: encoded.width, height: encoded.height, data };
}

/** Largest difference of two lists of bytes of one length. */
export function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  let largest = 0;
  for (let index = 0; index < a.length; index++) {
    largest = Math.max(largest, Math.abs(a[index] - b[index]));
  }
  return largest;
}

/** Whether two nested lists of numbers differ by at most `tolerance` anywhere. */
export function isClose(a: unknown, b: unknown, tolerance: number): boolean {
  if (typeof a === "number" && typeof b === "number") return Math.abs(a - b) <= tolerance;
  if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
  return a.every((value, index) => isClose(value, b[index], tolerance));
}
