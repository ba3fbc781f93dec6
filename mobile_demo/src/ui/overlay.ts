import type { Face } from "../detection/face";
import type { Seen } from "../live/watcher";
import { say } from "../words/words";
import { labelColour } from "./colours";

/** More pixels than this on a point of the screen are not seen, and cost time. */
const MOST_PIXELS_A_POINT = 2;

/** A title that is wider than so many boxes is the emotion alone: in a crowd, room is scarce. */
const WIDEST = 2;

/** What a face's box says: "happy 93 %", or "unsure". */
function titleOf(one: Seen, labels: readonly string[]): string {
  const { label, probability } = one.decision;
  return label === null ? nameOf(one, labels) : `${nameOf(one, labels)} ${Math.round(100 * probability)} %`;
}

/** Without the probability. */
export function nameOf({ decision }: Seen, labels: readonly string[]): string {
  return decision.label === null ? say("unsure") : labels[decision.label];
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Where the picture lies on the canvas that it is fitted into, in points of the screen. */
export interface Fit {
  readonly scale: number;
  readonly left: number;
  readonly top: number;
}

export function fit(width: number, height: number, area: { width: number; height: number }): Fit {
  const scale = Math.min(area.width / width, area.height / height);
  return { scale, left: (area.width - width * scale) / 2, top: (area.height - height * scale) / 2 };
}

/** Draws a box and a title for every face over the picture. */
export class Overlay {
  private readonly context: CanvasRenderingContext2D;
  private area = { width: 0, height: 0 };

  /** @param onResize called when the canvas has another size on the screen: draw again. */
  constructor(
    private readonly canvas: HTMLCanvasElement,
    onResize: () => void,
  ) {
    this.context = canvas.getContext("2d")!;
    new ResizeObserver(([{ contentRect }]) => {
      this.area = { width: contentRect.width, height: contentRect.height };
      onResize();
    }).observe(canvas);
  }

  clear(): void {
    this.context.resetTransform();
    this.context.clearRect(0, 0, this.canvas.width, this.canvas.height);
  }

  /**
   * @param mirrored whether the picture is shown left to right reversed (front cameras); text is not.
   * @param chosen number of the face whose bars are shown; its box is thicker.
   */
  draw(
    picture: { width: number; height: number },
    seen: readonly Seen[],
    labels: readonly string[],
    mirrored: boolean,
    chosen: number | null,
  ): void {
    const { context } = this;
    this.resize();
    this.clear();
    const pixels = this.canvas.width / Math.max(this.area.width, 1);
    context.setTransform(pixels, 0, 0, pixels, 0, 0);
    const place = fit(picture.width, picture.height, this.area);
    const boxes = seen.map(({ face }) => toScreen(face, picture.width, place, mirrored));
    const titles = seen.map((one) => titleOf(one, labels));
    const names = seen.map((one) => nameOf(one, labels));
    const letters = this.setLetters(letterSize(boxes), names);
    const room = seen.length > 1 ? WIDEST * middleWidth(boxes) : this.area.width - letters;
    const short = titles.some((title) => context.measureText(title).width > room);
    const taken = [...boxes];
    seen.forEach((one, index) => {
      const box = boxes[index];
      context.lineWidth = one.number === chosen ? 4 : 2;
      context.strokeStyle = labelColour(one.decision.label);
      context.beginPath();
      context.roundRect(box.left, box.top, box.right - box.left, box.bottom - box.top, 8);
      context.stroke();
    });
    seen.forEach((one, index) => {
      const title = short ? names[index] : titles[index];
      const width = context.measureText(title).width + letters;
      const tag = placeTag(boxes[index], width, 1.6 * letters, taken, index, this.area);
      taken.push(tag);
      context.fillStyle = labelColour(one.decision.label);
      context.beginPath();
      context.roundRect(tag.left, tag.top, width, 1.6 * letters, 6);
      context.fill();
      context.fillStyle = one.decision.label === 7 ? "#ffffff" : "#14171c";
      context.fillText(title, tag.left + letters / 2, tag.top + 0.8 * letters);
    });
  }

  /** The face at a point of the screen: the nearest whose box, made half as large again, holds it. */
  faceAt(
    x: number,
    y: number,
    picture: { width: number; height: number },
    seen: readonly Seen[],
    mirrored: boolean,
  ): Seen | null {
    const place = fit(picture.width, picture.height, this.area);
    let [best, nearest]: [Seen | null, number] = [null, Infinity];
    for (const one of seen) {
      const box = toScreen(one.face, picture.width, place, mirrored);
      const [midX, midY] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
      const far = Math.max(Math.abs(x - midX), Math.abs(y - midY));
      const reach = Math.max(0.75 * Math.max(box.right - box.left, box.bottom - box.top), 24);
      if (far <= reach && far < nearest) [best, nearest] = [one, far];
    }
    return best;
  }

  /** Letters in which the longest name is no wider than the screen: at most of a size, in points. */
  private setLetters(most: number, names: readonly string[]): number {
    const { context } = this;
    const set = (size: number) => (context.font = `600 ${size}px system-ui, sans-serif`);
    context.textBaseline = "middle";
    set(most);
    const widest = most + Math.max(0, ...names.map((name) => context.measureText(name).width));
    const letters = most * Math.min(1, Math.max(this.area.width, 1) / widest);
    set(letters);
    return letters;
  }

  private resize(): void {
    const pixels = Math.min(devicePixelRatio, MOST_PIXELS_A_POINT);
    const [width, height] = [this.area.width, this.area.height].map((side) => Math.round(side * pixels));
    if (this.canvas.width !== width || this.canvas.height !== height) {
      this.canvas.width = width;
      this.canvas.height = height;
    }
  }
}

function toScreen(face: Face, pictureWidth: number, { scale, left, top }: Fit, mirrored: boolean): Box {
  const [from, to] = mirrored ? [pictureWidth - face.right, pictureWidth - face.left] : [face.left, face.right];
  return {
    left: left + from * scale,
    top: top + face.top * scale,
    right: left + to * scale,
    bottom: top + face.bottom * scale,
  };
}

/** Of the letters, in points: as people have set them, smaller where many small faces need room. */
function letterSize(boxes: readonly Box[]): number {
  const usual = 0.9 * parseFloat(getComputedStyle(document.documentElement).fontSize);
  if (boxes.length < 2) return usual;
  return Math.min(usual, Math.max(0.7 * usual, middleWidth(boxes) / 5));
}

/** Half of the boxes are wider. */
function middleWidth(boxes: readonly Box[]): number {
  const widths = boxes.map(({ left, right }) => right - left).sort((a, b) => a - b);
  return widths[Math.floor(widths.length / 2)];
}

/**
 * Where a title covers no face and no other title, or the least of them: above its face, below,
 * beside, moved to either side; always on the screen.
 */
export function placeTag(
  box: Box,
  width: number,
  height: number,
  taken: readonly Box[],
  own: number,
  area: { width: number; height: number },
): Box {
  const gap = 3;
  const [above, below] = [box.top - height - gap, box.bottom + gap];
  const middle = (box.top + box.bottom - height) / 2;
  const places: [number, number][] = [
    [box.left, above],
    [box.left, below],
    [box.right - width, above],
    [box.right - width, below],
    [box.right + gap, middle],
    [box.left - width - gap, middle],
    [box.left, above - height],
    [box.left, below + height],
  ];
  let [best, least]: [Box | null, number] = [null, Infinity];
  places.forEach(([x, y], order) => {
    const left = Math.min(Math.max(x, 0), Math.max(area.width - width, 0));
    const top = Math.min(Math.max(y, 0), Math.max(area.height - height, 0));
    const tag = { left, top, right: left + width, bottom: top + height };
    // Its own face it may cover rather than another's, or another title.
    const covered = taken.reduce(
      (sum, other, index) => sum + (index === own ? 1 : 4) * shared(tag, other),
      0,
    );
    const cost = covered + order; // of equal places the first
    if (cost < least) [best, least] = [tag, cost];
  });
  return best!;
}

function shared(a: Box, b: Box): number {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  return Math.max(width, 0) * Math.max(height, 0);
}
