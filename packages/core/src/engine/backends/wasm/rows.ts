import type { Storage } from "../../backend.ts";
import type { RowBackend } from "../../backend-rows.ts";
import { ELEMENT_GRAIN, type Machine } from "./machine.ts";
import { addressOf } from "./storage.ts";

/** Rows of equal length: chosen, put back, weighted. */
export class WasmRows implements RowBackend {
  readonly #machine: Machine;

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  gather(width: number, x: Storage, index: Storage, out: Storage): void {
    const args = [width, addressOf(x), addressOf(index), addressOf(out)];
    this.#machine.run("takeRows", index.length, grainOf(width), args);
  }

  scatter(width: number, x: Storage, index: Storage, out: Storage): void {
    this.#machine.each("fill", out.length, [addressOf(out), 0]);
    const args = [width, addressOf(x), addressOf(index), addressOf(out)];
    this.#machine.run("putRows", index.length, grainOf(width), args);
  }

  scale(width: number, x: Storage, weights: Storage, other: number, out: Storage): void {
    const args = [width, other, addressOf(x), addressOf(weights), addressOf(out)];
    this.#machine.run("weighRows", weights.length, grainOf(width), args);
  }
}

function grainOf(width: number): number {
  return Math.max(1, Math.floor(ELEMENT_GRAIN / width));
}
