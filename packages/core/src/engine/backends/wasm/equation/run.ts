/**
 * Runs a compiled kernel over all neurons.
 * Straight where a call needs no memory of its own; with rows, one value per neuron, or sums over neurons in scratch.
 * Measured with `equation.ts`.
 */
import type { Slot } from "../../../../equations/index.ts";
import type { EquationSize, EquationSpec, Storage } from "../../../backend/index.ts";
import { addressOf } from "../runtime/address.ts";
import { elementsPerBlock } from "../runtime/blocks.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { BoundKernel } from "./bound-kernel.ts";
import type { Values } from "./values.ts";

/** The storages of a call by kind of slot, in the model's order. */
export type Frame = {
  readonly [K in Slot["kind"]]?: readonly (Storage | undefined)[] | undefined;
};

/** What the host passes to a kernel, or gets back, at addresses of its own. */
interface Rooms {
  readonly rows: number[];
  readonly rowGradients: number[];
  sums: number;
}

/**
 * Runs a kernel over all neurons.
 *
 * @param values those of parameters; gradients that the kernel sums are added there
 */
export function runBound(
  runtime: Runtime,
  bound: BoundKernel,
  size: EquationSize,
  spec: EquationSpec,
  frame: Frame,
  values: Values | undefined,
): void {
  const grain = elementsPerBlock(size.size);
  if (bound.rows.length === 0 && bound.kernel.rowSums.length === 0 && bound.kernel.sums.length === 0) {
    start(runtime, bound, size, grain, frame, values, { rows: [], rowGradients: [], sums: 0 });
    return;
  }
  const chunks = Math.ceil(size.size / grain);
  const { kernel } = bound;
  // An even number each, as sums are float64.
  const row = 2 * Math.ceil(size.size / 2);
  const sums = 2 * chunks * kernel.sums.length;
  runtime.scratch((bound.rows.length + kernel.rowSums.length) * row + sums, (memory) => {
    let next = addressOf(memory);
    const take = (length: number): number => {
      const at = next;
      next += 4 * length;
      return at;
    };
    const rooms: Rooms = {
      sums: take(sums),
      rows: bound.rows.map(() => take(row)),
      rowGradients: kernel.rowSums.map(() => take(row)),
    };
    bound.rows.forEach((hoisted, i) => values!.writeRow(hoisted, runtime.f32, rooms.rows[i]! / 4));
    start(runtime, bound, size, grain, frame, values, rooms);
    const hoistedOf = (name: string) => spec.program.hoisted.get(name)!;
    kernel.rowSums.forEach(({ name }, i) =>
      values!.propagateRow(hoistedOf(name), runtime.f32, rooms.rowGradients[i]! / 4),
    );
    if (kernel.sums.length === 0) return;
    runtime
      .sumsAt(rooms.sums, chunks, kernel.sums.length)
      .forEach((sum, i) => values!.propagate(hoistedOf(kernel.sums[i]!.name), sum));
  });
}

/** Writes the kernel's table and runs it; called for every layer of a step, so it allocates nothing. */
function start(
  runtime: Runtime,
  { number, slots, numbers, varying }: BoundKernel,
  { steps, size }: EquationSize,
  grain: number,
  frame: Frame,
  values: Values | undefined,
  rooms: Rooms,
): void {
  const table = runtime.table(slots.length + numbers.length);
  const { i32, f32 } = runtime;
  let at = table / 4;
  let [row, rowGradient] = [0, 0];
  for (let i = 0; i < slots.length; i++) {
    const { kind, place } = slots[i]!;
    if (kind === "row") i32[at++] = rooms.rows[row++]!;
    else if (kind === "rowGradient") i32[at++] = rooms.rowGradients[rowGradient++]!;
    else if (kind === "sums") i32[at++] = rooms.sums;
    else i32[at++] = addressOf(frame[kind]?.[place]);
  }
  for (let i = 0; i < numbers.length; i++) f32[at + i] = numbers[i]!;
  for (let i = 0; i < varying.length; i++) {
    const { place, value } = varying[i]!;
    f32[at + place] = values!.of(value);
  }
  runtime.runLoaded(number, size, grain, [table, steps, size, grain]);
}
