import { de } from "./de";
import { en, type Words } from "./en";
import { es } from "./es";
import { fr } from "./fr";
import { zh } from "./zh";

export const LANGUAGES = { en: "English", de: "Deutsch", fr: "Français", es: "Español", zh: "中文" };
export type Language = keyof typeof LANGUAGES;
export type Key = keyof Words;

const WORDS: Record<Language, Words> = { en, de, fr, es, zh };
let spoken: Language = "en";

/** The first of the browser's languages that the page speaks. */
export function preferredLanguage(wanted: readonly string[] = navigator.languages): Language {
  const codes = wanted.map((tag) => tag.slice(0, 2).toLowerCase());
  return (codes.find((code) => code in LANGUAGES) as Language | undefined) ?? "en";
}

export function language(): Language {
  return spoken;
}

/** What the page says, with `{name}` filled in. */
export function say(key: Key, values: Record<string, string | number> = {}): string {
  return WORDS[spoken][key].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}

/** Speak a language: elements with `data-say` are filled, those with `data-label` are named. */
export function speak(wanted: Language): void {
  spoken = wanted;
  document.documentElement.lang = wanted;
  document.title = `fer-keras: ${say("title")}`;
  for (const element of document.querySelectorAll<HTMLElement>("[data-say]")) {
    element.textContent = say(element.dataset.say as Key);
  }
  for (const element of document.querySelectorAll<HTMLElement>("[data-label]")) {
    element.ariaLabel = say(element.dataset.label as Key);
  }
}
