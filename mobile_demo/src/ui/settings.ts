import type { DetectorChoice } from "../detection/detector_models";
import { DEFAULT_RULE, type DecisionRule, type RuleName } from "../live/decision";
import type { ModelList } from "../runtime/models";
import { type Language, LANGUAGES, preferredLanguage } from "../words/words";

export interface Choices {
  readonly model: string;
  readonly detector: DetectorChoice;
  readonly rule: DecisionRule;
  readonly upright: boolean;
  readonly language: Language;
}

const KEY = "fer-keras";

/** The dialog of settings; they are kept on this device. */
export class Settings {
  private readonly dialog = field<HTMLDialogElement>("settings");
  private readonly model = field<HTMLSelectElement>("model");
  private readonly detector = field<HTMLSelectElement>("detector");
  private readonly rule = field<HTMLSelectElement>("rule");
  private readonly window = field<HTMLInputElement>("window");
  private readonly abstain = field<HTMLInputElement>("abstain");
  private readonly upright = field<HTMLInputElement>("upright");
  private readonly language = field<HTMLSelectElement>("language");

  constructor({ models, default: usual, live }: ModelList, onChange: (choices: Choices) => void) {
    for (const { name, bytes } of models) {
      const size = bytes < 1e6 ? `${Math.round(bytes / 1e3)} KB` : `${Number((bytes / 1e6).toFixed(1))} MB`;
      this.model.add(new Option(`${name}, ${size}`, name));
    }
    for (const [code, name] of Object.entries(LANGUAGES)) {
      const option = new Option(name, code);
      option.lang = code;
      this.language.add(option);
    }
    const kept = keptChoices();
    choose(this.model, kept.model, usual);
    choose(this.detector, kept.detector, "auto");
    choose(this.rule, kept.rule?.name, DEFAULT_RULE.name);
    choose(this.language, kept.language, preferredLanguage());
    this.window.value = String(kept.rule?.window ?? DEFAULT_RULE.window);
    this.abstain.value = String(kept.rule?.abstainBelow ?? DEFAULT_RULE.abstainBelow);
    this.upright.checked = kept.upright ?? false;
    if (live !== undefined) this.leaveLanguageAlone();
    field<HTMLButtonElement>("open-settings").addEventListener("click", () => this.dialog.showModal());
    this.dialog.addEventListener("change", () => {
      if (!this.dialog.querySelector("form")!.checkValidity()) return;
      keep(this.choices);
      onChange(this.choices);
    });
  }

  /** Everything else was chosen on the command line. */
  private leaveLanguageAlone(): void {
    for (const setting of this.dialog.querySelectorAll<HTMLElement>(".setting")) {
      setting.hidden = !setting.contains(this.language);
    }
    field("live-help").hidden = false;
  }

  get choices(): Choices {
    return {
      model: this.model.value,
      detector: this.detector.value as DetectorChoice,
      rule: {
        name: this.rule.value as RuleName,
        window: this.window.valueAsNumber,
        abstainBelow: this.abstain.valueAsNumber,
      },
      upright: this.upright.checked,
      language: this.language.value as Language,
    };
  }
}

/** An element of the page that is known to be there. */
export function field<T extends HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}

/** What was kept, where it is still offered; a model may have gone with an update. */
function choose(select: HTMLSelectElement, kept: string | undefined, usual: string): void {
  const offered = [...select.options].map(({ value }) => value);
  select.value = kept !== undefined && offered.includes(kept) ? kept : usual;
}

function keptChoices(): Partial<Choices> {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? "null");
    return typeof kept === "object" && kept !== null ? kept : {};
  } catch {
    return {}; // no storage (private mode), or not ours
  }
}

function keep(choices: Choices): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(choices));
  } catch {
    // A browser without storage forgets; nothing else is lost.
  }
}
