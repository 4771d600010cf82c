import { readFile } from "node:fs/promises";
import path from "node:path";
import { initFiring, type Module } from "@myelin/core";
import type { FiringStart } from "@myelin/core/training";
import { unreadableFile } from "@myelin/data/files";
import type { Model } from "../model/index.ts";
import { loadWeights, type LoadWeightsOptions } from "@myelin/exchange";
import type { Samples } from "./data/index.ts";

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

/**
 * Scales the weights so that every spiking layer fires at the rate that the recipe asks for on the first batch of
 * training, without augmentation.
 *
 * @returns what each layer fires at now, a line each; undefined if the recipe asks for none
 */
export async function fireAtRate(
  { recipe, network, encode }: Model,
  train: Samples,
): Promise<readonly string[] | undefined> {
  const { init, batchSize, seed } = recipe;
  if (init === undefined) return undefined;
  const [batch] = train.batches({
    batchSize: Math.min(batchSize, train.count),
    seed,
    shuffle: true,
    epoch: 0,
  });
  if (batch === undefined) return undefined;
  const starts = await initFiring(network, batch, { rate: init.firing, encode });
  return starts.map(startText);
}

function startText({ neuron, scaled, scale, rate, problem }: FiringStart): string {
  const by = scaled.length === 0 ? "" : `, ${scaled.join(" and ")} times ${scale.toPrecision(3)}`;
  const but = problem === undefined ? "" : `: ${problem}`;
  return `init: ${neuron} fires at ${rate.toPrecision(2)}${by}${but}`;
}
