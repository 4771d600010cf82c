/** Progress of work that is not a training: a bar on terminals, a line a tenth elsewhere. */
import cliProgress from "cli-progress";

/** Shows how far some work is. */
export class Progress {
  readonly #label: string;
  #bar: cliProgress.SingleBar | undefined;
  #lastTenth = -1;

  /** @param label what is done: "fsdd" */
  constructor(label: string) {
    this.#label = label;
  }

  /** @param total how much there is to do, when it is known */
  update(done: number, total: number): void {
    if (process.stdout.isTTY) this.#draw(done, total);
    else this.#tell(done, total);
  }

  /** Lets go of the terminal. */
  stop(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }

  #draw(done: number, total: number): void {
    this.#bar ??= startBar(this.#label, total);
    this.#bar.setTotal(total);
    this.#bar.update(done);
  }

  #tell(done: number, total: number): void {
    const tenth = Math.floor((10 * done) / Math.max(1, total));
    if (tenth === this.#lastTenth) return;
    this.#lastTenth = tenth;
    process.stdout.write(`${this.#label}: ${10 * tenth} %\n`);
  }
}

function startBar(label: string, total: number): cliProgress.SingleBar {
  const bar = new cliProgress.SingleBar({
    format: `${label} {bar} {percentage} %  {eta_formatted} left`,
    barCompleteChar: "█",
    barIncompleteChar: "░",
    barsize: 24,
    hideCursor: true,
    clearOnComplete: true,
    stopOnComplete: false,
    stream: process.stdout,
    gracefulExit: false,
  });
  bar.start(total, 0);
  return bar;
}
