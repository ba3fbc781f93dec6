export const STAGES = ["capture", "detection", "crop", "classification", "drawing"] as const;
export type Stage = (typeof STAGES)[number];

/** Of the newest frame in the running means. */
const WEIGHT = 0.1;

/** Milliseconds of each stage and frames per second, as running means. */
export class Timings {
  private readonly means = new Map<Stage, number>();
  private interval: number | null = null;
  private last: number | null = null;

  async time<T>(stage: Stage, work: () => T | Promise<T>): Promise<T> {
    const start = performance.now();
    const result = await work();
    this.add(stage, performance.now() - start);
    return result;
  }

  add(stage: Stage, taken: number): void {
    const old = this.means.get(stage) ?? taken;
    this.means.set(stage, old + WEIGHT * (taken - old));
  }

  frameDone(now: number): void {
    if (this.last !== null) {
      const passed = now - this.last;
      this.interval = this.interval === null ? passed : this.interval + WEIGHT * (passed - this.interval);
    }
    this.last = now;
  }

  /** After a pause the time that passed is nobody's. */
  interrupt(): void {
    this.last = null;
  }

  milliseconds(stage: Stage): number | undefined {
    return this.means.get(stage);
  }

  all(): Partial<Record<Stage, number>> {
    return Object.fromEntries(this.means);
  }

  get framesPerSecond(): number | undefined {
    return this.interval ? 1000 / this.interval : undefined;
  }
}
