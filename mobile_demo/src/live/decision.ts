/** How frames become a decision, see `DecisionRule` in fer_keras/live/decision.py. */
export type RuleName = "majority" | "mean" | "ema";

export interface DecisionRule {
  readonly name: RuleName;
  /** Frames; until so many were seen, those seen count. */
  readonly window: number;
  /** 0 (always answer) to 1. */
  readonly abstainBelow: number;
}

export const DEFAULT_RULE: DecisionRule = { name: "majority", window: 15, abstainBelow: 0.45 };

export interface Decision {
  /** Index of the emotion, or null: unsure. */
  readonly label: number | null;
  /** 0 to 1, of the leading emotion. */
  readonly confidence: number;
  /** What the rule weighed, 0 to 1 each. */
  readonly scores: readonly number[];
}

/** Decides for one face, frame by frame. */
export class Decider {
  private frames: number[][] = [];
  private average: number[] | null = null;

  constructor(private readonly rule: DecisionRule) {}

  update(probabilities: ArrayLike<number>): Decision {
    const frame = Array.from(probabilities);
    let scores: number[];
    let leader: number;
    if (this.rule.name === "ema") {
      const weight = 2 / (this.rule.window + 1);
      scores = this.average?.map((old, index) => old + weight * (frame[index] - old)) ?? frame;
      this.average = scores;
      leader = argmax(scores);
    } else {
      this.frames = [...this.frames, frame].slice(-this.rule.window);
      const sums = frame.map((_, index) => this.frames.reduce((sum, row) => sum + row[index], 0));
      if (this.rule.name === "mean") {
        scores = sums.map((sum) => sum / this.frames.length);
        leader = argmax(scores);
      } else {
        const votes = frame.map(() => 0);
        for (const row of this.frames) votes[argmax(row)]++;
        scores = votes.map((count) => count / this.frames.length);
        const most = Math.max(...votes);
        leader = argmax(sums.map((sum, index) => (votes[index] === most ? sum : -1)));
      }
    }
    const confidence = scores[leader];
    return { label: confidence >= this.rule.abstainBelow ? leader : null, confidence, scores };
  }
}

/** Index of the greatest value, the first of equal ones. */
export function argmax(values: readonly number[]): number {
  return values.reduce((best, value, index) => (value > values[best] ? index : best), 0);
}
