import { Detector } from "./detection/detector";
import { sizeOf } from "./detection/face";
import type { DecisionRule } from "./live/decision";
import { STAGES, Timings } from "./live/timings";
import { type Seen, Watcher } from "./live/watcher";
import type { Picture } from "./picture";
import { Classifier } from "./runtime/classifier";
import { listModels, type ModelEntry } from "./runtime/models";
import { Announcer } from "./ui/announcer";
import { Bars } from "./ui/bars";
import { Camera } from "./ui/camera";
import { Frames } from "./ui/frames";
import { drawFaces, titleOf } from "./ui/overlay";
import { type Choices, field, Settings } from "./ui/settings";

const video = field<HTMLVideoElement>("video");
const picture = field<HTMLCanvasElement>("picture");
const overlay = field<HTMLCanvasElement>("overlay");
const file = field<HTMLInputElement>("file");
const buttons = {
  start: field<HTMLButtonElement>("start"),
  choose: field<HTMLButtonElement>("choose"),
  pause: field<HTMLButtonElement>("pause"),
  flip: field<HTMLButtonElement>("flip"),
  photo: field<HTMLButtonElement>("photo"),
};

const camera = new Camera(video);
const frames = new Frames(picture);
const bars = new Bars(field("bars"));
const announcer = new Announcer(field("announcement"));
let timings = new Timings();
let models: ModelEntry[] = [];
let loaded: { detector: Detector; classifier: Classifier; choices: Choices };
let watcher: Watcher;
let photo: Picture | null = null;
let paused = false;
/** Counts up whenever what is looked at changes: a loop of an older count ends. */
let round = 0;
let working: Promise<void> = Promise.resolve();

/** One thing at a time: models are not exchanged while a picture is looked at. */
function exclusively(work: () => Promise<void>): Promise<void> {
  working = working.then(work).catch((error: unknown) => problem(error));
  return working;
}

function problem(error: unknown): void {
  const box = field("problem");
  box.textContent = error instanceof Error ? error.message : String(error);
  box.hidden = false;
}

async function load(choices: Choices): Promise<void> {
  const status = field("status");
  status.textContent = "Loading…";
  const entry = models.find(({ name }) => name === choices.model)!;
  const detector = await Detector.load(choices.detector);
  const classifier = await Classifier.load(entry);
  loaded?.detector.delete();
  loaded?.classifier.delete();
  loaded = { detector, classifier, choices };
  bars.setLabels(entry.labels);
  renew();
  status.textContent = `${entry.name}, ready`;
  for (const button of [buttons.start, buttons.choose, buttons.photo]) button.disabled = false;
}

/** Forget faces and times. */
function renew(): void {
  timings = new Timings();
  const { detector, classifier, choices } = loaded;
  // A photo is one frame: its own probabilities are all there is to weigh.
  const rule: DecisionRule = photo ? { ...choices.rule, name: "mean", window: 1 } : choices.rule;
  watcher = new Watcher(detector, classifier, rule, choices.upright, timings);
}

async function look(now: number): Promise<void> {
  const seen_in = photo ?? (await timings.time("capture", () => frames.fromVideo(video)));
  const seen = await watcher.look(seen_in, now / 1000);
  await timings.time("drawing", () => show(seen));
  if (!photo) timings.frameDone(now);
  showSpeed();
  // For the tests, and for who builds on this page.
  document.dispatchEvent(new CustomEvent("fer-keras:seen", { detail: seen }));
}

function show(seen: readonly Seen[]): void {
  const { labels } = loaded.classifier.entry;
  if (overlay.width !== picture.width || overlay.height !== picture.height) {
    overlay.width = picture.width;
    overlay.height = picture.height;
  }
  field("screen").hidden = false;
  picture.classList.toggle("mirrored", camera.mirrored);
  // The bars are those of the largest face: who holds the phone.
  const chosen = seen.reduce<Seen | null>(
    (best, one) => (best === null || sizeOf(one.face) > sizeOf(best.face) ? one : best),
    null,
  );
  drawFaces(overlay, seen, labels, camera.mirrored, chosen?.number ?? null);
  bars.show(chosen?.probabilities ?? null);
  const decision = chosen?.decision;
  field("decision-label").textContent =
    decision === undefined ? "No face" : decision.label === null ? "unsure" : labels[decision.label];
  field("decision-detail").textContent = [
    decision && decision.label !== null
      ? `${Math.round(100 * decision.probability)} %`
      : "",
    decision && !photo ? `${decision.votes} of ${decision.frames} frames` : "",
    seen.length > 1 ? `largest of ${seen.length} faces` : "",
  ]
    .filter(Boolean)
    .join(", ");
  announcer.say(
    seen.length === 0 ? "No face" : seen.map((one) => titleOf(one, labels).replace(/ \d+ %/, "")).join(", "),
  );
}

/** The figures change many times a second; people read a few. */
let speedShown = -Infinity;

function showSpeed(): void {
  const now = performance.now();
  if (now - speedShown < 500) return;
  speedShown = now;
  const rate = timings.framesPerSecond;
  const rows: [string, string][] = [];
  if (rate !== undefined) rows.push(["frames/s", rate.toFixed(0)]);
  for (const stage of STAGES) {
    const taken = timings.milliseconds(stage);
    if (taken !== undefined) rows.push([stage, `${taken.toFixed(1)} ms`]);
  }
  field("speed").replaceChildren(
    ...rows.map(([name, value]) => {
      const row = document.createElement("div");
      const [term, detail] = [document.createElement("dt"), document.createElement("dd")];
      term.textContent = name;
      detail.textContent = value;
      row.append(term, detail);
      return row;
    }),
  );
}

function nextFrame(): Promise<number> {
  // A new picture of the camera, where the browser tells; else a new picture of the screen.
  return new Promise((resolve) =>
    "requestVideoFrameCallback" in video
      ? video.requestVideoFrameCallback((now) => resolve(now))
      : requestAnimationFrame(resolve),
  );
}

async function run(): Promise<void> {
  const mine = ++round;
  while (mine === round && camera.running && !paused) {
    const now = await nextFrame();
    if (mine !== round) return;
    await exclusively(() => look(now));
  }
}

async function startCamera(side = camera.side): Promise<void> {
  field("problem").hidden = true;
  try {
    await camera.start(side);
  } catch (error) {
    stopCamera();
    problem(error);
    return;
  }
  camera.onEnd(() => {
    stopCamera();
    problem(new Error("The camera is gone. Start it again, or choose a photo."));
  });
  photo = null;
  setPaused(false);
  renew();
  field("welcome").hidden = true;
  buttons.pause.disabled = false;
  offerOtherCamera();
  void run();
}

function stopCamera(): void {
  round++;
  camera.stop();
  buttons.pause.disabled = true;
  offerOtherCamera();
  field("welcome").hidden = photo !== null;
}

/** The way to the other camera; from a photo, the way back to the camera. */
function offerOtherCamera(): void {
  buttons.flip.disabled = !camera.running && photo === null;
  buttons.flip.querySelector("span")!.textContent = photo ? "Camera" : "Flip";
  buttons.flip.ariaLabel = photo ? "Camera: leave the photo" : "Flip: other camera";
}

function setPaused(value: boolean): void {
  paused = value;
  timings.interrupt();
  buttons.pause.setAttribute("aria-pressed", String(value));
  buttons.pause.querySelector("span")!.textContent = value ? "Go on" : "Pause";
}

async function lookAtPhoto(chosen: Blob): Promise<void> {
  field("problem").hidden = true;
  try {
    const read = await frames.fromFile(chosen);
    photo = read;
  } catch (error) {
    problem(error);
    return;
  }
  stopCamera();
  await exclusively(async () => {
    renew();
    await look(performance.now());
  });
}

async function change(choices: Choices): Promise<void> {
  await exclusively(async () => {
    const { model, detector } = loaded.choices;
    if (choices.model !== model || choices.detector !== detector) {
      await load(choices);
    } else {
      loaded.choices = choices;
      renew();
    }
    if (photo) await look(performance.now());
  });
}

buttons.start.addEventListener("click", () => void startCamera());
buttons.choose.addEventListener("click", () => file.click());
buttons.photo.addEventListener("click", () => file.click());
buttons.flip.addEventListener("click", () => {
  const other = camera.side === "user" ? "environment" : "user";
  void startCamera(photo ? camera.side : other);
});
buttons.pause.addEventListener("click", () => {
  setPaused(!paused);
  if (!paused) void run();
});
file.addEventListener("change", () => {
  const [chosen] = file.files ?? [];
  if (chosen) void lookAtPhoto(chosen);
  file.value = ""; // the same photo may be chosen again
});
field("open-about").addEventListener("click", () => field<HTMLDialogElement>("about").showModal());
document.addEventListener("visibilitychange", () => timings.interrupt());

void exclusively(async () => {
  models = await listModels();
  const settings = new Settings(models, (choices) => void change(choices));
  await load(settings.choices);
});
if ("serviceWorker" in navigator && import.meta.env.PROD) {
  void navigator.serviceWorker.register("service_worker.js");
}
