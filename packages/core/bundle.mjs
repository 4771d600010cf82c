/**
 * Joins the compiled library into one small file, dist/myelin.min.js, for pages that use no bundler of
 * their own. It holds everything, kernels included.
 */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const dist = join(dirname(fileURLToPath(import.meta.url)), "dist");
const bundle = await rolldown({ input: join(dist, "index.js"), platform: "neutral" });
await bundle.write({ file: join(dist, "myelin.min.js"), format: "esm", minify: true });
await bundle.close();
