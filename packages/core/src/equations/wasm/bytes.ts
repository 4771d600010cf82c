/** Writes the numbers of WebAssembly's binary format. */
export class Bytes {
  readonly #bytes: number[] = [];

  get length(): number {
    return this.#bytes.length;
  }

  /** Whole numbers below 256 as they are. */
  raw(...values: readonly number[]): this {
    for (const value of values) this.#bytes.push(value);
    return this;
  }

  /** An unsigned number, seven bits a byte (LEB128). */
  unsigned(value: number): this {
    let rest = value;
    for (; rest > 0x7f; rest = Math.floor(rest / 128)) this.#bytes.push((rest % 128) | 0x80);
    this.#bytes.push(rest);
    return this;
  }

  /** A signed 32-bit number, seven bits a byte (LEB128). */
  signed(value: number): this {
    let rest = value;
    for (; rest < -64 || rest > 63; rest >>= 7) this.#bytes.push((rest & 0x7f) | 0x80);
    this.#bytes.push(rest & 0x7f);
    return this;
  }

  f32(value: number): this {
    return this.raw(...new Uint8Array(new Float32Array([value]).buffer));
  }

  f64(value: number): this {
    return this.raw(...new Uint8Array(new Float64Array([value]).buffer));
  }

  append(other: Bytes): this {
    for (const byte of other.#bytes) this.#bytes.push(byte);
    return this;
  }

  /** Another's bytes after their number. */
  sized(other: Bytes): this {
    return this.unsigned(other.length).append(other);
  }

  /** A text after its number of bytes; letters of ASCII only. */
  text(value: string): this {
    return this.sized(new Bytes().raw(...Array.from(value, (letter) => letter.charCodeAt(0))));
  }

  toArray(): Uint8Array<ArrayBuffer> {
    return Uint8Array.from(this.#bytes);
  }
}
