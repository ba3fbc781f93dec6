import type { DetectorName } from "../detection/detector_models";
import { DEFAULT_RULE, type DecisionRule, type RuleName } from "../live/decision";
import type { ModelEntry } from "../runtime/models";

export interface Choices {
  readonly model: string;
  readonly detector: DetectorName;
  readonly rule: DecisionRule;
  readonly upright: boolean;
}

const KEY = "fer-keras";
const DEFAULT_MODEL = "mobile-s-int8";

/** The dialog of settings; they are kept on this device. */
export class Settings {
  private readonly dialog = field<HTMLDialogElement>("settings");
  private readonly model = field<HTMLSelectElement>("model");
  private readonly detector = field<HTMLSelectElement>("detector");
  private readonly rule = field<HTMLSelectElement>("rule");
  private readonly window = field<HTMLInputElement>("window");
  private readonly abstain = field<HTMLInputElement>("abstain");
  private readonly upright = field<HTMLInputElement>("upright");

  constructor(models: readonly ModelEntry[], onChange: (choices: Choices) => void) {
    for (const { name, bytes } of models) {
      const size = bytes < 1e6 ? `${Math.round(bytes / 1e3)} KB` : `${(bytes / 1e6).toFixed(1)} MB`;
      this.model.add(new Option(`${name}, ${size}`, name));
    }
    const kept = keptChoices();
    const wanted = models.find(({ name }) => name === (kept?.model ?? DEFAULT_MODEL)) ?? models[0];
    this.model.value = wanted.name;
    this.detector.value = kept?.detector ?? "short";
    this.rule.value = kept?.rule.name ?? DEFAULT_RULE.name;
    this.window.value = String(kept?.rule.window ?? DEFAULT_RULE.window);
    this.abstain.value = String(kept?.rule.abstainBelow ?? DEFAULT_RULE.abstainBelow);
    this.upright.checked = kept?.upright ?? false;
    field<HTMLButtonElement>("open-settings").addEventListener("click", () => this.dialog.showModal());
    this.dialog.addEventListener("change", () => {
      if (!this.dialog.querySelector("form")!.checkValidity()) return;
      keep(this.choices);
      onChange(this.choices);
    });
  }

  get choices(): Choices {
    return {
      model: this.model.value,
      detector: this.detector.value as DetectorName,
      rule: {
        name: this.rule.value as RuleName,
        window: this.window.valueAsNumber,
        abstainBelow: this.abstain.valueAsNumber,
      },
      upright: this.upright.checked,
    };
  }
}

/** An element of the page that is known to be there. */
export function field<T extends HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}

function keptChoices(): Choices | null {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "null") as Choices | null;
  } catch {
    return null; // no storage (private mode), or not ours
  }
}

function keep(choices: Choices): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(choices));
  } catch {
    // A browser without storage forgets; nothing else is lost.
  }
}
