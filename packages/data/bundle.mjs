/**
 * Joins what installs and pages would have to look for elsewhere:
 *
 *     dist/h5wasm.js, h5wasm-node.js   the HDF5 library in the place of the files that import it: 3 MB instead of
 *                                      the 15 MB of its package, which has each build of it twice
 *     dist/vendor/h5wasm/              its types and its licence
 *     dist/spikes-worker.min.js        the thread that reads spike files, with all that it imports: a worker of a
 *                                      page without a bundler could not find these
 */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { packProgram } from "./pack-program.mjs";

const dist = join(dirname(fileURLToPath(import.meta.url)), "dist");
const library = join(dirname(fileURLToPath(import.meta.resolve("h5wasm"))), "../..");
const vendor = join(dist, "vendor/h5wasm");
/** Compressing takes its time. */
const checks = { pluginTimings: false };

await joinFile("hdf5/web-worker.js", "spikes-worker.min.js", "browser");
await joinFile("h5wasm.js", "h5wasm.js", "neutral");
await joinFile("h5wasm-node.js", "h5wasm-node.js", "node");
copyTypes();

/**
 * @param {string} from
 * @param {string} to
 * @param {"browser" | "neutral" | "node"} platform
 */
async function joinFile(from, to, platform) {
  const bundle = await rolldown({ input: join(dist, from), platform, plugins: [packProgram], checks });
  const { output } = await bundle.generate({ format: "esm", minify: true, codeSplitting: false });
  await bundle.close();
  writeFileSync(join(dist, to), output[0].code);
  rmSync(join(dist, `${to}.map`), { force: true });
}

/** The library's types come along, as the package's own speak of them. */
function copyTypes() {
  mkdirSync(vendor, { recursive: true });
  for (const name of readdirSync(join(library, "src")).filter((file) => file.endsWith(".d.ts")))
    copyFileSync(join(library, "src", name), join(vendor, name));
  const notice =
    "h5wasm, changed by Myelin: joined into single files in which its WebAssembly program is compressed.\n";
  writeFileSync(
    join(vendor, "LICENSE.txt"),
    `${notice}\n${readFileSync(join(library, "LICENSE.txt"), "utf8")}`,
  );
  for (const name of ["hdf5/library.d.ts", "h5wasm.d.ts", "h5wasm-node.d.ts"]) {
    const file = join(dist, name);
    const up = name.includes("/") ? "../" : "./";
    writeFileSync(
      file,
      readFileSync(file, "utf8").replace(/"h5wasm(\/node)?"/, `"${up}vendor/h5wasm/hdf5_hl.js"`),
    );
  }
}
