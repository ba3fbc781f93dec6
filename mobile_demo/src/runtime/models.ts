/** What the build writes of each shipped model, read from the file itself: models.json. */
export interface ModelEntry {
  readonly name: string;
  readonly file: string;
  readonly bytes: number;
  readonly labels: readonly string[];
  /** Whether the file takes raw grey bytes (int8) or floats from 0 to 255. */
  readonly input: "uint8" | "float32";
  /** Probability = (value - zeroPoint) * scale; 1 and 0 for floats. */
  readonly output: { readonly scale: number; readonly zeroPoint: number };
}

export async function listModels(): Promise<ModelEntry[]> {
  const answer = await fetch("models.json");
  if (!answer.ok) throw new Error(`models.json: ${answer.status} ${answer.statusText}`);
  return (await answer.json()) as ModelEntry[];
}
