import { say } from "../words/words";
import type { Kind } from "./panel";
import { field } from "./settings";

export const buttons = {
  start: field<HTMLButtonElement>("start"),
  choose: field<HTMLButtonElement>("choose"),
  pause: field<HTMLButtonElement>("pause"),
  flip: field<HTMLButtonElement>("flip"),
  photo: field<HTMLButtonElement>("photo"),
  stop: field<HTMLButtonElement>("stop"),
  save: field<HTMLButtonElement>("save"),
};

/** Say what went wrong, above the picture. */
export function problem(error: unknown): void {
  const box = field("problem");
  box.textContent = error instanceof Error ? error.message : String(error);
  box.hidden = false;
}

/** The way to the other camera; from a photo or a film, the way back to the camera. */
export function offerOtherCamera(kind: Kind | null): void {
  const leaves = kind === "photo" || kind === "film";
  buttons.flip.disabled = kind === null;
  buttons.flip.querySelector("span")!.textContent = say(leaves ? "camera" : "flip");
  buttons.flip.ariaLabel = say(leaves ? "cameraLong" : "flipLong");
}
