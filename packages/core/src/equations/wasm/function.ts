import { Bytes } from "./bytes.ts";
import {
  BULK,
  BULK_PREFIX,
  I32,
  NO_RESULT,
  OP,
  SIMD,
  SIMD_PREFIX,
  type SimdOperation,
  type ValueKind,
} from "./opcodes.ts";

/** A variable of a function, by its number. */
export type Local = number;

/** Memory operations may be at any multiple of four bytes. */
const ALIGNMENT = 2;

/** Writes the instructions of one function. */
export class FunctionWriter {
  readonly #parameters: number;
  readonly #locals: ValueKind[] = [];
  #code = new Bytes();

  constructor(parameters: number) {
    this.#parameters = parameters;
  }

  local(kind: ValueKind): Local {
    this.#locals.push(kind);
    return this.#parameters + this.#locals.length - 1;
  }

  /** Writes elsewhere while `write` runs, for `insert` to put it into place. */
  aside(write: () => void): Bytes {
    const outer = this.#code;
    const inner = new Bytes();
    this.#code = inner;
    write();
    this.#code = outer;
    return inner;
  }

  insert(code: Bytes): this {
    this.#code.append(code);
    return this;
  }

  op(name: keyof typeof OP): this {
    this.#code.raw(OP[name]);
    return this;
  }

  simd(name: SimdOperation): this {
    this.#code.raw(SIMD_PREFIX).unsigned(SIMD[name]);
    return this;
  }

  raw(...bytes: readonly number[]): this {
    this.#code.raw(...bytes);
    return this;
  }

  get(...locals: readonly Local[]): this {
    for (const local of locals) this.op("localGet").#code.unsigned(local);
    return this;
  }

  set(local: Local): this {
    this.op("localSet").#code.unsigned(local);
    return this;
  }

  i32(value: number): this {
    this.op("i32Const").#code.signed(value);
    return this;
  }

  f64(value: number): this {
    this.op("f64Const").#code.f64(value);
    return this;
  }

  /** A new integer variable with what `write` leaves. */
  integer(write: () => void): Local {
    write();
    const local = this.local(I32);
    this.set(local);
    return local;
  }

  /** Where a load or store reads or writes, after the address on the stack. */
  at(offset = 0): this {
    this.#code.unsigned(ALIGNMENT).unsigned(offset);
    return this;
  }

  /** Copies bytes: target, source and number are on the stack. */
  memoryCopy(): this {
    return this.raw(BULK_PREFIX, BULK.memoryCopy, 0, 0);
  }

  /** Fills bytes: target, value and number are on the stack. */
  memoryFill(): this {
    return this.raw(BULK_PREFIX, BULK.memoryFill, 0);
  }

  /** Runs one of two, by the integer on the stack. */
  choose(then: () => void, otherwise: () => void): void {
    this.op("if").raw(NO_RESULT);
    then();
    this.op("else");
    otherwise();
    this.op("end");
  }

  /** `for (; counter < end; counter += step) body()`, unsigned. */
  each(counter: Local, end: Local, step: number, body: () => void): void {
    this.op("block").raw(NO_RESULT);
    this.get(counter, end).op("i32GreaterEqualUnsigned").op("branchIf").raw(0);
    this.op("loop").raw(NO_RESULT);
    body();
    this.get(counter).i32(step).op("i32Add").set(counter);
    this.get(counter, end).op("i32LessUnsigned").op("branchIf").raw(0);
    this.op("end").op("end");
  }

  /** The function's locals and instructions, as a module's code section has them. */
  body(): Bytes {
    const body = new Bytes().unsigned(this.#locals.length);
    for (const kind of this.#locals) body.unsigned(1).raw(kind);
    return body.append(this.#code).raw(OP.end);
  }
}
