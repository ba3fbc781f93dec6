import { defineConfig } from "vite";
import { packageFiles } from "./packing/package_files.ts";

export default defineConfig({
  base: "./",
  plugins: [packageFiles()],
  worker: { format: "iife" }, // a classic one: LiteRT loads its script by importScripts
  build: {
    outDir: "../fer_keras/demo/site",
    emptyOutDir: true,
    modulePreload: false, // its helper is a script of its own, and there is one module
    assetsInlineLimit: 0,
  },
});
