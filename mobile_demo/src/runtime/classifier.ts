import type { ModelEntry } from "./models";
import { Network } from "./network";

/** Names what a 48x48 grey face shows. */
export class Classifier {
  private constructor(
    readonly entry: ModelEntry,
    private readonly network: Network,
  ) {}

  static async load(entry: ModelEntry): Promise<Classifier> {
    return new Classifier(entry, await Network.load(`models/${entry.file}`));
  }

  /** A probability for each label. */
  async classify(face: Uint8Array): Promise<number[]> {
    const input = this.entry.input === "uint8" ? face : Float32Array.from(face);
    const [values] = await this.network.run(input);
    const { scale, zeroPoint } = this.entry.output;
    return Array.from(values, (value) => (Number(value) - zeroPoint) * scale);
  }

  delete(): void {
    this.network.delete();
  }
}
