import { type CompiledModel, loadAndCompile, loadLiteRt, Tensor, type TypedArray } from "@litertjs/core";

let runtime: Promise<unknown> | undefined;

/** Of LiteRT's builds the one with relaxed SIMD is taken where the browser has it. */
function loadRuntime(folder: URL): Promise<unknown> {
  // In a worker the module is looked for beside the worker's own script, unless it is told otherwise.
  const locateFile = (file: string) => new URL(file, folder).href;
  (self as { Module?: object }).Module = { locateFile };
  return loadLiteRt(folder.href);
}

/** A TFLite file, ready to run on one input of a fixed shape. */
export class Network {
  private constructor(
    private readonly model: CompiledModel,
    private readonly shape: number[],
    /** What an input is made of. */
    readonly input: string,
  ) {}

  /** @param url of the file; `wasm/` beside its folder holds LiteRT. */
  static async load(url: URL): Promise<Network> {
    runtime ??= loadRuntime(new URL("../wasm/", url));
    await runtime;
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(`${url.href}: ${answer.status} ${answer.statusText}`);
    const content = new Uint8Array(await answer.arrayBuffer());
    const model = await loadAndCompile(content, { accelerator: "wasm" });
    const [{ shape, dtype }] = model.getInputDetails();
    return new Network(model, Array.from(shape), dtype);
  }

  /** The outputs for one input, copied out of LiteRT's memory. */
  async run(input: Float32Array | Uint8Array): Promise<TypedArray[]> {
    const given = new Tensor(input as TypedArray, this.shape);
    const outputs = await this.model.run([given]);
    const values = outputs.map((output) => output.toTypedArray());
    for (const tensor of [given, ...outputs]) tensor.delete();
    return values;
  }

  delete(): void {
    this.model.delete();
  }
}
