/** Signals that ask to stop, and the exit code each of them stands for. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
/** npm sends a signal of the terminal on to the program that got it too: both are one request. */
const SAME_REQUEST_MS = 500;

/**
 * Runs a command that can be asked to stop by SIGINT, SIGTERM or SIGHUP: the first one aborts the signal that `work`
 * gets, and sets the exit code; the second one ends the process at once.
 *
 * @param onRequest called at the first signal, to say what happens next
 * @param work ends when its signal is aborted, by itself or by throwing the signal's reason
 * @returns what `work` returns; undefined if it threw because it was stopped
 */
export async function interruptible<T>(
  onRequest: () => void,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  const interrupt = new Interrupt(onRequest);
  try {
    return await work(interrupt.signal);
  } catch (error) {
    if (interrupt.isCauseOf(error)) return undefined;
    throw error;
  } finally {
    interrupt.release();
  }
}

class Interrupt {
  readonly #controller = new AbortController();
  readonly #onRequest: () => void;
  readonly #listeners: [keyof typeof EXIT_CODES, () => void][];
  #requestedAt = 0;

  constructor(onRequest: () => void) {
    this.#onRequest = onRequest;
    const names = Object.keys(EXIT_CODES) as (keyof typeof EXIT_CODES)[];
    this.#listeners = names.map((name) => [name, () => this.#receive(EXIT_CODES[name])]);
    for (const [name, listener] of this.#listeners) process.on(name, listener);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether an error says no more than that work was stopped: what waits throws an error of its own. */
  isCauseOf(error: unknown): boolean {
    if (!this.signal.aborted) return false;
    return error === this.signal.reason || (error instanceof Error && error.name === "AbortError");
  }

  /** Leaves signals alone again. */
  release(): void {
    for (const [name, listener] of this.#listeners) process.off(name, listener);
  }

  #receive(code: number): void {
    if (!this.signal.aborted) {
      this.#requestedAt = Date.now();
      process.exitCode = code;
      this.#controller.abort();
      this.#onRequest();
    } else if (Date.now() - this.#requestedAt > SAME_REQUEST_MS) process.exit(code);
  }
}
