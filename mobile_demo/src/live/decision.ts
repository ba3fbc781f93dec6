/** How frames become a decision, see `DecisionRule` in fer_keras/live/decision.py. */
export type RuleName = "mean" | "majority" | "ema";

export interface DecisionRule {
  readonly name: RuleName;
  /** Frames; until so many were seen, nothing is certain. */
  readonly window: number;
  /** Probability, 0 (always answer) to 1. */
  readonly abstainBelow: number;
}

export const DEFAULT_RULE: DecisionRule = { name: "mean", window: 15, abstainBelow: 0.45 };

export interface Decision {
  /** Index of the emotion, or null: unsure. */
  readonly label: number | null;
  /** Index of the leading emotion, also where `label` is null. */
  readonly leader: number;
  /** Of the leading emotion, 0 to 1. */
  readonly probability: number;
  /** Their mean over the frames (`ema`: weighted mean). */
  readonly probabilities: readonly number[];
  /** Frames of the window whose most probable emotion is the leading one. */
  readonly votes: number;
  /** Frames in the window so far. */
  readonly frames: number;
}

/** Decides for one face, frame by frame. */
export class Decider {
  private frames: number[][] = [];
  private average: number[] | null = null;

  constructor(private readonly rule: DecisionRule) {}

  update(newest: ArrayLike<number>): Decision {
    const { name, window, abstainBelow } = this.rule;
    const frame = Array.from(newest);
    this.frames = [...this.frames, frame].slice(-window);
    const frames = this.frames.length;
    const votes = frame.map(() => 0);
    for (const row of this.frames) votes[argmax(row)]++;
    const probabilities =
      name === "ema"
        ? this.averaged(frame)
        : frame.map((_, index) => this.frames.reduce((sum, row) => sum + row[index], 0) / frames);
    const most = Math.max(...votes);
    const leader =
      name === "majority"
        ? argmax(probabilities.map((mean, index) => (votes[index] === most ? mean : -1)))
        : argmax(probabilities);
    const probability = probabilities[leader];
    const sure = frames === window && probability >= abstainBelow;
    return {
      label: sure ? leader : null,
      leader,
      probability,
      probabilities,
      votes: votes[leader],
      frames,
    };
  }

  private averaged(frame: number[]): number[] {
    const weight = 2 / (this.rule.window + 1);
    this.average = this.average?.map((old, index) => old + weight * (frame[index] - old)) ?? frame;
    return this.average;
  }
}

/** Index of the greatest value, the first of equal ones. */
export function argmax(values: readonly number[]): number {
  return values.reduce((best, value, index) => (value > values[best] ? index : best), 0);
}
