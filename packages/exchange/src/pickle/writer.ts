/** Writes a part of a value. */
type Part = () => void;

/** Writes a pickle of protocol 2, value by value. */
export class PickleWriter {
  readonly #bytes: number[] = [0x80, 2];

  /** The whole pickle: nothing can be added after it. */
  bytes(): Uint8Array {
    return Uint8Array.from([...this.#bytes, this.#code(".")]);
  }

  integer(value: number): void {
    this.#op("J");
    this.#uint32(value);
  }

  boolean(value: boolean): void {
    this.#bytes.push(value ? 0x88 : 0x89);
  }

  text(value: string): void {
    const bytes = new TextEncoder().encode(value);
    this.#op("X");
    this.#uint32(bytes.length);
    this.#bytes.push(...bytes);
  }

  /** A class or function by module and name, such as "collections.OrderedDict". */
  global(name: string): void {
    const dot = name.lastIndexOf(".");
    this.#op("c");
    this.#bytes.push(...new TextEncoder().encode(`${name.slice(0, dot)}\n${name.slice(dot + 1)}\n`));
  }

  tuple(parts: readonly Part[]): void {
    this.#op("(");
    for (const part of parts) part();
    this.#op("t");
  }

  /** Calls a global with a tuple. */
  call(name: string, given: Part): void {
    this.global(name);
    given();
    this.#op("R");
  }

  /** What a tuple stands for outside the pickle. */
  persistent(id: Part): void {
    id();
    this.#op("Q");
  }

  /** Adds entries to the dictionary that was written last. */
  items(entries: readonly (readonly [string, Part])[]): void {
    this.#op("(");
    for (const [key, value] of entries) {
      this.text(key);
      value();
    }
    this.#op("u");
  }

  #op(letter: string): void {
    this.#bytes.push(this.#code(letter));
  }

  #uint32(value: number): void {
    for (let shift = 0; shift < 32; shift += 8) this.#bytes.push((value >>> shift) & 0xff);
  }

  #code(letter: string): number {
    return letter.charCodeAt(0);
  }
}
