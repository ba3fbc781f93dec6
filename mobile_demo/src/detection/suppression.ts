import type { Candidate } from "./decoding";
import type { Point } from "./face";

/**
 * Merge boxes that overlap, each weighted by its score (BlazeFace's own way).
 *
 * The best remaining box gathers those whose overlap with it is above `maxOverlap`; their mean,
 * weighted by score, takes their place with the best one's score. Of equal scores the first comes
 * first.
 */
export function suppressWeighted(candidates: readonly Candidate[], maxOverlap: number): Candidate[] {
  let remaining = [...candidates].sort((a, b) => b.score - a.score);
  const kept: Candidate[] = [];
  while (remaining.length > 0) {
    const best = remaining[0];
    const isNear = (other: Candidate) => other === best || overlap(best, other) > maxOverlap;
    kept.push({ points: weightedMean(remaining.filter(isNear)), score: best.score });
    remaining = remaining.filter((other) => !isNear(other));
  }
  return kept;
}

function weightedMean(group: readonly Candidate[]): Point[] {
  const total = group.reduce((sum, { score }) => sum + score, 0);
  return group[0].points.map((_, index) => {
    let [x, y] = [0, 0];
    for (const { points, score } of group) {
      x += points[index][0] * score;
      y += points[index][1] * score;
    }
    return [x / total, y / total];
  });
}

/** Intersection over union; 0 where both are empty. */
function overlap(a: Candidate, b: Candidate): number {
  const width = Math.min(a.points[1][0], b.points[1][0]) - Math.max(a.points[0][0], b.points[0][0]);
  const height = Math.min(a.points[1][1], b.points[1][1]) - Math.max(a.points[0][1], b.points[0][1]);
  const shared = Math.max(width, 0) * Math.max(height, 0);
  const union = area(a) + area(b) - shared;
  return union > 0 ? shared / union : 0;
}

function area({ points: [from, to] }: Candidate): number {
  return (to[0] - from[0]) * (to[1] - from[1]);
}
