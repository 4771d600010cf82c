import { exportDense } from "@myelin/core";
import { makeFolder, replaceFile } from "@myelin/data/files";
import { withTrained, type TrainedOptions } from "../run/trained.ts";
import path from "node:path";

/** `myelin export DIR FILE`: a run's newest weights as dense safetensors, sparse ones with their zeros. */
export async function runExport(folder: string, file: string, options: TrainedOptions): Promise<void> {
  await withTrained(folder, options, async ({ model, checkpoint }) => {
    const contents = await exportDense(model.network);
    await makeFolder(path.dirname(file));
    await replaceFile(file, contents);
    process.stdout.write(`${file}: ${contents.byteLength} bytes of safetensors, from ${checkpoint}\n`);
  });
}
