import type { Looked } from "../engine/messages";

/** A picture that Python has looked at, see `encode_shot` in fer_keras/live/live_page.py. */
export interface Shot {
  readonly looked: Looked & { readonly time: number };
  readonly picture: ImageBitmap;
}

/** Bytes of the two lengths before each message. */
const HEAD = 8;

/** What `fer-keras live` sees on this machine. */
export class Pushed {
  private ended = new AbortController();

  /**
   * The newest picture, and each time that it was shown the newest one then, until the command ends
   * or `leave` is called.
   */
  async *shots(): AsyncGenerator<Shot> {
    this.ended = new AbortController();
    let newest: Uint8Array | null = null;
    let over = false;
    let wake = () => {};
    // Read all the time: what waits in the network's buffers would be shown too late.
    void read(this.ended.signal, (message) => {
      newest = message;
      wake();
    }).finally(() => {
      over = true;
      wake();
    });
    for (;;) {
      if (!newest && !over) await new Promise<void>((resolve) => (wake = resolve));
      const message: Uint8Array | null = newest;
      newest = null;
      if (message) yield await decode(message);
      else if (over) return;
    }
  }

  /** Look no further; `shots` can be asked for again. */
  leave(): void {
    this.ended.abort();
  }

  /** End the command. */
  async stop(): Promise<void> {
    await fetch("stop", { method: "POST", headers: { "X-Stop": "1" } });
  }
}

async function read(signal: AbortSignal, take: (message: Uint8Array) => void): Promise<void> {
  try {
    const reader = (await fetch("live", { signal })).body!.getReader();
    let bytes = new Uint8Array();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      bytes = joined(bytes, value);
      for (let size = sizeOf(bytes); size <= bytes.length; size = sizeOf(bytes)) {
        take(bytes.slice(0, size));
        bytes = bytes.subarray(size);
      }
    }
  } catch {
    // The command has ended, or nobody looks any more.
  }
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}

function lengths(bytes: Uint8Array): [json: number, picture: number] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, HEAD);
  return [view.getUint32(0), view.getUint32(4)];
}

/** Of the first message, as far as is known. */
function sizeOf(bytes: Uint8Array): number {
  if (bytes.length < HEAD) return Infinity;
  const [json, picture] = lengths(bytes);
  return HEAD + json + picture;
}

async function decode(message: Uint8Array): Promise<Shot> {
  const [json] = lengths(message);
  const looked = JSON.parse(new TextDecoder().decode(message.subarray(HEAD, HEAD + json)));
  const jpeg = new Blob([message.slice(HEAD + json)], { type: "image/jpeg" });
  return { looked, picture: await createImageBitmap(jpeg) };
}
