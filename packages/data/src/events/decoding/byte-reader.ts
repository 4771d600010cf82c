import { formatError, plural } from "../../bytes/index.ts";

/** Where the bytes of a recording come from: all of them at once, or piece by piece. */
export type ByteSource = Uint8Array | AsyncIterable<Uint8Array>;

/**
 * Reads a stream of bytes from front to end, with as much look-ahead as a format needs and no more.
 *
 * A source may use one array again for each piece: what is not consumed yet is copied before the next piece is asked
 * for. Views that are handed out hold until the next call.
 */
export class ByteReader {
  /** Name of the file in error messages. */
  readonly name: string;
  readonly #pieces: AsyncIterator<Uint8Array>;
  #window: Uint8Array = new Uint8Array(0);
  #start = 0;
  #end = 0;
  #consumed = 0;
  #ended = false;
  /** Holds what is left of one piece together with the next. */
  #joined = new Uint8Array(0);

  constructor(source: ByteSource, name: string) {
    this.name = name;
    this.#pieces = (source instanceof Uint8Array ? onePiece(source) : source)[Symbol.asyncIterator]();
  }

  /** Position of the next byte in the file. */
  get offset(): number {
    return this.#consumed;
  }

  /** Whether the source has no more bytes than those at hand. */
  get ended(): boolean {
    return this.#ended;
  }

  /** The bytes at hand that are not consumed yet. */
  get available(): Uint8Array {
    return this.#window.subarray(this.#start, this.#end);
  }

  /** Waits until at least `count` bytes are at hand, or the end; returns how many are. */
  async fill(count: number): Promise<number> {
    while (this.#end - this.#start < count && !this.#ended) {
      this.#keepRest();
      const next = await this.#pieces.next();
      if (next.done) this.#ended = true;
      else this.#append(next.value);
    }
    return this.#end - this.#start;
  }

  /** Moves on over bytes at hand. */
  consume(count: number): void {
    this.#start += count;
    this.#consumed += count;
  }

  /** Moves on over bytes without keeping them; returns how many there were before the end. */
  async skip(count: number): Promise<number> {
    let left = count;
    while (left > 0 && (await this.fill(1)) > 0) {
      const step = Math.min(left, this.#end - this.#start);
      this.consume(step);
      left -= step;
    }
    return count - left;
  }

  /** The next `count` bytes, consumed; undefined, with nothing consumed, when the source ends before. */
  async take(count: number): Promise<Uint8Array | undefined> {
    if ((await this.fill(count)) < count) return undefined;
    const bytes = this.#window.subarray(this.#start, this.#start + count);
    this.consume(count);
    return bytes;
  }

  /**
   * The next `count` bytes, consumed.
   *
   * @throws FormatError if the source ends before
   */
  async need(count: number, what: string): Promise<Uint8Array> {
    const at = this.offset;
    const bytes = await this.take(count);
    if (bytes) return bytes;
    throw formatError({
      reader: "openEvents",
      file: this.name,
      byte: at,
      expected: `${plural(count, "byte")} of ${what}`,
      got: plural(this.#end - this.#start, "byte"),
      hint: "The file is cut short: get it again.",
      kind: "cut short",
    });
  }

  /** Tells the source that no more is wanted, so that it can close its file. */
  async close(): Promise<void> {
    this.#ended = true;
    await this.#pieces.return?.();
  }

  /** Copies what is left of a piece to our own memory, at its front. */
  #keepRest(): void {
    const rest = this.available;
    if (rest.length === 0 || this.#window === this.#joined) return;
    if (this.#joined.length < rest.length) this.#joined = new Uint8Array(2 * rest.length);
    this.#joined.set(rest);
    this.#setWindow(this.#joined, 0, rest.length);
  }

  #append(piece: Uint8Array): void {
    const rest = this.available;
    if (rest.length === 0) {
      this.#setWindow(piece, 0, piece.length);
      return;
    }
    if (this.#end + piece.length > this.#joined.length) this.#makeRoom(rest, piece.length);
    this.#joined.set(piece, this.#end);
    this.#end += piece.length;
  }

  /** Room grows with what has arrived, never with what a header claims. */
  #makeRoom(rest: Uint8Array, more: number): void {
    const needed = rest.length + more;
    const target = needed <= this.#joined.length ? this.#joined : new Uint8Array(2 * needed);
    target.set(rest);
    this.#joined = target;
    this.#setWindow(target, 0, rest.length);
  }

  #setWindow(window: Uint8Array, start: number, end: number): void {
    this.#window = window;
    this.#start = start;
    this.#end = end;
  }
}

async function* onePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}
