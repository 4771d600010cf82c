/**
 * Joins the thread that reads spike files with all that it imports into one file, dist/spikes-worker.min.js: a
 * worker of a page without a bundler could not find its imports.
 */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const dist = join(dirname(fileURLToPath(import.meta.url)), "dist");
const bundle = await rolldown({
  input: join(dist, "hdf5/web-worker.js"),
  platform: "browser",
});
await bundle.write({
  file: join(dist, "spikes-worker.min.js"),
  format: "esm",
  minify: true,
  codeSplitting: false,
});
await bundle.close();
