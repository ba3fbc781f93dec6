import { labelColour } from "./colours";

/** A bar for every emotion. */
export class Bars {
  private rows: { meter: HTMLElement; fill: HTMLElement; value: HTMLElement; percent: number }[] = [];

  constructor(private readonly list: HTMLElement) {}

  setLabels(labels: readonly string[]): void {
    this.list.replaceChildren();
    this.rows = labels.map((label, index) => {
      const item = document.createElement("li");
      const name = document.createElement("span");
      name.className = "bar-name";
      name.textContent = label;
      const meter = document.createElement("span");
      meter.className = "bar";
      meter.setAttribute("role", "meter");
      meter.setAttribute("aria-label", label);
      meter.setAttribute("aria-valuemin", "0");
      meter.setAttribute("aria-valuemax", "100");
      const fill = document.createElement("span");
      fill.className = "bar-fill";
      fill.style.backgroundColor = labelColour(index);
      meter.append(fill);
      const value = document.createElement("span");
      value.className = "bar-value";
      item.append(name, meter, value);
      this.list.append(item);
      return { meter, fill, value, percent: -1 };
    });
    this.show(null);
  }

  /** @param probabilities 0 to 1, one for each label; null: nobody is looked at. */
  show(probabilities: readonly number[] | null): void {
    this.rows.forEach((row, index) => {
      const percent = probabilities ? Math.round(100 * probabilities[index]) : NaN;
      if (Object.is(percent, row.percent)) return; // most stay: the page is laid out for those alone
      row.percent = percent;
      row.fill.style.transform = `scaleX(${(percent || 0) / 100})`;
      row.meter.setAttribute("aria-valuenow", String(percent || 0));
      row.value.textContent = probabilities ? `${percent} %` : "–";
    });
  }
}
