/**
 * Joins the compiled library into one small file for pages that use no bundler of their own, kernels included:
 * dist/myelin.min.js as a module, dist/myelin.global.js as a classic script that defines `myelin`.
 */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const dist = join(dirname(fileURLToPath(import.meta.url)), "dist");
const bundle = await rolldown({ input: join(dist, "entries/bundle.js"), platform: "neutral" });
// One file each: what the library loads when it is asked for, such as a backend, comes with it.
const shared = { minify: true, codeSplitting: false };
await bundle.write({ file: join(dist, "myelin.min.js"), format: "esm", ...shared });
await bundle.write({ file: join(dist, "myelin.global.js"), format: "iife", name: "myelin", ...shared });
await bundle.close();
