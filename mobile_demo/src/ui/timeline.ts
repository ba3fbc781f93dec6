import { labelColour } from "./colours";

/** What was said of a face at a time. */
export interface Moment {
  readonly time: number;
  readonly label: number | null;
  readonly probabilities: readonly number[];
}

/** Seconds without a face after which the line is broken; on slow devices so many frames. */
const GAP = 1;
const GAP_FRAMES = 3;
/** Of the canvas' height: the strip that has the decision's colour. */
const STRIP = 0.16;

/** Emotions over time: their probabilities one upon the other, and what was decided below. */
export class Timeline {
  private readonly context: CanvasRenderingContext2D;
  private width = 0;
  private height = 0;

  constructor(private readonly canvas: HTMLCanvasElement) {
    this.context = canvas.getContext("2d")!;
    new ResizeObserver(([{ contentRect }]) => {
      this.width = contentRect.width;
      this.height = contentRect.height;
    }).observe(canvas);
  }

  /** @param now where to mark the time that is shown, or null. */
  draw(moments: readonly Moment[], start: number, end: number, now: number | null = null): void {
    const { context, canvas } = this;
    const pixels = Math.min(devicePixelRatio, 2);
    const [width, height] = [this.width * pixels, this.height * pixels].map(Math.round);
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    context.clearRect(0, 0, width, height);
    const x = (time: number) => ((time - start) / Math.max(end - start, 1e-6)) * width;
    const chart = height * (1 - STRIP) - 2 * pixels;
    const usual = usualStep(moments);
    const gap = Math.max(GAP, GAP_FRAMES * usual);
    moments.forEach((moment, index) => {
      const next = moments[index + 1];
      const last = next && next.time - moment.time <= gap ? next.time : moment.time + usual;
      // Whole pixels, so that no lines of the ground shine through.
      const left = Math.round(x(moment.time));
      const wide = Math.max(Math.round(x(last)) - left, 1);
      let y = chart;
      moment.probabilities.forEach((probability, label) => {
        const tall = probability * chart;
        context.fillStyle = labelColour(label);
        context.fillRect(left, y - tall, wide, tall);
        y -= tall;
      });
      context.fillStyle = labelColour(moment.label);
      context.fillRect(left, height * (1 - STRIP), wide, height * STRIP);
    });
    if (now !== null) {
      context.fillStyle = getComputedStyle(canvas).color;
      context.fillRect(Math.round(x(now)) - pixels, 0, 2 * pixels, height);
    }
  }
}

/** Seconds from one frame to the next: half of the steps are longer. */
function usualStep(moments: readonly Moment[]): number {
  const steps = moments.slice(1).map(({ time }, index) => time - moments[index].time);
  return steps.sort((a, b) => a - b)[steps.length >> 1] ?? 1 / 15;
}
