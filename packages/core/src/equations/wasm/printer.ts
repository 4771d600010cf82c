/** Kernels as WebAssembly, two vectors of four neurons at a time: hosts make one of 256 bits of them where they can. */
import type { Kernel, Printer, Slot, Sum } from "../program/kernel.ts";
import type { Leaf, Node } from "../graph/graph.ts";
import { FunctionWriter, type Local } from "./function.ts";
import { Lanes } from "./lanes.ts";
import { moduleOf, type ModuleOptions } from "./module.ts";
import { F64, V128 } from "./opcodes.ts";
import { fusedProducts, StepWriter } from "./operations.ts";

/**
 * Parameters of the function `run`, integers all:
 *
 * - table: address of the kernel's slots, an address each, then of its uniforms, a float32 each. An address of 0 for
 *   what carried values begin with stands for their values at rest.
 * - steps, size: the sequence's steps, and neurons per step
 * - grain: neurons per chunk; chunk `begin / grain` has its place in the slot `sums`
 * - begin, end: the neurons to run
 *
 * Addresses are multiples of 4. A chunk's results depend on nothing but the chunk.
 */
const PARAMETERS = ["table", "steps", "size", "grain", "begin", "end"] as const;
const [TABLE, STEPS, SIZE, GRAIN, BEGIN, END] = PARAMETERS.map((_, i): Local => i) as [
  Local,
  Local,
  Local,
  Local,
  Local,
  Local,
];

/** A printer of modules for one kind of machine. */
export function wasmPrinter(options: ModuleOptions): Printer<Uint8Array<ArrayBuffer>> {
  return { print: (kernel) => new KernelWriter(kernel, options).module() };
}

/** Slots that move on with the steps. */
const SEQUENCES: ReadonlySet<Slot["kind"]> = new Set([
  "input",
  "output",
  "kept",
  "outputGradient",
  "inputGradient",
  "argument",
  "slope",
]);

/** Four neurons that many bytes behind the loop's place, or one, in the first lane. */
interface Vector {
  readonly bytes: 16 | 4;
  readonly offset: number;
}
const WHOLE: Vector = { bytes: 16, offset: 0 };
const NEXT: Vector = { bytes: 16, offset: 16 };
const SINGLE: Vector = { bytes: 4, offset: 0 };

class KernelWriter {
  readonly #kernel: Kernel;
  readonly #options: ModuleOptions;
  readonly #write = new FunctionWriter(PARAMETERS.length);
  readonly #lanes: Lanes;
  readonly #slots = new Map<string, Local>();
  readonly #uniforms = new Map<string, Local>();
  /** Sums of the step's vectors so far, and of all steps before. */
  readonly #sums: readonly { readonly sum: Sum; readonly lanes: Local; readonly total: Local }[];

  constructor(kernel: Kernel, options: ModuleOptions) {
    this.#kernel = kernel;
    this.#options = options;
    this.#lanes = new Lanes(this.#write, options.relaxed);
    this.#sums = kernel.sums.map((sum) => ({
      sum,
      lanes: this.#write.local(V128),
      total: this.#write.local(F64),
    }));
  }

  module(): Uint8Array<ArrayBuffer> {
    const write = this.#write;
    this.#readTable();
    const loops = write.aside(() => this.#steps());
    write.insert(this.#lanes.constants()).insert(loops);
    return moduleOf(PARAMETERS.length, write.body(), this.#options);
  }

  #readTable(): void {
    const write = this.#write;
    const { slots, uniforms } = this.#kernel;
    slots.forEach((slot, i) => {
      const local = write.integer(() =>
        write
          .get(TABLE)
          .op("i32Load")
          .at(4 * i),
      );
      this.#slots.set(keyOf(slot), local);
    });
    uniforms.forEach((name, i) => {
      const at = 4 * (slots.length + i);
      this.#uniforms.set(
        name,
        this.#lanes.take(() => write.get(TABLE).simd("load32Splat").at(at)),
      );
    });
  }

  #steps(): void {
    const write = this.#write;
    const bytesOf = (count: () => void) =>
      write.integer(() => {
        count();
        write.i32(2).op("i32ShiftLeft");
      });
    const first = bytesOf(() => write.get(BEGIN));
    const last = bytesOf(() => write.get(END));
    const row = bytesOf(() => write.get(SIZE));
    const wholes = (bytes: number): Local =>
      write.integer(() => {
        write.get(first, last, first).op("i32Subtract").i32(-bytes).op("i32And").op("i32Add");
      });
    const [pairs, whole] = [wholes(32), wholes(16)];
    this.#begin(first, last);
    const isForward = this.#kernel.direction === "forward";
    if (!isForward) {
      this.#move("i32Add", () => write.get(STEPS).i32(1).op("i32Subtract").get(row).op("i32Multiply"));
    }
    const t = write.integer(() => write.i32(0));
    write.each(t, STEPS, 1, () => {
      const j = write.integer(() => write.get(first));
      write.each(j, pairs, 32, () => this.#step(j, [WHOLE, NEXT]));
      write.each(j, whole, 16, () => this.#step(j, [WHOLE]));
      write.each(j, last, 4, () => this.#step(j, [SINGLE]));
      this.#addUp();
      this.#move(isForward ? "i32Add" : "i32Subtract", () => write.get(row));
    });
    this.#writeSums();
  }

  /** Gives the carried values their beginning, and sums over steps zeros. */
  #begin(first: Local, last: Local): void {
    const write = this.#write;
    const length = (): FunctionWriter => write.get(last, first).op("i32Subtract");
    const address = (slot: Local): FunctionWriter => write.get(slot, first).op("i32Add");
    const clear = (slot: Local): void => {
      address(slot).i32(0);
      length().memoryFill();
    };
    for (const { name, rest } of this.#kernel.carried) {
      const begin = this.#slot("begin", name);
      const carried = this.#slot("carried", name);
      write.get(begin);
      write.choose(
        () => {
          address(carried);
          address(begin);
          length().memoryCopy();
        },
        () => {
          if (rest.kind === "leaf" && rest.source === "row") {
            address(carried);
            address(this.#slot("row", rest.name));
            length().memoryCopy();
          } else if (rest.kind === "constant" && Object.is(rest.value, 0)) clear(carried);
          else this.#fill(carried, this.#fixed(rest), first, last);
        },
      );
    }
    for (const { name } of this.#kernel.rowSums) clear(this.#slot("rowGradient", name));
  }

  /** The variable of a number of the layer. */
  #fixed(node: Node): Local {
    return node.kind === "constant"
      ? this.#lanes.constant(node.value)
      : this.#uniforms.get((node as Leaf).name)!;
  }

  #fill(slot: Local, rest: Local, first: Local, last: Local): void {
    const write = this.#write;
    const j = write.integer(() => write.get(first));
    write.each(j, last, SINGLE.bytes, () => this.#store(slot, j, rest, SINGLE));
  }

  /** Moves all sequences by bytes that `amount` leaves. */
  #move(operation: "i32Add" | "i32Subtract", amount: () => void): void {
    const write = this.#write;
    const bytes = write.integer(amount);
    for (const slot of this.#kernel.slots) {
      if (!SEQUENCES.has(slot.kind)) continue;
      const local = this.#slot(slot.kind, slot.name);
      write.get(local, bytes).op(operation).set(local);
    }
  }

  /** One step of the neurons of those vectors at offset j: all is computed before anything is stored. */
  #step(j: Local, vectors: readonly Vector[]): void {
    const { nodes, stores, rowSums, sums } = this.#kernel;
    const fused = fusedProducts(
      nodes,
      [...stores, ...rowSums, ...sums].map(({ node }) => node),
    );
    const steps = vectors.map((vector) => {
      const step = new StepWriter(this.#lanes, fused, (leaf) => this.#leaf(leaf, j, vector));
      step.compute(nodes);
      return { vector, step };
    });
    for (const { kind, name, node } of stores) {
      const slot = this.#slot(kind, name);
      for (const { vector, step } of steps) this.#store(slot, j, step.valueOf(node), vector);
    }
    for (const { vector, step } of steps) {
      for (const { name, node } of rowSums) this.#addToRow(name, j, step.valueOf(node), vector);
      for (const { sum, lanes } of this.#sums) this.#count(step.valueOf(sum.node), lanes, vector);
    }
  }

  #addToRow(name: string, j: Local, value: Local, vector: Vector): void {
    const slot = this.#slot("rowGradient", name);
    const before = this.#load(slot, j, vector);
    this.#store(slot, j, this.#lanes.apply("add", before, value), vector);
  }

  /** Adds to the sums of the lanes; those behind a single neuron hold anything. */
  #count(value: Local, sums: Local, { bytes }: Vector): void {
    const lanes = this.#lanes;
    const counted = bytes === 16 ? value : lanes.apply("and", value, lanes.firstLane());
    this.#write.get(sums, counted).simd("add").set(sums);
  }

  #leaf({ source, name }: Leaf, j: Local, vector: Vector): Local {
    if (source === "uniform") return this.#uniforms.get(name)!;
    const kind = source === "state" || source === "stateGradient" ? "carried" : (source as Slot["kind"]);
    return this.#load(this.#slot(kind, name), j, vector);
  }

  #load(slot: Local, j: Local, { bytes, offset }: Vector): Local {
    const load = bytes === 16 ? "load" : "load32Zero";
    return this.#lanes.take(() => this.#write.get(slot, j).op("i32Add").simd(load).at(offset));
  }

  #store(slot: Local, j: Local, value: Local, { bytes, offset }: Vector): void {
    const write = this.#write.get(slot, j).op("i32Add").get(value);
    if (bytes === 16) write.simd("store").at(offset);
    else write.simd("store32Lane").at(offset).raw(0);
  }

  /** Adds a step's sums to those of all steps, in float64. */
  #addUp(): void {
    const write = this.#write;
    for (const { lanes, total } of this.#sums) {
      write.get(total);
      for (const lane of [0, 1, 2, 3])
        write.get(lanes).simd("extractLane").raw(lane).op("f64PromoteF32").op("f64Add");
      write.set(total);
      write.get(this.#lanes.constant(0)).set(lanes);
    }
  }

  #writeSums(): void {
    if (this.#sums.length === 0) return;
    const write = this.#write;
    const bytes = 8 * this.#sums.length;
    const chunk = write.integer(() => {
      write
        .get(this.#slot("sums", ""), BEGIN, GRAIN)
        .op("i32DivideUnsigned")
        .i32(bytes)
        .op("i32Multiply")
        .op("i32Add");
    });
    this.#sums.forEach(({ total }, i) =>
      write
        .get(chunk, total)
        .op("f64Store")
        .at(8 * i),
    );
  }

  #slot(kind: Slot["kind"], name: string): Local {
    return this.#slots.get(keyOf({ kind, name }))!;
  }
}

function keyOf({ kind, name }: Slot): string {
  return `${kind} ${name}`;
}
