import type { Looked, PictureSource, Reply, Request, Task } from "./messages";

type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** The page's side of the worker that looks at pictures. */
export class Engine {
  // A classic worker: LiteRT loads its script by importScripts, which modules lack.
  private readonly worker = new Worker(new URL("./worker.ts", import.meta.url));
  private readonly waiting = new Map<number, (reply: Reply) => void>();
  private next = 1;

  constructor() {
    this.worker.addEventListener("message", ({ data }: MessageEvent<Reply>) => {
      this.waiting.get(data.id)?.(data);
      this.waiting.delete(data.id);
    });
    this.worker.addEventListener("error", (event) => {
      for (const [id, answer] of this.waiting) answer({ id, error: event.message || "the worker failed" });
      this.waiting.clear();
    });
  }

  /** Load what is needed and forget all faces. */
  async begin(task: Task): Promise<void> {
    await this.ask({ kind: "begin", task, models: new URL("models/", document.baseURI).href }, []);
  }

  /** @param source is handed over: it can't be used any more. @param time in seconds. */
  async look(source: PictureSource, time: number): Promise<Looked> {
    const { looked } = await this.ask({ kind: "look", source, time }, [source as Transferable]);
    return looked!;
  }

  private async ask(request: Without<Request, "id">, handed: Transferable[]): Promise<Reply> {
    const id = this.next++;
    const reply = await new Promise<Reply>((resolve) => {
      this.waiting.set(id, resolve);
      this.worker.postMessage({ ...request, id }, handed);
    });
    if (reply.error !== undefined) throw new Error(reply.error);
    return reply;
  }
}
