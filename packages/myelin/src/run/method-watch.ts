import { restoreEvolution, type AnyEvolution, type Model } from "../model/index.ts";
import { DelayWatch, type DelayState } from "./delay-watch.ts";
import type { Training } from "./trainer.ts";
import {
  type DelayMetrics,
  type PicturesRecord,
  type StructureMetrics,
  RECORD_VERSION,
} from "../records/index.ts";
import { StructureWatch, type StructureWatchState } from "./structure-watch.ts";

/** What the methods of a run need to go on. */
export interface MethodState {
  /** For networks with delays, within an epoch. */
  readonly delays?: DelayState | undefined;
  /** For sparse networks. */
  readonly structure?: StructureWatchState | undefined;
  /** For networks whose structure evolves. */
  readonly evolution?: ReturnType<AnyEvolution["getState"]> | undefined;
}

/** Follows what is particular to methods while a network trains. */
export class MethodWatch {
  readonly #delays: DelayWatch | undefined;
  readonly #structure: StructureWatch | undefined;
  readonly #evolution: AnyEvolution | undefined;

  private constructor(
    delays: DelayWatch | undefined,
    structure: StructureWatch | undefined,
    evolution: AnyEvolution | undefined,
  ) {
    this.#delays = delays;
    this.#structure = structure;
    this.#evolution = evolution;
  }

  /** @param model with the weights it starts from */
  static async begin({ network, recipe, shape }: Model, { evolution }: Training): Promise<MethodWatch> {
    const structure = StructureWatch.begin(network, { shape, epochs: recipe.epochs });
    return new MethodWatch(await DelayWatch.begin(network), structure, evolution);
  }

  /** Numbers for the line of an epoch, counted from 1. */
  async endEpoch(epoch: number): Promise<DelayMetrics & StructureMetrics> {
    return {
      ...(await this.#delays?.endEpoch()),
      ...this.#structure?.endEpoch(epoch, this.#evolution),
    };
  }

  /** What there is to draw; undefined if nothing. */
  async pictures(): Promise<PicturesRecord | undefined> {
    const delays = await this.#delays?.histograms();
    const inputMaps = this.#structure?.inputMaps ?? [];
    if (delays === undefined && inputMaps.length === 0) return undefined;
    return { version: RECORD_VERSION, ...(delays && { delays }), ...(inputMaps.length > 0 && { inputMaps }) };
  }

  /** @param withinEpoch whether batches of the epoch that runs are already done */
  getState(withinEpoch: boolean): MethodState {
    return {
      delays: withinEpoch ? this.#delays?.getState() : undefined,
      structure: this.#structure?.getState(withinEpoch),
      evolution: this.#evolution?.getState(),
    };
  }

  /** Goes on from a checkpoint, after the network was restored. */
  async restore({ delays, structure, evolution }: MethodState): Promise<void> {
    await this.#delays?.restore(delays);
    if (structure !== undefined) this.#structure?.restore(structure);
    if (evolution !== undefined && this.#evolution) restoreEvolution(this.#evolution, evolution);
  }
}
