// Keeps the whole page on the device, so that it works without a network.
// The build puts in the list of files and a version that changes with any of them.
const VERSION = "deab94fab563454b";
const FILES = [
  "./",
  "assets/index-CQ38Ue_g.js",
  "assets/index-vPMHdZFo.css",
  "icon-192.png",
  "icon-512.png",
  "icon.svg",
  "manifest.webmanifest",
  "models.json",
  "models/face_detection_full_range.tflite",
  "models/face_detection_short_range.tflite",
  "models/mobile-m-float16.tflite",
  "models/mobile-m-int8.tflite",
  "models/mobile-s-float16.tflite",
  "models/mobile-s-int8.tflite",
  "wasm/litert_wasm_compat_internal.js",
  "wasm/litert_wasm_compat_internal.wasm"
];

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(VERSION)
      .then((cache) => cache.addAll(FILES.map((file) => new Request(file, { cache: "no-cache" }))))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name !== VERSION).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  if (event.request.method !== "GET" || new URL(event.request.url).origin !== self.location.origin) return;
  event.respondWith(
    caches
      .open(VERSION)
      .then((cache) => cache.match(event.request, { ignoreSearch: true }))
      .then((kept) => kept ?? fetch(event.request)),
  );
});
