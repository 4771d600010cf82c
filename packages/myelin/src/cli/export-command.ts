import { encodeSafetensors, MyelinError, type Module } from "@myelin/core";
import { makeFolder, replaceFile } from "@myelin/data/files";
import { encodeStateDict, exportStateDict, twinSource } from "@myelin/exchange";
import path from "node:path";
import { withTrained, type TrainedOptions } from "../run/index.ts";

/** A file that can be written. */
interface Format {
  readonly what: string;
  readonly encode: (network: Module) => Promise<Uint8Array>;
  /** The ending of a file that is written beside it. */
  readonly beside?: string;
}

const CHECKPOINT: Format = {
  what: "a state_dict of PyTorch",
  encode: async (network) => encodeStateDict(await exportStateDict(network)),
};

/** Formats by the ending of the file. */
const FORMATS: Readonly<Record<string, Format>> = {
  ".safetensors": {
    what: "safetensors",
    encode: async (network) => encodeSafetensors(await exportStateDict(network)),
  },
  ".pt": CHECKPOINT,
  ".pth": CHECKPOINT,
  ".py": {
    what: "Python on PyTorch, with the weights beside it",
    encode: async (network) => new TextEncoder().encode(twinSource(network)),
    beside: ".pt",
  },
};

/**
 * `myelin export DIR FILE`: a run's newest weights under PyTorch's names, sparse ones with their zeros. The run's folder is
 * all that is needed.
 *
 * @throws MyelinError for a file whose ending is no known format
 */
export async function runExport(folder: string, file: string, options: TrainedOptions): Promise<void> {
  const format = formatOf(file);
  await withTrained(folder, options, async ({ model, checkpoint }) => {
    const write = async (name: string, { what, encode }: Format): Promise<void> => {
      const contents = await encode(model.network);
      await makeFolder(path.dirname(name));
      await replaceFile(name, contents);
      process.stdout.write(`${name}: ${contents.byteLength} bytes of ${what}, from ${checkpoint}\n`);
    };
    await write(file, format);
    const { beside } = format;
    if (beside !== undefined) await write(withEnding(file, beside), FORMATS[beside]!);
  });
}

function withEnding(file: string, ending: string): string {
  return file.slice(0, -path.extname(file).length) + ending;
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
