/** Looks at pictures beside the page's own thread, which captures the next one and draws the last. */
import { FaceFinder } from "../detection/face_finder";
import { Timings } from "../live/timings";
import { Watcher } from "../live/watcher";
import { Classifier } from "../runtime/classifier";
import type { Looked, PictureSource, Reply, Request, Task } from "./messages";
import { PixelReader } from "./pixel_reader";

const page = self as unknown as {
  addEventListener(kind: "message", listener: (event: MessageEvent<Request>) => void): void;
  postMessage(reply: Reply): void;
};
const pixels = new PixelReader();
let classifier: Classifier | null = null;
let finder: FaceFinder | null = null;
let watcher: Watcher | null = null;

async function begin(task: Task, models: URL): Promise<void> {
  if (classifier?.entry.name !== task.model.name) {
    classifier?.delete();
    classifier = null; // should the new one not come, the old one is gone all the same
    classifier = await Classifier.load(task.model, models);
  }
  finder ??= new FaceFinder(models);
  await finder.begin(task.detector, task.way);
  watcher = new Watcher(finder, classifier, task.rule, task.upright);
}

async function look(source: PictureSource, time: number): Promise<Looked> {
  if (!watcher) throw new Error("nothing was begun");
  const timings = new Timings();
  const picture = await timings.time("capture", () => pixels.read(source));
  source.close();
  const seen = await watcher.look(picture, time, timings);
  return {
    width: picture.width,
    height: picture.height,
    seen,
    followed: watcher.numbers,
    milliseconds: timings.all(),
  };
}

/** One thing at a time: models are not exchanged while a picture is looked at. */
let working: Promise<void> = Promise.resolve();

page.addEventListener("message", ({ data }) => {
  working = working.then(async () => {
    try {
      if (data.kind === "begin") {
        await begin(data.task, new URL(data.models));
        page.postMessage({ id: data.id });
      } else {
        page.postMessage({ id: data.id, looked: await look(data.source, data.time) });
      }
    } catch (error) {
      page.postMessage({ id: data.id, error: error instanceof Error ? error.message : String(error) });
    }
  });
});
