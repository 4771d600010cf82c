/**
 * Joins ECharts with the one file that imports it, dist/report/echarts.js, in its place: half a megabyte
 * in the package instead of 60 MB that everyone installs.
 */
import { createRequire } from "node:module";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const dist = join(dirname(fileURLToPath(import.meta.url)), "dist");
const file = join(dist, "report/echarts.js");
const bundle = await rolldown({ input: file, platform: "node" });
const { output } = await bundle.generate({ format: "esm", minify: true });
await bundle.close();
writeFileSync(file, output[0].code);
rmSync(`${file}.map`, { force: true });

const require = createRequire(import.meta.url);
const licences = ["echarts/LICENSE", "echarts/NOTICE", "zrender/LICENSE"];
const texts = licences.map((name) => `== ${name}\n\n${readFileSync(require.resolve(name), "utf8")}`);
writeFileSync(join(dist, "report/echarts.licences.txt"), texts.join("\n\n"));
