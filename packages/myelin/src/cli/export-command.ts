import { MyelinError, type Module } from "@myelin/core";
import { encodeSafetensors } from "@myelin/core/io";
import { makeFolder, replaceFile } from "@myelin/data/files";
import { encodeStateDict, exportStateDict, theirNeurons, twinSource, type Framework } from "@myelin/exchange";
import path from "node:path";
import { epochLines } from "../records/index.ts";
import { RunFolder, runFile, type Trained, withTrained, type TrainedOptions } from "../run/index.ts";

/** Flags of `myelin export`. */
export interface ExportFlags extends TrainedOptions {
  readonly to?: Framework;
}

/** A file that can be written. */
interface Format {
  readonly what: string;
  readonly encode: (network: Module, to: Framework, run: ExportedRun) => Promise<Uint8Array>;
  /** The ending of a file that is written beside it. */
  readonly beside?: string;
}

/** A run and its folder. */
interface ExportedRun extends Trained {
  readonly folder: string;
}

const CHECKPOINT: Format = {
  what: "a state_dict of PyTorch",
  encode: async (network, to) => encodeStateDict(await exportStateDict(network, { to })),
};

/** Formats by the ending of the file. */
const FORMATS: Readonly<Record<string, Format>> = {
  ".safetensors": {
    what: "safetensors",
    encode: async (network, to) => encodeSafetensors(await exportStateDict(network, { to })),
  },
  ".pt": CHECKPOINT,
  ".pth": CHECKPOINT,
  ".py": {
    what: "Python on PyTorch, with the weights beside it",
    encode: async (network) => new TextEncoder().encode(twinSource(network)),
    beside: ".pt",
  },
  ".myelin": {
    what: "a run, which loadRun and myelin predict open",
    encode: async (_network, _to, { model, task, folder }) => {
      const { metrics, result } = await new RunFolder(folder).record();
      const { testAccuracy } = result ?? {};
      const epochs = epochLines(metrics).length;
      return runFile(model, task, { epochs, ...(testAccuracy !== undefined && { testAccuracy }) });
    },
  },
};

/**
 * `myelin export DIR FILE`: a run's newest weights under PyTorch's names, sparse ones with their zeros. The run's folder is
 * all that is needed. With `--to` the neurons are those of another framework, and what makes them there is printed.
 *
 * @throws MyelinError for a file whose ending is no known format, or neurons that the framework does not have
 */
export async function runExport(folder: string, file: string, options: ExportFlags): Promise<void> {
  const format = formatOf(file);
  const { to = "pytorch", ...trained } = options;
  if (to !== "pytorch" && format.beside !== undefined) {
    throw new MyelinError(
      `export --to ${to}: expected a file of weights, got ${file}. The program in Python needs torch alone.`,
    );
  }
  await withTrained(folder, trained, async (run) => {
    const { model, checkpoint } = run;
    const write = async (name: string, { what, encode }: Format): Promise<void> => {
      const contents = await encode(model.network, to, { ...run, folder });
      await makeFolder(path.dirname(name));
      await replaceFile(name, contents);
      process.stdout.write(`${name}: ${contents.byteLength} bytes of ${what}, from ${checkpoint}\n`);
    };
    await write(file, format);
    for (const { ours, python } of await theirNeurons(model.network, to)) {
      process.stdout.write(`${ours}: ${python}\n`);
    }
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
