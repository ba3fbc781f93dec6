import { Engine } from "./engine/engine";
import type { Looked, PictureSource, Task } from "./engine/messages";
import { Timings } from "./live/timings";
import { Records } from "./results/records";
import { listModels, type ModelEntry, type ModelList } from "./runtime/models";
import { Camera } from "./sources/camera";
import { Film, FILM_RATE } from "./sources/film";
import { NewestFrames } from "./sources/newest";
import { drawBitmap, drawPhoto } from "./sources/photo";
import { Pushed } from "./sources/pushed";
import { buttons, offerOtherCamera, problem } from "./ui/controls";
import { onFile, saveText } from "./ui/incoming";
import { Overlay } from "./ui/overlay";
import { clock, type Kind, Panel } from "./ui/panel";
import { type Choices, field, Settings } from "./ui/settings";
import { say, speak } from "./words/words";

const screen = field("screen");
const picture = field<HTMLCanvasElement>("picture");
const cameraVideo = field<HTMLVideoElement>("video");
const filmVideo = field<HTMLVideoElement>("film-video");
const seek = field<HTMLInputElement>("seek");

const camera = new Camera(cameraVideo);
const frames = new NewestFrames(cameraVideo, lookAtFrame);
const overlay = new Overlay(field<HTMLCanvasElement>("overlay"), () => redraw());
const panel = new Panel(() => redraw());
const pushed = new Pushed();
let engine: Engine;
let models: ModelList;
let choices: Choices;
let timings = new Timings();
let records = new Records();
let kind: Kind | null = null;
let film: Film | null = null;
let looked: Looked | null = null;
let firstTime: number | null = null;
let shownTime = 0;
let paused = false;
let goOn: (() => void) | null = null;
/** Counts up whenever faces are forgotten: what was asked before is not shown any more. */
let round = 0;

/** Whether Python looks, and this page shows what it sees. */
function isLive(): boolean {
  return models.live !== undefined;
}

function tellReady(): void {
  const { model } = choices;
  const ended = isLive() && buttons.stop.disabled;
  const looking = isLive() ? `${model}: ${models.live}` : say("ready", { model });
  field("status").textContent = ended ? say("liveEnded") : looking;
}

function chosenModel(): ModelEntry {
  return models.models.find(({ name }) => name === choices.model)!;
}

function shownLabels(): readonly string[] {
  const { labels, translations } = chosenModel();
  return translations[choices.language] ?? labels;
}

/** Forget faces and times, and load what the settings ask for. */
async function begin(): Promise<number> {
  const mine = ++round;
  const { detector, upright } = choices;
  let { rule } = choices;
  // A photo is one frame: its own probabilities are all there is to weigh. A film's are a second's.
  if (kind === "photo") rule = { ...rule, name: "mean", window: 1 };
  if (kind === "film") rule = { ...rule, window: Math.min(rule.window, FILM_RATE) };
  const task: Task = {
    model: chosenModel(),
    detector,
    upright,
    rule,
    way: kind === "photo" ? "photo" : "moving",
  };
  forget();
  await engine.begin(task);
  return mine;
}

/** Forget faces and times. */
function forget(): void {
  timings = new Timings();
  records = new Records();
  looked = firstTime = null;
  panel.renew();
  panel.setLabels(shownLabels());
}

async function load(): Promise<number> {
  field("status").textContent = say("loading");
  const mine = await begin();
  tellReady();
  for (const button of [buttons.start, buttons.choose, buttons.photo]) button.disabled = false;
  return mine;
}

async function lookAtFrame(source: PictureSource, now: number): Promise<void> {
  const mine = round;
  firstTime ??= now;
  const time = now - firstTime;
  try {
    const seen = await engine.look(source, time);
    if (mine !== round) return;
    timings.frameDone(performance.now());
    await show(seen, time);
  } catch (error) {
    problem(error);
  }
}

async function show(seen: Looked, time: number): Promise<void> {
  looked = seen;
  shownTime = time;
  records.add(time, seen.seen);
  for (const [stage, taken] of Object.entries(seen.milliseconds)) {
    timings.add(stage as keyof typeof seen.milliseconds, taken);
  }
  await timings.time("drawing", redraw);
  panel.showSpeed(timings);
  buttons.save.disabled = records.empty;
  screen.dataset.kind = kind!;
  screen.dataset.size = `${seen.width}x${seen.height}`;
  // For the tests, and for who builds on this page.
  document.dispatchEvent(new CustomEvent("fer-keras:seen", { detail: seen.seen }));
}

/** Draw what was seen last, again. */
function redraw(): void {
  if (!looked || !kind) return;
  const { seen, followed } = looked;
  const chosen = panel.pick(seen, followed);
  overlay.draw(looked, seen, shownLabels(), camera.mirrored, chosen?.number ?? null);
  panel.show(chosen, seen, kind);
  panel.showCourse(records, kind, shownTime, film?.duration ?? 0);
}

/** Show one source's picture, and let go of the others. */
function change(to: Kind | null): void {
  round++;
  kind = to;
  if (to !== "camera") {
    frames.stop();
    camera.stop();
  }
  if (to !== "film") {
    film?.close();
    film = null;
  }
  overlay.clear();
  looked = null;
  panel.show(null, [], "camera");
  field("problem").hidden = true;
  field("welcome").hidden = to !== null;
  screen.hidden = field("panel").hidden = to === null;
  cameraVideo.hidden = to !== "camera";
  filmVideo.hidden = to !== "film";
  picture.hidden = to !== "photo" && to !== "live";
  field("film").hidden = to !== "film";
  seek.hidden = true;
  buttons.pause.disabled = to === null || to === "photo";
  setPaused(false);
  offerOtherCamera(kind);
}

function setPaused(value: boolean): void {
  paused = value;
  timings.interrupt();
  goOn?.();
  goOn = null;
  buttons.pause.setAttribute("aria-pressed", String(value));
  const over = kind === "film" && !seek.hidden;
  buttons.pause.querySelector("span")!.textContent = say(!value ? "pause" : over ? "play" : "goOn");
}

async function startCamera(side = camera.side): Promise<void> {
  frames.stop();
  try {
    await camera.start(side);
  } catch (error) {
    change(null);
    problem(error);
    return;
  }
  camera.onEnd(() => {
    change(null);
    problem(new Error(say("cameraGone")));
  });
  change("camera");
  cameraVideo.classList.toggle("mirrored", camera.mirrored);
  await begin();
  frames.start();
}

/** Show what `fer-keras live` sees, until it ends or somebody pauses. */
async function watchLive(): Promise<void> {
  const mine = ++round;
  for await (const { looked: seen, picture: bitmap } of pushed.shots()) {
    if (mine === round) {
      drawBitmap(bitmap, picture);
      timings.frameDone(performance.now());
      await show(seen, seen.time);
    }
    bitmap.close();
  }
  if (mine !== round) return;
  buttons.pause.disabled = buttons.stop.disabled = true;
  tellReady();
}

function startLive(): void {
  for (const button of [buttons.flip, buttons.photo]) button.hidden = true;
  buttons.stop.hidden = false;
  change("live");
  forget();
  tellReady();
  void watchLive();
}

async function open(file: Blob): Promise<void> {
  field("problem").hidden = true;
  try {
    await (file.type.startsWith("video/") ? openFilm(file) : openPhoto(file));
  } catch (error) {
    problem(error);
  }
}

async function openPhoto(file: Blob): Promise<void> {
  await drawPhoto(file, picture);
  change("photo");
  await lookAtPhoto();
}

async function lookAtPhoto(): Promise<void> {
  const mine = await begin();
  const seen = await engine.look(await createImageBitmap(picture), 0);
  if (mine === round) await show(seen, 0);
}

async function openFilm(file: Blob): Promise<void> {
  film?.close();
  film = null;
  const opened = await Film.open(filmVideo, file);
  change("film");
  film = opened;
  await analyse(opened);
}

/** Look at a film's pictures one after the other; then it can be played with what was seen. */
async function analyse(of: Film): Promise<void> {
  seek.hidden = true;
  setPaused(false);
  const mine = await begin();
  const [bar, text] = [field<HTMLProgressElement>("film-progress"), field("film-text")];
  const begun = performance.now();
  for await (const { source, time } of of.frames()) {
    if (mine !== round) return source.close();
    if (paused) await new Promise<void>((resolve) => (goOn = resolve));
    const seen = await engine.look(source, time);
    if (mine !== round) return;
    timings.frameDone(performance.now());
    await show(seen, time);
    bar.value = of.duration > 0 ? Math.min(time / of.duration, 1) : 1;
    const left = ((performance.now() - begun) / 1000) * (1 / Math.max(bar.value, 1e-3) - 1);
    const [done, total] = [clock(time), clock(of.duration)];
    text.textContent = say("film", { done, total, left: clock(left) });
  }
  bar.value = 1;
  text.textContent = say("filmDone");
  seek.max = String(of.duration);
  seek.value = seek.max;
  seek.hidden = false;
  setPaused(true);
}

/** What was seen of the film at the time that is shown now. */
function showFilmNow(): void {
  if (!film || seek.hidden || !looked) return;
  const seen = records.at(film.video.currentTime, 1 / FILM_RATE + 0.05);
  looked = { ...looked, seen, followed: seen.map(({ number }) => number) };
  shownTime = film.video.currentTime;
  seek.value = String(shownTime);
  redraw();
}

function playFilm(): void {
  if (!film || paused) return;
  if (film.video.ended) film.video.currentTime = 0;
  void film.video.play();
  const next = () => {
    showFilmNow();
    if (film?.video.ended) setPaused(true);
    else if (film && !paused) requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
}

function pauseOrGoOn(): void {
  setPaused(!paused);
  if (kind === "camera") {
    if (paused) {
      frames.stop();
      cameraVideo.pause();
    } else {
      void cameraVideo.play();
      frames.start();
    }
  } else if (kind === "live") {
    if (paused) {
      round++;
      pushed.leave();
    } else {
      void watchLive();
    }
  } else if (kind === "film" && !seek.hidden) {
    if (paused) film!.video.pause();
    else playFilm();
  }
}

async function changeChoices(to: Choices): Promise<void> {
  const before = choices;
  choices = to;
  if (to.language !== before.language) {
    speak(to.language);
    tellReady();
    offerOtherCamera(kind);
    setPaused(paused);
    panel.setLabels(shownLabels());
    redraw();
  }
  const rest = (one: Choices) => JSON.stringify({ ...one, language: "" });
  if (rest(to) === rest(before)) return;
  try {
    if (to.model !== before.model || to.detector !== before.detector) await load();
    else if (kind === "camera" || kind === null) await begin();
    if (kind === "photo") await lookAtPhoto();
    else if (kind === "film" && film) await analyse(film);
  } catch (error) {
    problem(error);
  }
}

function save(): void {
  const stamp = new Date().toISOString().slice(0, 19).replace(/[-:]/g, "").replace("T", "-");
  saveText(records.toCsv(chosenModel().labels), `fer-keras-${stamp}.csv`, "text/csv");
}

buttons.start.addEventListener("click", () => void startCamera());
buttons.choose.addEventListener("click", () => field("file").click());
buttons.photo.addEventListener("click", () => field("file").click());
buttons.flip.addEventListener("click", () => {
  const other = camera.side === "user" ? "environment" : "user";
  void startCamera(kind === "camera" ? other : camera.side);
});
buttons.pause.addEventListener("click", pauseOrGoOn);
buttons.stop.addEventListener("click", () => void pushed.stop());
buttons.save.addEventListener("click", save);
seek.addEventListener("input", () => {
  setPaused(true);
  film?.video.pause();
  void film?.show(seek.valueAsNumber).then(showFilmNow);
});
field("stage").addEventListener("click", ({ clientX, clientY }) => {
  if (!looked) return;
  const { left, top } = field("overlay").getBoundingClientRect();
  const face = overlay.faceAt(clientX - left, clientY - top, looked, looked.seen, camera.mirrored);
  if (!face) return;
  panel.choose(face.number);
  redraw();
});
onFile(field<HTMLInputElement>("file"), (file) => {
  if (!buttons.photo.disabled) void open(file);
});
field("open-about").addEventListener("click", () => field<HTMLDialogElement>("about").showModal());
document.addEventListener("visibilitychange", () => timings.interrupt());

async function start(): Promise<void> {
  models = await listModels();
  const settings = new Settings(models, (to) => void changeChoices(to));
  choices = settings.choices;
  speak(choices.language);
  if (isLive()) return startLive();
  if (typeof OffscreenCanvas === "undefined") throw new Error(say("tooOld"));
  if ("serviceWorker" in navigator && import.meta.env.PROD) {
    void navigator.serviceWorker.register("service_worker.js");
  }
  engine = new Engine();
  offerOtherCamera(kind);
  await load();
}

start().catch(problem);
