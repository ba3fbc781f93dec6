import type { ModelEntry } from "./models";
import { Network } from "./network";

/** Names what a 48x48 grey face shows. */
export class Classifier {
  private constructor(
    readonly entry: ModelEntry,
    private readonly network: Network,
  ) {}

  /** @param folder where the models lie. */
  static async load(entry: ModelEntry, folder: URL): Promise<Classifier> {
    return new Classifier(entry, await Network.load(new URL(entry.file, folder)));
  }

  /** A probability for each label. */
  async classify(face: Uint8Array): Promise<number[]> {
    const input = this.network.input === "uint8" ? face : Float32Array.from(face);
    const [values] = await this.network.run(input);
    // TFLite fixes the scale of integer probabilities: 1/256 a step from 0.
    const step = values instanceof Uint8Array ? 1 / 256 : 1;
    return Array.from(values, (value) => Number(value) * step);
  }

  delete(): void {
    this.network.delete();
  }
}
