import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Plugin } from "vite";
import { readFacts } from "./tflite.ts";

const HERE = join(import.meta.dirname, "..");
const PACKAGE = join(HERE, "../fer_keras");
const WEIGHTS = process.env.FER_KERAS_WEIGHTS ?? join(PACKAGE, "weights");
const DETECTORS = join(PACKAGE, "detection/models");
const LITERT = join(HERE, "node_modules/@litertjs/core/wasm");
/** Without relaxed SIMD and threads: runs everywhere. */
const LITERT_FILES = ["litert_wasm_compat_internal.js", "litert_wasm_compat_internal.wasm"];
/** What the built page depends on, beside the models. */
const SOURCES = ["index.html", "package-lock.json", "vite.config.ts", "packing", "public", "src"];

/** Brings the models, their labels and LiteRT into the page, and makes it work without a network. */
export function packageFiles(): Plugin {
  return {
    name: "package-files",
    generateBundle(_, bundle) {
      const emitted: string[] = [];
      const emit = (fileName: string, source: string | Buffer) => {
        this.emitFile({ type: "asset", fileName, source });
        emitted.push(fileName);
      };

      const models = shippedModels();
      const entries = models.map((file) => {
        const content = readFileSync(join(WEIGHTS, file));
        emit(`models/${file}`, content);
        const name = file.replace(/\.tflite$/, "");
        return { name, file, bytes: content.length, ...readFacts(content) };
      });
      emit("models.json", JSON.stringify(entries, null, 1));
      const detectors = readdirSync(DETECTORS).filter((file) => file.endsWith(".tflite"));
      for (const file of detectors) emit(`models/${file}`, readFileSync(join(DETECTORS, file)));
      for (const file of LITERT_FILES) emit(`wasm/${file}`, readFileSync(join(LITERT, file)));

      const hash = sourceHash(models);
      const files = [
        "./",
        ...Object.keys(bundle).filter((file) => file !== "index.html"),
        ...emitted,
        ...readdirSync(join(HERE, "public")),
      ];
      const worker = readFileSync(join(HERE, "src/service_worker.js"), "utf8")
        .replace("__VERSION__", hash.slice(0, 16))
        .replace("__FILES__", JSON.stringify([...new Set(files)].sort(), null, 2));
      emit("service_worker.js", worker);
      emit("build.json", JSON.stringify({ sources: hash }));
    },
  };
}

/** Grey models: `rgb` files are for apps that know colour pictures only. */
function shippedModels(): string[] {
  return readdirSync(WEIGHTS)
    .filter((file) => file.endsWith(".tflite") && !file.endsWith("-rgb.tflite"))
    .sort();
}

/** SHA-256 of all that goes in; tests/mobile_demo/test_site.py computes it again. */
function sourceHash(models: readonly string[]): string {
  const sources = SOURCES.flatMap((name) => filesBelow(join(HERE, name))).sort();
  const total = createHash("sha256");
  const add = (name: string, path: string) => {
    const digest = createHash("sha256").update(readFileSync(path)).digest("hex");
    total.update(`${name} ${digest}\n`);
  };
  for (const path of sources) add(relative(HERE, path).replaceAll("\\", "/"), path);
  for (const file of models) add(file, join(WEIGHTS, file));
  return total.digest("hex");
}

function filesBelow(path: string): string[] {
  try {
    return readdirSync(path).flatMap((name) => filesBelow(join(path, name)));
  } catch {
    return [path];
  }
}
