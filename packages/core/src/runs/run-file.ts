import { checkBytes, checkText, describeValue, isPlainObject, refuse } from "../checks.ts";
import { buildNetwork, type OwnLayer, statedEquations } from "../description/index.ts";
import { currentEngine } from "../engine/index.ts";
import { FormatError, located, MyelinError, UnsupportedError } from "../errors.ts";
import {
  crc32,
  decodeSafetensors,
  encodeSafetensors,
  encodeWeights,
  restoreWeights,
  type SafetensorsFile,
  type TensorData,
  utf8Encode,
} from "../io/index.ts";
import { checkModule, type Sequential } from "../nn/index.ts";
import { checkRunDescription } from "./read-description.ts";
import type { RunDescription } from "./run-description.ts";

const FORMAT = "myelin-run";
const VERSION = 1;

/** Name of the file in a run's folder. */
export const RUN_FILE = "network.myelin";

/**
 * A trained network as a file: safetensors whose metadata hold its description, so that `loadRun` needs nothing else.
 *
 *   format        "myelin-run"
 *   version       "1"
 *   description   a `RunDescription` in JSON, with the equations of all neurons
 *   checksums     the CRC-32 of each tensor's bytes by its name, and of `description`, in JSON
 *
 * @param network of that description, trained
 * @throws MyelinError for a description that is none
 */
export async function encodeRun(network: Sequential, description: RunDescription): Promise<Uint8Array> {
  checkModule("encodeRun.network", network);
  checkRunDescription("encodeRun.description", description);
  const { tensors } = decodeSafetensors(await encodeWeights(network));
  const whole = { ...description, network: statedEquations(description.network, network) };
  const text = JSON.stringify(whole);
  return encodeSafetensors(tensors, {
    format: FORMAT,
    version: String(VERSION),
    description: text,
    checksums: JSON.stringify(checksumsOf(tensors, text)),
  });
}

/** A run as its file holds it. */
export interface RunContents {
  readonly description: RunDescription;
  /** The whole file, which is a file of weights too. */
  readonly bytes: Uint8Array;
}

/**
 * Reads what `encodeRun` has written; the network is not built yet.
 *
 * @param name of the file, for messages
 * @throws UnsupportedError if a newer version has written it
 * @throws FormatError if it is damaged or something else
 */
export function decodeRun(bytes: Uint8Array, name = RUN_FILE): RunContents {
  checkBytes("decodeRun", bytes);
  checkText("decodeRun.name", name);
  return inFile(name, () => {
    const { tensors, metadata } = decodeSafetensors(bytes);
    requireFormat(metadata);
    const text = metadata.get("description") ?? "";
    requireChecksums(metadata.get("checksums") ?? "", checksumsOf(tensors, text));
    const description = JSON.parse(text) as RunDescription;
    return { description: checkRunDescription("description", description), bytes };
  });
}

/**
 * The network of a run with its weights, in evaluation mode.
 *
 * @param layers what makes layers of types of one's own
 * @throws FormatError if the weights are not those of the network, or the network cannot be built
 */
export async function networkOf(
  { description, bytes }: RunContents,
  name: string,
  layers: Readonly<Record<string, OwnLayer>>,
): Promise<Sequential> {
  const { random } = currentEngine();
  const state = random.getState();
  try {
    const network = await buildNetwork(description.network, { layers });
    restoreWeights(bytes, network);
    return network.eval();
  } catch (cause) {
    throw relocated(name, cause);
  } finally {
    // The first weights were drawn in vain: what else is drawn here shall not depend on that.
    random.setState(state);
  }
}

function requireFormat(metadata: SafetensorsFile["metadata"]): void {
  const [format, version] = [metadata.get("format"), metadata.get("version")];
  if (format !== FORMAT) {
    throw new FormatError(
      `expected a run with format "${FORMAT}" in its metadata, got ${describeValue(format)}. ` +
        "Files of weights alone go into a network with restoreWeights or loadWeights.",
    );
  }
  if (version === String(VERSION)) return;
  const hint =
    Number(version) > VERSION ? "A newer Myelin has written it: update this one." : "The file is damaged.";
  throw new UnsupportedError(`expected version ${VERSION}, got ${describeValue(version)}. ${hint}`);
}

/** Name of the description among the check sums; no tensor is called so. */
const DESCRIPTION = "__metadata__";

type Checksums = Readonly<Record<string, number>>;

function checksumsOf(tensors: ReadonlyMap<string, TensorData>, description: string): Checksums {
  const sums = [...tensors].map(([name, { data }]): [string, number] => [
    name,
    crc32(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
  ]);
  return Object.fromEntries([...sums, [DESCRIPTION, crc32(utf8Encode(description))]]);
}

function requireChecksums(stated: string, actual: Checksums): void {
  const sums = JSON.parse(stated) as Checksums;
  if (!isPlainObject(sums)) refuse("checksums", "check sums by name", sums, "The file is damaged.");
  const names = new Set([...Object.keys(sums), ...Object.keys(actual)]);
  for (const name of names) {
    if (sums[name] === actual[name]) continue;
    const what = name === DESCRIPTION ? "the description" : name;
    throw new FormatError(
      `expected ${what} with CRC-32 ${describeValue(sums[name])}, got ${describeValue(actual[name])}. ` +
        "The file was damaged or changed: get it again.",
    );
  }
}

function inFile<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw relocated(name, cause);
  }
}

/** What is wrong with a file, with its name ahead. */
function relocated(name: string, cause: unknown): unknown {
  if (cause instanceof SyntaxError) {
    return new FormatError(`${name}: expected metadata in JSON, got ${cause.message}. The file is damaged.`, {
      cause,
    });
  }
  if (!(cause instanceof MyelinError)) return cause;
  if (cause instanceof FormatError) return located(cause, name);
  return new FormatError(`${name}: ${cause.message}`, { cause });
}
