/** Signals that ask to stop, and the exit code each of them stands for. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/** Turns the first SIGINT or SIGTERM into a polite request; the second one ends the process at once. */
export class Interrupt {
  #exitCode: number | undefined;
  readonly #onRequest: () => void;
  readonly #listeners: [keyof typeof EXIT_CODES, () => void][];

  /** @param onRequest called at the first signal */
  constructor(onRequest: () => void) {
    this.#onRequest = onRequest;
    const names = Object.keys(EXIT_CODES) as (keyof typeof EXIT_CODES)[];
    this.#listeners = names.map((name) => [name, () => this.#receive(EXIT_CODES[name])]);
    for (const [name, listener] of this.#listeners) process.on(name, listener);
  }

  /** Whether a stop was asked for. */
  get aborted(): boolean {
    return this.#exitCode !== undefined;
  }

  /** What the process should exit with; 0 when nobody interrupted. */
  get exitCode(): number {
    return this.#exitCode ?? 0;
  }

  /** Leaves signals alone again. */
  release(): void {
    for (const [name, listener] of this.#listeners) process.off(name, listener);
  }

  #receive(code: number): void {
    if (this.#exitCode !== undefined) process.exit(code);
    this.#exitCode = code;
    this.#onRequest();
  }
}
