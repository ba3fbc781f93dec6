import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Plugin } from "vite";

const HERE = join(import.meta.dirname, "..");
/** What the built page depends on. Models, and what is said of them, the server adds. */
const SOURCES = ["index.html", "package-lock.json", "vite.config.ts", "packing", "public", "src"];

/** Brings the service worker into the page; LiteRT comes after it, by pack_litert.py. */
export function packageFiles(): Plugin {
  return {
    name: "package-files",
    generateBundle() {
      const emit = (fileName: string, source: string) =>
        this.emitFile({ type: "asset", fileName, source });
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
