import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readFacts } from "../packing/tflite";
import { read } from "./vectors";

const WEIGHTS = process.env.FER_KERAS_WEIGHTS ?? join(import.meta.dirname, "../../fer_keras/weights");
const files = existsSync(WEIGHTS)
  ? readdirSync(WEIGHTS).filter((file) => file.endsWith(".tflite"))
  : [];

describe.skipIf(files.length === 0)("a shipped file", () => {
  it.each(files)("%s says what it takes and gives", (file) => {
    const facts = readFacts(readFileSync(join(WEIGHTS, file)));
    expect(facts.labels).toEqual(read<{ labels: string[] }>("labels").labels);
    const isInt8 = file.includes("int8");
    expect(facts.input).toBe(isInt8 ? "uint8" : "float32");
    expect(facts.output).toEqual({ scale: isInt8 ? 1 / 256 : 1, zeroPoint: 0 });
  });
});

it("refuses what is no file of ours", () => {
  expect(() => readFacts(Buffer.alloc(64))).toThrow();
});
