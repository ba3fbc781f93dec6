import { sizeOf } from "../detection/face";
import { STAGES, type Timings } from "../live/timings";
import type { Seen } from "../live/watcher";
import type { Records } from "../results/records";
import { say } from "../words/words";
import { Announcer } from "./announcer";
import { Bars } from "./bars";
import { nameOf } from "./overlay";
import { field } from "./settings";
import { Timeline } from "./timeline";

/** Seconds of a camera's past that are shown. */
const PAST = 30;
/** What changes many times a second is written twice a second, and the timeline drawn four times. */
const READ_EVERY = 500;
const DRAW_EVERY = 250;

/** `live`: what `fer-keras live` sees. */
export type Kind = "camera" | "photo" | "film" | "live";

/** What is said of the face that is looked at. */
export class Panel {
  private readonly bars = new Bars(field("bars"));
  private readonly announcer = new Announcer(field("announcement"));
  private readonly timeline = new Timeline(field<HTMLCanvasElement>("timeline-canvas"));
  private labels: readonly string[] = [];
  private wanted: number | null = null;
  private last: Seen | null = null;
  private read = -Infinity;
  private drawn = -Infinity;

  /** @param onChoose called when another face was chosen by its button. */
  constructor(private readonly onChoose: () => void) {}

  setLabels(labels: readonly string[]): void {
    this.labels = labels;
    this.bars.setLabels(labels);
  }

  /** Forget whom was looked at. */
  renew(): void {
    this.wanted = null;
    this.last = null;
    this.drawn = -Infinity;
    field("timeline").hidden = true;
  }

  /** Look at a face from now on. */
  choose(number: number): void {
    this.wanted = number;
    this.drawn = -Infinity;
    this.read = -Infinity;
  }

  /**
   * Of the faces that are there the one that is looked at: the one that was chosen, else the
   * largest, which is that of who holds the phone. Null while the chosen one is hidden for a moment.
   */
  pick(seen: readonly Seen[], followed: readonly number[]): Seen | null {
    const chosen = seen.find(({ number }) => number === this.wanted);
    if (chosen) return chosen;
    if (this.wanted !== null && followed.includes(this.wanted)) return null;
    this.wanted = null;
    return seen.reduce<Seen | null>(
      (best, one) => (best === null || sizeOf(one.face) > sizeOf(best.face) ? one : best),
      null,
    );
  }

  show(chosen: Seen | null, seen: readonly Seen[], kind: Kind): void {
    const shown = chosen ?? (this.wanted === null ? null : this.last);
    this.last = shown;
    this.bars.show(shown?.decision.probabilities ?? null);
    const hidden = shown !== null && chosen === null;
    setText(field("decision-label"), shown === null ? say("noFace") : nameOf(shown, this.labels));
    setText(field("decision-detail"), this.detailOf(shown, hidden, seen.length, kind));
    this.showFaces(seen, shown);
    const names = seen.map((one) => nameOf(one, this.labels));
    this.announcer.say(names.length === 0 ? say("noFace") : names.join(", "));
  }

  /** The chosen face's course: the last half minute, or the whole film with a mark at `now`. */
  showCourse(records: Records, kind: Kind, now: number, duration: number): void {
    const at = performance.now();
    if (kind === "photo" || this.last === null || at - this.drawn < DRAW_EVERY) return;
    this.drawn = at;
    field("timeline").hidden = false;
    const { number } = this.last;
    const film = kind === "film";
    const [start, end] = film ? [0, duration] : [now - PAST, now];
    this.timeline.draw(records.course(number, start), start, end, film ? now : null);
    setText(field("timeline-start"), film ? clock(0) : say("ago"));
    setText(field("timeline-end"), film ? clock(duration) : say("now"));
    const usual = records.usual(number);
    const emotion = usual === null || usual === undefined ? say("unsure") : this.labels[usual];
    const of = say(film ? "wholeFilm" : "lastHalfMinute");
    field("timeline-canvas").ariaLabel = `${of}: ${say("timelineText", { emotion })}`;
  }

  showSpeed(timings: Timings): void {
    const now = performance.now();
    if (now - this.read < READ_EVERY) return;
    this.read = now;
    const rate = timings.framesPerSecond;
    const rows: [string, string][] = [];
    if (rate !== undefined) rows.push([say("rate"), rate.toFixed(0)]);
    for (const stage of STAGES) {
      const taken = timings.milliseconds(stage);
      if (taken !== undefined) rows.push([say(stage), `${taken.toFixed(1)} ms`]);
    }
    field("speed").replaceChildren(
      ...rows.map(([name, value]) => {
        const row = document.createElement("div");
        const [term, detail] = [document.createElement("dt"), document.createElement("dd")];
        term.textContent = name;
        detail.textContent = value;
        row.append(term, detail);
        return row;
      }),
    );
  }

  private detailOf(shown: Seen | null, hidden: boolean, count: number, kind: Kind): string {
    if (shown === null) return kind === "photo" ? say("noFaceTried") : "";
    const { label, probability, votes, frames } = shown.decision;
    return [
      label === null ? "" : `${Math.round(100 * probability)} %`,
      kind === "photo" ? "" : say("frames", { votes, frames }),
      hidden ? say("hidden") : "",
      count > 1 ? say("faceOf", { number: shown.number, count }) : "",
    ]
      .filter(Boolean)
      .join(", ");
  }

  /** A button for each of several faces: for fingers, and for those who use no pointer. */
  private showFaces(seen: readonly Seen[], shown: Seen | null): void {
    const group = field("faces");
    group.hidden = seen.length < 2;
    if (group.hidden) return;
    const buttons = [...group.querySelectorAll("button")];
    seen.forEach((one, index) => {
      const button = buttons[index] ?? this.addFace(group);
      button.value = String(one.number);
      const { label } = one.decision;
      const emotion = label === null ? say("unsure") : this.labels[label];
      setText(button, String(one.number));
      const name = say("faceLabel", { number: one.number, emotion });
      if (button.ariaLabel !== name) button.ariaLabel = name;
      button.setAttribute("aria-pressed", String(one.number === shown?.number));
    });
    for (const spare of buttons.slice(seen.length)) spare.remove();
  }

  private addFace(group: HTMLElement): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.addEventListener("click", () => {
      this.choose(Number(button.value));
      this.onChoose();
    });
    group.append(button);
    return button;
  }
}

/** 75 as 1:15. */
export function clock(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** The same text is not laid out again. */
function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
