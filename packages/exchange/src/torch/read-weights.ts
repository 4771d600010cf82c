import { checkBytes, checkOptions, checkText } from "@myelin/core/checks";
import { decodeSafetensors } from "@myelin/core/io";
import { readTorch } from "./checkpoint.ts";
import { stateDictOf, type StateDict } from "./state-dict.ts";

/** Options of `readStateDict`. */
export interface ReadStateDictOptions {
  /** Name of the file in messages; "checkpoint" if left out. */
  readonly name?: string;
  /** Which dictionary of several in a checkpoint, such as "net"; needed only where there is more than one. */
  readonly key?: string;
}

const READER = "readStateDict";

/**
 * The tensors of a network, by name, from a checkpoint of PyTorch's `torch.save` (.pt, .pth; version 1.6 or newer) or
 * from safetensors. Nothing in the file is executed: weights and plain values are read, any other class is refused by
 * its name. Of a nested checkpoint such as `{ net, optimizer, epoch }` the network's part is taken, and "module." before
 * all names, which `DataParallel` puts there, is taken off.
 *
 * @throws FormatError if the file is damaged, an UnsupportedError if it holds anything but weights and plain values
 * @source the file's layout: PyTorch's documentation, "Serialization semantics"
 * @example const weights = await readStateDict(await readFile("net.pt"), { name: "net.pt" });
 */
export async function readStateDict(
  bytes: Uint8Array,
  options: ReadStateDictOptions = {},
): Promise<StateDict> {
  checkBytes(READER, bytes, "Read the file first; in Node with readFile(path).");
  const { name = "checkpoint", key } = checkOptions(READER, options, { name: true, key: true });
  checkText(`${READER}.name`, name);
  if (key !== undefined && typeof key !== "string") checkText(`${READER}.key`, key);
  if (isSafetensors(bytes)) return decodeSafetensors(bytes).tensors;
  return stateDictOf(await readTorch(bytes, name), name, key);
}

/** Safetensors have the length of their header first, and "{" after it. */
function isSafetensors(bytes: Uint8Array): boolean {
  return bytes[8] === 0x7b;
}
