import { FormatError, MyelinError, restoreCheckpoint, type CheckpointParts } from "@myelin/core";
import type { Checkpoint } from "@myelin/core/io";
import { readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { unreadable } from "@myelin/data/files";
import { addFolder, makeFolder, replaceFile, writeInside } from "@myelin/data/files";
import type { Recipe } from "../recipe/index.ts";
import { requireSameRun, type RunState } from "./state.ts";

/** A checkpoint and where it was found. */
export type FoundCheckpoint = Checkpoint & { readonly folder: string };

/**
 * Puts a checkpoint of a run back.
 *
 * @returns what was saved beside it
 * @throws FormatError, with the folder in its message, if it is damaged or belongs to another network or run
 */
export function restoreFound(
  { folder, ...checkpoint }: FoundCheckpoint,
  parts: CheckpointParts,
  recipe: Recipe,
): RunState {
  try {
    const state = restoreCheckpoint(checkpoint, parts) as RunState;
    requireSameRun(state, recipe);
    return state;
  } catch (cause) {
    if (!(cause instanceof MyelinError)) throw cause;
    throw new FormatError(`${folder}: ${cause.message}`, { cause });
  }
}

/** How many checkpoints stay in a run folder. */
const KEPT = 2;
const NAME = /^step-\d{8,}(-\d+)?$/;

/**
 * Checkpoints of a run: folders `step-N` with weights and state, and a file LATEST with the name of the newest.
 * A folder appears whole and is never changed (a second one of the same step is called `step-N-2`), LATEST moves
 * after it, older folders go last: at any moment there is one to continue from.
 */
export class Checkpoints {
  readonly #folder: string;

  /** @param folder `checkpoints/` of the run */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Saves a checkpoint taken after `step` optimiser steps. */
  async save(step: number, { tensors, state }: Checkpoint): Promise<void> {
    await makeFolder(this.#folder);
    const name = await this.#freeName(`step-${String(step).padStart(8, "0")}`);
    await addFolder(path.join(this.#folder, name), async (aside) => {
      await writeInside(path.join(aside, "model.safetensors"), tensors);
      await writeInside(path.join(aside, "state.json"), state);
    });
    await replaceFile(path.join(this.#folder, "LATEST"), `${name}\n`);
    await this.#removeOld(name);
  }

  /**
   * The newest checkpoint; undefined if there is none.
   *
   * @throws FormatError if LATEST or what it names cannot be read
   */
  async latest(): Promise<FoundCheckpoint | undefined> {
    const pointer = path.join(this.#folder, "LATEST");
    const name = (await readFile(pointer, "utf8").catch(() => undefined)) ?? (await this.#last());
    if (name === undefined) return undefined;
    if (!NAME.test(name.trim())) {
      throw new FormatError(
        `${pointer}: expected the name of a checkpoint, got "${name.trim().slice(0, 40)}". ${this.#hint()}`,
      );
    }
    const folder = path.join(this.#folder, name.trim());
    const [tensors, state] = await Promise.all([
      this.#read(path.join(folder, "model.safetensors")),
      this.#read(path.join(folder, "state.json")),
    ]);
    const plain = new Uint8Array(tensors.buffer, tensors.byteOffset, tensors.byteLength);
    return { folder, tensors: plain, state: state.toString("utf8") };
  }

  /** Bytes of the newest checkpoint's tensors: weights, structure and optimiser state; nothing if there is none. */
  async size(): Promise<{ checkpointBytes?: number }> {
    const newest = await this.latest();
    if (newest === undefined) return {};
    return { checkpointBytes: newest.tensors.byteLength };
  }

  /** The last folder by its name, for LATEST that is gone: folders are whole or not there. */
  async #last(): Promise<string | undefined> {
    const names = await readdir(this.#folder).catch(() => []);
    return names
      .filter((name) => NAME.test(name))
      .sort()
      .at(-1);
  }

  async #read(file: string): Promise<Buffer> {
    try {
      return await readFile(file);
    } catch (cause) {
      throw new FormatError(`${file}: expected a checkpoint, got ${unreadable(cause)}. ${this.#hint()}`, {
        cause,
      });
    }
  }

  #hint(): string {
    return `Write the name of another folder into ${path.join(this.#folder, "LATEST")}, or start anew.`;
  }

  async #freeName(base: string): Promise<string> {
    const names = new Set(await readdir(this.#folder));
    for (let n = 1; ; n++) {
      const name = n === 1 ? base : `${base}-${n}`;
      if (!names.has(name)) return name;
    }
  }

  /** Keeps the newest ones; later steps are of a run that was abandoned, .tmp folders of one that was killed. */
  async #removeOld(newest: string): Promise<void> {
    const names = await readdir(this.#folder);
    const kept = names
      .filter((name) => NAME.test(name) && name <= newest)
      .sort()
      .slice(-KEPT);
    const stale = names.filter((name) => name.startsWith("step-") && !kept.includes(name));
    for (const name of stale) await rm(path.join(this.#folder, name), { recursive: true, force: true });
  }
}
