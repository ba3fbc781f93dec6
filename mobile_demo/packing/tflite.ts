import { inflateRawSync } from "node:zlib";

/** What the page must know of a TFLite file, read from the file. */
export interface FileFacts {
  readonly labels: string[];
  readonly input: "uint8" | "float32";
  readonly output: { scale: number; zeroPoint: number };
}

const TENSOR_TYPES: Record<number, "float32" | "uint8"> = { 0: "float32", 3: "uint8" };

/** @throws Error if the file's input is of a kind that LiteRT.js can't take, or it has no labels. */
export function readFacts(content: Buffer): FileFacts {
  const [subgraph] = tables(content, field(content, root(content), 2));
  const tensors = tables(content, field(content, subgraph, 0));
  const [input, output] = [1, 2].map((slot) => {
    const list = vector(content, field(content, subgraph, slot));
    return tensors[content.readInt32LE(list.start)];
  });
  const typeAt = field(content, input, 1);
  const kind = TENSOR_TYPES[typeAt === null ? 0 : content.readInt8(typeAt)];
  if (!kind) throw new Error("the file's input is neither uint8 nor float32");
  const scale = { scale: 1, zeroPoint: 0 };
  const quantisation = field(content, output, 4);
  if (quantisation !== null) {
    const table = quantisation + content.readUInt32LE(quantisation);
    const scales = field(content, table, 2);
    const zeroPoints = field(content, table, 3);
    if (scales !== null) scale.scale = content.readFloatLE(vector(content, scales).start);
    if (zeroPoints !== null) {
      scale.zeroPoint = Number(content.readBigInt64LE(vector(content, zeroPoints).start));
    }
  }
  return { labels: readLabels(content), input: kind, output: scale };
}

// The parts of FlatBuffers' layout that are needed (flatbuffers.dev, "Internals").

function root(content: Buffer): number {
  return content.readUInt32LE(0);
}

/** Where a table's field lies, or null where it has its default. */
function field(content: Buffer, table: number, index: number): number | null {
  const slots = table - content.readInt32LE(table);
  const slot = 4 + 2 * index;
  if (slot >= content.readUInt16LE(slots)) return null;
  const offset = content.readUInt16LE(slots + slot);
  return offset === 0 ? null : table + offset;
}

function vector(content: Buffer, at: number | null): { start: number; length: number } {
  if (at === null) throw new Error("the file lacks a part that every TFLite file has");
  const start = at + content.readUInt32LE(at);
  return { start: start + 4, length: content.readUInt32LE(start) };
}

function tables(content: Buffer, at: number | null): number[] {
  const { start, length } = vector(content, at);
  return Array.from({ length }, (_, index) => {
    const place = start + 4 * index;
    return place + content.readUInt32LE(place);
  });
}

/** The member labels.txt of the zip archive in which our files end. */
function readLabels(content: Buffer): string[] {
  const end = content.lastIndexOf("PK\x05\x06", undefined, "latin1");
  let entry = end < 0 ? -1 : content.readUInt32LE(end + 16);
  for (let count = end < 0 ? 0 : content.readUInt16LE(end + 10); count > 0; count--) {
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((at) =>
      content.readUInt16LE(entry + at),
    );
    const name = content.toString("utf8", entry + 46, entry + 46 + nameLength);
    if (name === "labels.txt") {
      const [method, size] = [content.readUInt16LE(entry + 10), content.readUInt32LE(entry + 20)];
      const local = content.readUInt32LE(entry + 42);
      const start =
        local + 30 + content.readUInt16LE(local + 26) + content.readUInt16LE(local + 28);
      const packed = content.subarray(start, start + size);
      const text = (method === 8 ? inflateRawSync(packed) : packed).toString("utf8");
      return text.split("\n").filter((line) => line !== "");
    }
    entry += 46 + nameLength + extraLength + commentLength;
  }
  throw new Error("the file holds no labels.txt; only models made by fer-keras do");
}
