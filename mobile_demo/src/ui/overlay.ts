import type { Seen } from "../live/watcher";
import { labelColour } from "./colours";

/** What a face's box says: "happy 93 %" (its probability), or "unsure". */
export function titleOf({ decision }: Seen, labels: readonly string[]): string {
  if (decision.label === null) return "unsure";
  return `${labels[decision.label]} ${Math.round(100 * decision.probability)} %`;
}

/**
 * Draw a box and a title for every face.
 *
 * @param mirrored whether the picture is shown left to right reversed (front cameras); text is not.
 * @param chosen number of the face whose bars are shown; its box is thicker.
 */
export function drawFaces(
  canvas: HTMLCanvasElement,
  seen: readonly Seen[],
  labels: readonly string[],
  mirrored: boolean,
  chosen: number | null,
): void {
  const context = canvas.getContext("2d")!;
  context.clearRect(0, 0, canvas.width, canvas.height);
  // Drawn in the picture's pixels, which the page scales: keep lines and letters of one size there.
  const unit = Math.max(1, Math.max(canvas.width, canvas.height) / 400);
  context.font = `600 ${15 * unit}px system-ui, sans-serif`;
  context.textBaseline = "middle";
  for (const one of seen) {
    const { face, decision } = one;
    const colour = labelColour(decision.label);
    const width = face.right - face.left;
    const left = mirrored ? canvas.width - face.right : face.left;
    context.lineWidth = (one.number === chosen ? 3.5 : 2) * unit;
    context.strokeStyle = colour;
    context.beginPath();
    context.roundRect(left, face.top, width, face.bottom - face.top, 8 * unit);
    context.stroke();

    const title = titleOf(one, labels);
    const [tagWidth, tagHeight] = [context.measureText(title).width + 14 * unit, 24 * unit];
    const x = Math.min(Math.max(left, 0), Math.max(canvas.width - tagWidth, 0));
    const y = face.top > tagHeight ? face.top - tagHeight - 3 * unit : face.bottom + 3 * unit;
    const place = Math.min(Math.max(y, 0), canvas.height - tagHeight);
    context.fillStyle = colour;
    context.beginPath();
    context.roundRect(x, place, tagWidth, tagHeight, 6 * unit);
    context.fill();
    context.fillStyle = "#14171c";
    context.fillText(title, x + 7 * unit, place + tagHeight / 2);
  }
}
