import type { DetectorChoice } from "../detection/detector_models";
import type { DecisionRule } from "../live/decision";
import type { Stage } from "../live/timings";
import type { Seen } from "../live/watcher";
import type { ModelEntry } from "../runtime/models";

/** How a picture is looked at: a photo stands alone, and has time. */
export type Way = "moving" | "photo";

/** What the worker does from now on. */
export interface Task {
  readonly model: ModelEntry;
  readonly detector: DetectorChoice;
  readonly upright: boolean;
  readonly rule: DecisionRule;
  readonly way: Way;
}

/** Pixels that can be handed over without a copy. */
export type PictureSource = ImageBitmap | VideoFrame;

export interface Looked {
  readonly width: number;
  readonly height: number;
  /** In the order of their numbers. */
  readonly seen: readonly Seen[];
  /** Numbers of the faces that are followed, hidden ones among them. */
  readonly followed: readonly number[];
  readonly milliseconds: Partial<Record<Stage, number>>;
}

export type Request =
  | { readonly id: number; readonly kind: "begin"; readonly task: Task; readonly models: string }
  | { readonly id: number; readonly kind: "look"; readonly source: PictureSource; readonly time: number };

/** An answer to the request of that number. */
export interface Reply {
  readonly id: number;
  readonly looked?: Looked;
  readonly error?: string;
}
