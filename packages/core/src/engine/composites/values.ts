import type { ElementwiseBackend, ImageSize, RequiredGroups, Relation, Storage } from "../backend/index.ts";

type Binary = "add" | "subtract" | "multiply" | "divide";
type Unary = "exp" | "sqrt";

/**
 * Expressions on storages in step memory, which is given back after `within`: what the defaults of groups are written
 * with. Each function returns a new storage, or the one it is given as `out`.
 */
export class Values {
  readonly backend: RequiredGroups;
  readonly #rooms: Storage[] = [];

  private constructor(backend: RequiredGroups) {
    this.backend = backend;
  }

  /** Runs `work`, then gives back what it has made. */
  static within(backend: RequiredGroups, work: (values: Values) => void): void {
    const values = new Values(backend);
    work(values);
    for (const room of values.#rooms) backend.memory.release(room);
  }

  room(length: number): Storage {
    const storage = this.backend.memory.allocate(length, "step");
    this.#rooms.push(storage);
    return storage;
  }

  of(length: number, value: (index: number) => number): Storage {
    const out = this.room(length);
    this.backend.memory.write(
      out,
      Float32Array.from({ length }, (_, i) => value(i)),
    );
    return out;
  }

  filled(length: number, value: number): Storage {
    const out = this.room(length);
    this.backend.elementwise.fill(length, { out }, value);
    return out;
  }

  combine(operation: Binary, a: Storage, b: Storage, out: Storage = this.room(a.length)): Storage {
    this.backend.elementwise[operation](a.length, { a, b, out });
    return out;
  }

  apply(
    operation: Unary & keyof ElementwiseBackend,
    x: Storage,
    out: Storage = this.room(x.length),
  ): Storage {
    this.backend.elementwise[operation](x.length, { x, out });
    return out;
  }

  compare(a: Storage, relation: Relation, b: Storage | number): Storage {
    const out = this.room(a.length);
    const other = typeof b === "number" ? this.filled(a.length, b) : b;
    this.backend.elementwise.compare(a.length, { a, b: other, out }, relation);
    return out;
  }

  clamp(x: Storage, least: number, most: number): Storage {
    const out = this.room(x.length);
    this.backend.elementwise.clamp(x.length, { x, out }, { least, most });
    return out;
  }

  /** `factor x + offset`. */
  affine(x: Storage, factor: number, offset = 0, out: Storage = this.room(x.length)): Storage {
    this.backend.elementwise.scale(x.length, { x, out }, factor);
    if (offset !== 0) this.backend.elementwise.shift(x.length, { x: out, out }, offset);
    return out;
  }

  /** `1 / (1 + e^-x)`. */
  logistic(x: Storage, out?: Storage): Storage {
    const sum = this.affine(this.apply("exp", this.affine(x, -1)), 1, 1);
    return this.combine("divide", this.filled(x.length, 1), sum, out);
  }

  /** `x[index(i)]` for each i; `other` where the index is -1. */
  gather(
    x: Storage,
    length: number,
    index: (i: number) => number,
    other = 0,
    out = this.room(length),
  ): Storage {
    const { elementwise, rows } = this.backend;
    const padded = this.room(x.length + 1);
    elementwise.copyRange({ length: x.length, from: 0, to: 0 }, { x, out: padded });
    elementwise.fillRange({ length: 1, from: 0, to: x.length }, { out: padded }, other);
    const places = this.of(length, (i) => {
      const at = index(i);
      return at < 0 ? x.length : at;
    });
    rows.gather(1, { x: padded, index: places, out });
    return out;
  }

  /** Values from `from` on. */
  part(x: Storage, from: number, length: number): Storage {
    const out = this.room(length);
    this.backend.elementwise.copyRange({ length, from, to: 0 }, { x, out });
    return out;
  }

  /** Storages one after another. */
  join(
    parts: readonly Storage[],
    out = this.room(parts.reduce((sum, { length }) => sum + length, 0)),
  ): Storage {
    let to = 0;
    for (const x of parts) {
      this.backend.elementwise.copyRange({ length: x.length, from: 0, to }, { x, out });
      to += x.length;
    }
    return out;
  }

  /** `x` so many times, one after another. */
  repeat(x: Storage, steps: number, out: Storage = this.room(steps * x.length)): Storage {
    this.backend.time.repeat({ steps, size: x.length }, { x, y: out });
    return out;
  }

  /** The sum over the first of two axes, times a factor. */
  sum(x: Storage, steps: number, factor = 1, out: Storage = this.room(x.length / steps)): Storage {
    this.backend.time.sum({ steps, size: x.length / steps }, { x, y: out }, factor);
    return out;
  }

  /** The maximum over the first of two axes, and which it is. */
  max(
    x: Storage,
    steps: number,
    y = this.room(x.length / steps),
    winner = this.room(y.length),
  ): [Storage, Storage] {
    this.backend.time.max({ steps, size: y.length }, { x, y, winner });
    return [y, winner];
  }

  /** `gy` where the first axis is the winner, else 0. */
  toWinner(gy: Storage, winner: Storage, steps: number): Storage {
    const gx = this.room(steps * gy.length);
    this.backend.time.maxBackward({ steps, size: gy.length }, { gy, winner, gx });
    return gx;
  }

  /** An image in logical order. */
  plain(image: Storage, size: ImageSize): Storage {
    const plain = this.room(image.length);
    this.backend.layout.imageToPlain(size, { image, plain });
    return plain;
  }
}
