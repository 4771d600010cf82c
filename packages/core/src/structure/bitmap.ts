import { FormatError } from "../errors.ts";

/** A set of integers below `size`, one bit each. */
export class Bitmap {
  readonly size: number;
  readonly #bytes: Uint8Array;
  #count = 0;

  constructor(size: number) {
    this.size = size;
    this.#bytes = new Uint8Array(Math.ceil(size / 8));
  }

  /** How many integers are in the set. */
  get count(): number {
    return this.#count;
  }

  has(index: number): boolean {
    return (((this.#bytes[index >> 3] as number) >> (index & 7)) & 1) === 1;
  }

  add(index: number): void {
    if (this.has(index)) return;
    this.#bytes[index >> 3]! |= 1 << (index & 7);
    this.#count++;
  }

  delete(index: number): void {
    if (!this.has(index)) return;
    this.#bytes[index >> 3]! &= ~(1 << (index & 7));
    this.#count--;
  }

  /** The integers below `size` that are not in the set, ascending. */
  missing(): Int32Array {
    const missing = new Int32Array(this.size - this.#count);
    for (let byte = 0, at = 0; at < missing.length; byte++) {
      const free = ~(this.#bytes[byte] as number);
      const end = Math.min(8, this.size - 8 * byte);
      for (let bit = 0; bit < end; bit++) if ((free >> bit) & 1) missing[at++] = 8 * byte + bit;
    }
    return missing;
  }

  /** The set as hexadecimal digits, two per byte. */
  encode(): string {
    return Array.from(this.#bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  /** @throws FormatError if `text` is not the set of `encode` with this size */
  static decode(size: number, text: string): Bitmap {
    const bitmap = new Bitmap(size);
    const digits = 2 * bitmap.#bytes.length;
    if (typeof text !== "string" || text.length !== digits || !/^[0-9a-f]*$/.test(text)) {
      const got = typeof text === "string" ? `${text.length} characters` : typeof text;
      throw new FormatError(`Bitmap.decode: expected ${digits} hexadecimal digits, got ${got}.`);
    }
    for (let i = 0; i < digits / 2; i++) {
      const byte = parseInt(text.slice(2 * i, 2 * i + 2), 16);
      for (let bit = 0; bit < 8; bit++) if ((byte >> bit) & 1 && 8 * i + bit < size) bitmap.add(8 * i + bit);
    }
    return bitmap;
  }
}
