import { fileError, type Fault } from "../problem.ts";

/** The bytes of a pickle, read from front to end. */
export class PickleBytes {
  readonly reader: string;
  readonly file: string;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array, { reader, file }: { readonly reader: string; readonly file: string }) {
    this.reader = reader;
    this.file = file;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Position of the next byte. */
  get at(): number {
    return this.#at;
  }

  byte(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  uint16(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }

  int32(): number {
    return this.#view.getInt32(this.#advance(4), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  /** A length of eight bytes; one beyond the file is refused where it is used. */
  length64(): number {
    return Number(this.#view.getBigUint64(this.#advance(8), true));
  }

  /** Pickles store floats with their first byte first, unlike all else. */
  float64(): number {
    return this.#view.getFloat64(this.#advance(8), false);
  }

  take(length: number): Uint8Array {
    const start = this.#advance(length);
    return this.#bytes.subarray(start, start + length);
  }

  text(length: number): string {
    const at = this.#at;
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(this.take(length));
    } catch (cause) {
      if (!(cause instanceof TypeError)) throw cause;
      return this.fail("text in UTF-8", "other bytes", at);
    }
  }

  /** Text up to the next line feed, which is passed over. */
  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    if (end === -1) this.fail("a line feed", "none", this.#at, "cut short");
    const text = this.text(end - this.#at);
    this.#at = end + 1;
    return text;
  }

  /** Little-endian two's complement of any length. */
  integer(length: number): number | bigint {
    let value = 0n;
    const bytes = this.take(length);
    for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]!);
    value = BigInt.asIntN(8 * length, value);
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }

  fail(expected: string, got: string, at = this.#at, kind: Fault = "damaged", hint?: string): never {
    const { reader, file } = this;
    throw fileError({ reader, file, at: `data.pkl, byte ${at}`, expected, got, kind, hint });
  }

  #advance(length: number): number {
    const start = this.#at;
    if (length > this.#bytes.length - start) {
      this.fail(`${length} bytes`, `${this.#bytes.length - start}`, start, "cut short");
    }
    this.#at = start + length;
    return start;
  }
}
