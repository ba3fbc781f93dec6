import { type CompiledModel, loadAndCompile, loadLiteRt, Tensor, type TypedArray } from "@litertjs/core";

/** The build without relaxed SIMD and threads: it runs everywhere, and at this size they gain nothing. */
const WASM = "wasm/litert_wasm_compat_internal.js";

let runtime: Promise<unknown> | undefined;

/** A TFLite file, ready to run on one input of a fixed shape. */
export class Network {
  private constructor(
    private readonly model: CompiledModel,
    private readonly shape: number[],
  ) {}

  static async load(url: string): Promise<Network> {
    runtime ??= loadLiteRt(WASM);
    await runtime;
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(`${url}: ${answer.status} ${answer.statusText}`);
    const content = new Uint8Array(await answer.arrayBuffer());
    const model = await loadAndCompile(content, { accelerator: "wasm" });
    return new Network(model, Array.from(model.getInputDetails()[0].shape));
  }

  /** The outputs for one input, copied out of LiteRT's memory. */
  async run(input: Float32Array | Uint8Array): Promise<TypedArray[]> {
    const given = new Tensor(input as TypedArray, this.shape);
    const outputs = await this.model.run([given]);
    const values = outputs.map((output) => output.toTypedArray().slice());
    for (const tensor of [given, ...outputs]) tensor.delete();
    return values;
  }

  delete(): void {
    this.model.delete();
  }
}
