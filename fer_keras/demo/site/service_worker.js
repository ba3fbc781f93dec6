// Keeps the whole page on the device, so that it works without a network.
// The server puts in the list of files and a version that changes with any of them.
const VERSION = "__VERSION__";
const FILES = __FILES__;

// LiteRT comes twice, with relaxed SIMD and without: one of them is kept. The smallest module that
// uses such an instruction (i8x16.relaxed_swizzle).
const RELAXED = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 15, 1, 13, 0, 65, 1, 253, 15, 65, 2, 253,
  15, 253, 128, 2, 11,
]);
const LEFT_OUT = WebAssembly.validate(RELAXED) ? "litert_wasm_compat_internal" : "litert_wasm_internal";

self.addEventListener("install", (event) => {
  const kept = FILES.filter((file) => !file.includes(LEFT_OUT));
  event.waitUntil(
    caches
      .open(VERSION)
      .then((cache) => cache.addAll(kept.map((file) => new Request(file, { cache: "no-cache" }))))
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
