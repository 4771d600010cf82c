/** Three ways to follow a sweep: one bar for terminals, lines for logs, JSON for programs. */
import type { SingleBar } from "cli-progress";
import { duration, plural } from "../format.ts";
import { type JobProgress, type RunLine, type Sweep, type SweepWatcher, valueText } from "../sweep/index.ts";
import { startBar } from "./progress.ts";

type Objectives = Sweep["objectives"];

/** A watcher that may hold the terminal. */
export interface CliSweepWatcher extends SweepWatcher {
  /** Lets go of the terminal. */
  stop(): void;
}

/** The watcher that fits where the output goes. */
export function chooseSweepWatcher(objectives: Objectives, json: boolean): CliSweepWatcher {
  if (json) return new JsonSweepWatcher();
  return process.stdout.isTTY ? new BarSweepWatcher(objectives) : new LineSweepWatcher(objectives);
}

/** What was chosen for a run: `optimizer.lr 0.01  seed 2`. */
export function settingsText({ settings, seed }: RunLine): string {
  const texts = Object.entries(settings).map(([path, value]) => `${path} ${short(value)}`);
  return [...texts, `seed ${seed}`].join("  ");
}

/** What came of it: `testAccuracy 98.04 %`. */
export function valuesText({ values }: RunLine, objectives: Objectives): string {
  const texts = objectives.flatMap(({ name }) => {
    const value = values[name];
    return value === undefined ? [] : [`${name} ${valueText(name, value)}`];
  });
  return texts.join("  ");
}

function short(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Counts runs and says how they went. */
abstract class TextSweepWatcher implements CliSweepWatcher {
  readonly #objectives: Objectives;
  readonly #startedAt = Date.now();
  readonly #running = new Map<string, JobProgress>();
  readonly #said = new Set<string>();
  #ended = 0;
  #kept = 0;
  #runs = 0;

  constructor(objectives: Objectives) {
    this.#objectives = objectives;
  }

  start(runs: number): void {
    this.#runs = runs;
    this.write(plural(runs, "run"));
  }

  progress(run: string, progress: JobProgress): void {
    this.#running.set(run, progress);
    this.moved();
  }

  run(line: RunLine, isNew: boolean): void {
    this.#ended++;
    this.#running.delete(line.run);
    if (isNew) this.write(`[${this.#ended}/${this.#runs}] ${settingsText(line)}  ${this.#endOf(line)}`);
    else this.#kept++;
    this.moved();
  }

  note(text: string): void {
    // Every process warns of the same.
    if (text.startsWith("warning:") && this.#said.has(text)) return;
    this.#said.add(text);
    this.write(text);
  }

  stop(): void {}

  /** Runs that have ended, with the parts of those under way. */
  protected get done(): number {
    return [...this.#running.values()].reduce((sum, { share }) => sum + share, this.#ended);
  }

  protected get runs(): number {
    return this.#runs;
  }

  protected state(): string {
    const made = this.done - this.#kept;
    const seconds = (Date.now() - this.#startedAt) / 1000;
    const left = made < 0.5 ? "" : `  ${duration((seconds / made) * (this.#runs - this.done))} left`;
    const epochs = [...this.#running.values()].slice(0, 4).map(({ epoch, epochs: all }) => `${epoch}/${all}`);
    return `${this.#ended}/${this.#runs} runs${epochs.length === 0 ? "" : `  epochs ${epochs.join(" ")}`}${left}`;
  }

  /** Says a line. */
  protected abstract write(text: string): void;
  /** Something has gone on. */
  protected abstract moved(): void;

  #endOf(line: RunLine): string {
    if (line.state === "failed") return `failed: ${line.message ?? "?"}`;
    const stopped = line.state === "stopped" ? `stopped after ${plural(line.epochs, "epoch")}  ` : "";
    return `${stopped}${valuesText(line, this.#objectives)}`;
  }
}

class LineSweepWatcher extends TextSweepWatcher {
  protected write(text: string): void {
    process.stdout.write(`${text}\n`);
  }

  protected moved(): void {}
}

class BarSweepWatcher extends TextSweepWatcher {
  #bar: SingleBar | undefined;

  override stop(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }

  protected write(text: string): void {
    this.stop();
    process.stdout.write(`${text}\n`);
  }

  protected moved(): void {
    this.#bar ??= startBar("{bar} {text}", this.runs, { text: "" });
    this.#bar.update(this.done, { text: this.state() });
  }
}

/** Whole JSON objects only; everything for people goes to stderr. */
class JsonSweepWatcher implements CliSweepWatcher {
  start(runs: number): void {
    this.#write({ kind: "start", runs });
  }

  progress(): void {}

  run(line: RunLine, isNew: boolean): void {
    this.#write({ kind: "run", kept: !isNew, ...line });
  }

  note(text: string): void {
    process.stderr.write(`${text}\n`);
  }

  stop(): void {}

  #write(value: object): void {
    process.stdout.write(`${JSON.stringify(value)}\n`);
  }
}
