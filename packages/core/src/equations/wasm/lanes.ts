import type { FunctionWriter, Local } from "./function.ts";
import type { Bytes } from "./bytes.ts";
import { type SimdOperation, V128 } from "./opcodes.ts";

/** Bytes of the upper two lanes, then those of the lower two. */
const UPPER = [8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7];
/** Lanes 0 and 1 of two vectors. */
const LOWER_OF_BOTH = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23];

/** Vectors of four numbers; every value is a variable. */
export class Lanes {
  readonly #write: FunctionWriter;
  readonly #relaxed: boolean;
  readonly #constants = new Map<string, { readonly local: Local; readonly bytes: Uint8Array }>();

  constructor(write: FunctionWriter, relaxed: boolean) {
    this.#write = write;
    this.#relaxed = relaxed;
  }

  /** A number in all lanes. */
  constant(value: number): Local {
    return this.#constant(
      `f32 ${Object.is(value, -0) ? "-0" : value}`,
      new Float32Array(4).fill(value).buffer,
    );
  }

  /** An integer in all lanes. */
  integer(value: number): Local {
    return this.#constant(`i32 ${value}`, new Int32Array(4).fill(value).buffer);
  }

  /** A float64 in both halves. */
  double(value: number): Local {
    return this.#constant(`f64 ${value}`, new Float64Array(2).fill(value).buffer);
  }

  /** All bits of the first lane, none of the others. */
  firstLane(): Local {
    return this.#constant("first", new Int32Array([-1, 0, 0, 0]).buffer);
  }

  /** The result of an instruction that takes vectors. */
  apply(operation: SimdOperation, ...operands: Local[]): Local {
    return this.take(() => this.#write.get(...operands).simd(operation));
  }

  /** A new variable with what `write` leaves on the stack. */
  take(write: () => void): Local {
    write();
    const local = this.#write.local(V128);
    this.#write.set(local);
    return local;
  }

  /** a b + c, rounded once where the machine can. */
  multiplyAdd(a: Local, b: Local, c: Local): Local {
    if (this.#relaxed) return this.apply("multiplyAdd", a, b, c);
    return this.apply("add", this.apply("multiply", a, b), c);
  }

  /** c - a b, rounded once where the machine can. */
  multiplySubtract(a: Local, b: Local, c: Local): Local {
    if (this.#relaxed) return this.apply("multiplySubtract", a, b, c);
    return this.apply("subtract", c, this.apply("multiply", a, b));
  }

  /** a where the mask is set, else b. */
  select(mask: Local, a: Local, b: Local): Local {
    return this.apply("bitselect", a, b, mask);
  }

  /** Integers shifted by a number of bits. */
  shift(
    operation: "i32ShiftLeft" | "i32ShiftRight" | "i32ShiftRightUnsigned",
    a: Local,
    bits: number,
  ): Local {
    return this.take(() => this.#write.get(a).i32(bits).simd(operation));
  }

  /** c0 + c1 x + c2 x^2 + ..., by Horner's rule. */
  polynomial(x: Local, coefficients: readonly number[]): Local {
    return coefficients
      .toReversed()
      .map((coefficient) => this.constant(coefficient))
      .reduce((sum, coefficient) => this.multiplyAdd(sum, x, coefficient));
  }

  /** The lower and the upper two lanes, which `compute` gets as float64, joined again. */
  inDouble(a: Local, compute: (half: Local) => Local): Local {
    const upper = this.#shuffle(a, a, UPPER);
    const halves = [a, upper].map((half) => compute(this.apply("promoteF64", half)));
    return this.#shuffle(halves[0]!, halves[1]!, LOWER_OF_BOTH);
  }

  /** Instructions that give the constants their values, for the function's start. */
  constants(): Bytes {
    return this.#write.aside(() => {
      for (const { local, bytes } of this.#constants.values()) {
        this.#write
          .simd("constant")
          .raw(...bytes)
          .set(local);
      }
    });
  }

  #constant(key: string, value: ArrayBuffer): Local {
    const known = this.#constants.get(key);
    if (known) return known.local;
    const local = this.#write.local(V128);
    this.#constants.set(key, { local, bytes: new Uint8Array(value) });
    return local;
  }

  #shuffle(a: Local, b: Local, order: readonly number[]): Local {
    return this.take(() =>
      this.#write
        .get(a, b)
        .simd("shuffle")
        .raw(...order),
    );
  }
}
