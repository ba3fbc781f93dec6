/** Okabe and Ito's palette, told apart by colour-blind people too; as on the desktop. */
const PALETTE = ["#d55e00", "#009e73", "#cc79a7", "#f0e442", "#56b4e9", "#e69f00", "#e6e6e6", "#0072b2"];
export const UNSURE = "#969696";

/** The colour of an emotion; grey where unsure. */
export function labelColour(label: number | null): string {
  return label === null ? UNSURE : PALETTE[label % PALETTE.length];
}
