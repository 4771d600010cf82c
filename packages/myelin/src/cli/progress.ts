/** Progress of work that is not a training: a bar on terminals, a line per tenth elsewhere. */
import cliProgress from "cli-progress";

/** Shows how far some work is. */
export class Progress {
  readonly #json: boolean;
  #bar: cliProgress.SingleBar | undefined;
  #last = "";

  /** @param json whether the output is for a program: people then read stderr */
  constructor(json = false) {
    this.#json = json;
  }

  /** @param label what is done: "mnist train"; another one begins anew */
  update(label: string, done: number, total: number): void {
    if (process.stdout.isTTY && !this.#json) this.#draw(label, done, total);
    else this.#tell(label, done, total);
  }

  /** Lets go of the terminal. */
  stop(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }

  #draw(label: string, done: number, total: number): void {
    if (label !== this.#last) this.stop();
    this.#last = label;
    this.#bar ??= startBar(`${label} {bar} {percentage} %  {eta_formatted} left`, total);
    this.#bar.update(done);
  }

  #tell(label: string, done: number, total: number): void {
    const line = `${label}: ${10 * Math.floor((10 * done) / Math.max(1, total))} %`;
    if (line !== this.#last) (this.#json ? process.stderr : process.stdout).write(`${line}\n`);
    this.#last = line;
  }
}

/** Starts a bar on the terminal that is wiped away at its end. */
export function startBar(format: string, total: number, values: object = {}): cliProgress.SingleBar {
  const bar = new cliProgress.SingleBar({
    format,
    barCompleteChar: "█",
    barIncompleteChar: "░",
    barsize: 24,
    hideCursor: true,
    clearOnComplete: true,
    stopOnComplete: false,
    stream: process.stdout,
    gracefulExit: false,
  });
  bar.start(total, 0, values);
  return bar;
}
