import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Module } from "@myelin/core";
import { unreadableFile } from "@myelin/data/files";
import { loadWeights, type LoadWeightsOptions } from "@myelin/exchange";

/** Weights that a training begins with. */
export interface InitialWeights {
  /** A .pt, .pth or .safetensors file. */
  readonly file: string;
  readonly from: LoadWeightsOptions["from"];
  /** Which dictionary of several in the file. */
  readonly key?: string | undefined;
}

/**
 * Puts weights of a file into a network whose neurons are those of the file.
 *
 * @returns what went where, a line each
 * @throws FormatError if they do not fit
 */
export async function loadInitial(
  network: Module,
  { file, from, key }: InitialWeights,
): Promise<readonly string[]> {
  const bytes = new Uint8Array(await readFile(file).catch(unreadableFile("train --init", file)));
  const name = path.basename(file);
  const chosen = { from, name, keepNeurons: true, ...(key !== undefined && { key }) };
  return (await loadWeights(network, bytes, chosen)).text.split("\n");
}
