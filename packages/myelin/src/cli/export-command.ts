import { encodeSafetensors, MyelinError } from "@myelin/core";
import { makeFolder, replaceFile } from "@myelin/data/files";
import { encodeStateDict, exportStateDict, type StateDict } from "@myelin/exchange";
import path from "node:path";
import { withTrained, type TrainedOptions } from "../run/trained.ts";

/** A file that can be written. */
interface Format {
  readonly what: string;
  readonly encode: (tensors: StateDict) => Uint8Array;
}

const CHECKPOINT: Format = { what: "a state_dict of PyTorch", encode: encodeStateDict };

/** Formats by the ending of the file. */
const FORMATS: Readonly<Record<string, Format>> = {
  ".safetensors": { what: "safetensors", encode: (tensors) => encodeSafetensors(tensors) },
  ".pt": CHECKPOINT,
  ".pth": CHECKPOINT,
};

/**
 * `myelin export DIR FILE`: a run's newest weights under PyTorch's names, sparse ones with their zeros. The run's folder is
 * all that is needed.
 *
 * @throws MyelinError for a file whose ending is no known format
 */
export async function runExport(folder: string, file: string, options: TrainedOptions): Promise<void> {
  const { what, encode } = formatOf(file);
  await withTrained(folder, options, async ({ model, checkpoint }) => {
    const contents = encode(await exportStateDict(model.network));
    await makeFolder(path.dirname(file));
    await replaceFile(file, contents);
    process.stdout.write(`${file}: ${contents.byteLength} bytes of ${what}, from ${checkpoint}\n`);
  });
}

function formatOf(file: string): Format {
  const ending = path.extname(file);
  if (Object.hasOwn(FORMATS, ending)) return FORMATS[ending]!;
  const known = Object.entries(FORMATS).map(([name, { what }]) => `${name} (${what})`);
  throw new MyelinError(
    `export ${file}: expected a file name that ends in ${known.join(", ")}, got ${ending === "" ? "no ending" : ending}. ` +
      `For instance: ${path.basename(file, ending)}.safetensors.`,
  );
}
