import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Plugin } from "vite";

const HERE = join(import.meta.dirname, "..");
const LITERT = join(HERE, "node_modules/@litertjs/core/wasm");
/** With relaxed SIMD, and without it for browsers that lack it. */
const LITERT_FILES = ["litert_wasm_internal", "litert_wasm_compat_internal"];
/** What the built page depends on. Models, and what is said of them, the server adds. */
const SOURCES = ["index.html", "package-lock.json", "vite.config.ts", "packing", "public", "src"];

/** Brings LiteRT and the service worker into the page. */
export function packageFiles(): Plugin {
  return {
    name: "package-files",
    generateBundle() {
      const emit = (fileName: string, source: string | Buffer) =>
        this.emitFile({ type: "asset", fileName, source });
      for (const name of LITERT_FILES) {
        for (const kind of ["js", "wasm"]) {
          emit(`wasm/${name}.${kind}`, readFileSync(join(LITERT, `${name}.${kind}`)));
        }
      }
      emit("service_worker.js", readFileSync(join(HERE, "src/service_worker.js"), "utf8"));
      emit("build.json", JSON.stringify({ sources: sourceHash() }));
    },
  };
}

/** SHA-256 of all that goes in; tests/mobile_demo/test_site.py computes it again. */
function sourceHash(): string {
  const total = createHash("sha256");
  for (const path of SOURCES.flatMap((name) => filesBelow(join(HERE, name))).sort()) {
    const digest = createHash("sha256").update(readFileSync(path)).digest("hex");
    total.update(`${relative(HERE, path).replaceAll("\\", "/")} ${digest}\n`);
  }
  return total.digest("hex");
}

function filesBelow(path: string): string[] {
  try {
    return readdirSync(path).flatMap((name) => filesBelow(join(path, name)));
  } catch {
    return [path];
  }
}
