/** What the server says of each model, read from the file itself: models.json. */
export interface ModelEntry {
  readonly name: string;
  readonly file: string;
  readonly bytes: number;
  readonly labels: readonly string[];
  /** The labels in other languages, by language: "de", "zh". */
  readonly translations: Readonly<Record<string, readonly string[]>>;
}

export interface ModelList {
  /** Name of the model that is chosen at first. */
  readonly default: string;
  readonly models: readonly ModelEntry[];
  /** What `fer-keras live` looks at, by name, where it is that which serves this page. */
  readonly live?: string;
}

export async function listModels(): Promise<ModelList> {
  const answer = await fetch("models.json");
  if (!answer.ok) throw new Error(`models.json: ${answer.status} ${answer.statusText}`);
  return (await answer.json()) as ModelList;
}
