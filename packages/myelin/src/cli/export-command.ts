import { exportDense, MyelinError } from "@myelin/core";
import { makeFolder, replaceFile } from "@myelin/data/files";
import path from "node:path";
import { withTrained, type TrainedOptions } from "../run/trained.ts";

/** Endings of the files that can be written, and what is in them. */
const FORMATS: Readonly<Record<string, string>> = { ".safetensors": "dense safetensors" };

/**
 * `myelin export DIR FILE`: a run's newest weights as dense safetensors, sparse ones with their zeros. The run's folder
 * is all that is needed.
 *
 * @throws MyelinError for a file whose ending is no known format
 */
export async function runExport(folder: string, file: string, options: TrainedOptions): Promise<void> {
  requireKnownEnding(file);
  await withTrained(folder, options, async ({ model, checkpoint }) => {
    const contents = await exportDense(model.network);
    await makeFolder(path.dirname(file));
    await replaceFile(file, contents);
    process.stdout.write(`${file}: ${contents.byteLength} bytes of safetensors, from ${checkpoint}\n`);
  });
}

function requireKnownEnding(file: string): void {
  const ending = path.extname(file);
  if (Object.hasOwn(FORMATS, ending)) return;
  const known = Object.entries(FORMATS).map(([name, text]) => `${name} (${text})`);
  throw new MyelinError(
    `export ${file}: expected a file name that ends in ${known.join(", ")}, got ${ending === "" ? "no ending" : ending}. ` +
      `For instance: ${path.basename(file, ending)}.safetensors.`,
  );
}
