/** Least time between two announcements, in milliseconds: a screen reader needs to finish. */
const QUIET = 2000;

/** Says changes to screen readers, the newest only, and not too often. */
export class Announcer {
  private said = "";
  private pending: string | null = null;
  private timer: number | null = null;

  constructor(private readonly region: HTMLElement) {}

  say(text: string): void {
    if (text === (this.pending ?? this.said)) return;
    this.pending = text;
    if (this.timer === null) this.speak();
  }

  private speak(): void {
    this.timer = null;
    if (this.pending === null || this.pending === this.said) {
      this.pending = null;
      return;
    }
    this.region.textContent = this.said = this.pending;
    this.pending = null;
    this.timer = window.setTimeout(() => this.speak(), QUIET);
  }
}
