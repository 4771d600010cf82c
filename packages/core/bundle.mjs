/**
 * Joins the compiled library into one small file, dist/myelin.min.js, for pages that use no bundler of
 * their own. It holds everything, kernels included.
 */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const dist = join(dirname(fileURLToPath(import.meta.url)), "dist");
const bundle = await rolldown({ input: join(dist, "index.js"), platform: "neutral" });
// One file: what the library loads when it is asked for, such as a backend, comes with it.
await bundle.write({
  file: join(dist, "myelin.min.js"),
  format: "esm",
  minify: true,
  codeSplitting: false,
});
await bundle.close();
