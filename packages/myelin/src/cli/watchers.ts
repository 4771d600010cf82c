/** Three ways to follow a training: a bar for terminals, lines for logs, JSON for programs. */
import { onWarning } from "@myelin/core";
import type { BatchInfo } from "@myelin/core/training";
import type { SingleBar } from "cli-progress";
import { neuronTitle, totalEpochs } from "../recipe/index.ts";
import { partText, type EpochMetrics } from "../records/index.ts";
import type { DataProgress, StartInfo, Watcher } from "../run/index.ts";
import { count, duration, percent, plural } from "../format.ts";
import { Progress, startBar } from "./progress.ts";

/** How often a log gets a line while an epoch runs. */
const LINE_EVERY_MS = 10_000;

/** A watcher that may hold the terminal. */
export interface CliWatcher extends Watcher {
  /** Says something between the lines. */
  note(text: string): void;
  /** Lets go of the terminal. */
  stop(): void;
}

/** The watcher that fits where the output goes. */
export function chooseWatcher(json: boolean): CliWatcher {
  if (json) return new JsonWatcher();
  return process.stdout.isTTY ? new BarWatcher() : new LineWatcher();
}

/**
 * Shows the warnings of the libraries between the watcher's lines, each once.
 *
 * @param watcher whoever writes lines for people
 * @returns what ends it
 */
export function watchWarnings(watcher: Pick<CliWatcher, "note">): () => void {
  const said = new Set<string>();
  const before = onWarning((message) => {
    if (!said.has(message)) watcher.note(`warning: ${message}`);
    said.add(message);
  });
  return () => void onWarning(before);
}

/** Time left and speed, from the batches of this process (a resumed run does not count the time before). */
class Pace {
  #total = 0;
  #first = 0;
  #startedAt = Date.now();

  start({ recipe, stepsPerEpoch, step }: StartInfo): void {
    this.#total = totalEpochs(recipe) * stepsPerEpoch;
    this.#first = step;
    this.#startedAt = Date.now();
  }

  left(step: number): string {
    const seconds = (Date.now() - this.#startedAt) / 1000;
    return duration((seconds / Math.max(1, step - this.#first)) * (this.#total - step));
  }
}

/** Tells how much of a folder of sounds is heard. */
class Hearing {
  readonly #progress = new Progress();

  data({ done, total }: DataProgress): void {
    this.#progress.update("hearing the sounds", done, total);
    if (done === total) this.#progress.stop();
  }
}

class LineWatcher extends Hearing implements CliWatcher {
  readonly #pace = new Pace();
  #start: StartInfo | undefined;
  #lastLine = Date.now();

  start(info: StartInfo): void {
    this.#start = info;
    this.#pace.start(info);
    for (const line of introduction(info)) this.note(line);
  }

  batch(info: BatchInfo): void {
    if (Date.now() - this.#lastLine < LINE_EVERY_MS) return;
    this.note(
      `${epochText(info.epoch + 1, this.#start)}  ${batchText(info)}  ${this.#pace.left(info.step)} left`,
    );
  }

  epoch(line: EpochMetrics): void {
    this.note(epochLine(line, this.#start));
  }

  note(text: string): void {
    this.#lastLine = Date.now();
    process.stdout.write(`${text}\n`);
  }

  stop(): void {}
}

class BarWatcher extends Hearing implements CliWatcher {
  readonly #pace = new Pace();
  #bar: SingleBar | undefined;
  #start: StartInfo | undefined;

  start(info: StartInfo): void {
    this.#start = info;
    this.#pace.start(info);
    for (const line of introduction(info)) process.stdout.write(`${line}\n`);
  }

  batch(info: BatchInfo): void {
    const epoch = epochText(info.epoch + 1, this.#start);
    const text = `${batchText(info)}  ${this.#pace.left(info.step)} left`;
    const steps = this.#start?.stepsPerEpoch ?? 0;
    this.#bar ??= startBar("{epoch} {bar} {text}", steps, { epoch, text: "" });
    this.#bar.update(Math.ceil(info.batch / (this.#start?.recipe.accumulate ?? 1)), { epoch, text });
  }

  epoch(line: EpochMetrics): void {
    this.note(epochLine(line, this.#start));
  }

  note(text: string): void {
    this.stop();
    process.stdout.write(`${text}\n`);
  }

  stop(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }
}

/** Whole JSON objects only; everything for people goes to stderr. */
class JsonWatcher implements CliWatcher {
  start({ recipe, ...info }: StartInfo): void {
    this.#write({
      kind: "start",
      name: recipe.name,
      seed: recipe.seed,
      epochs: totalEpochs(recipe),
      ...info,
    });
  }

  batch(): void {}

  epoch(line: EpochMetrics): void {
    this.#write(line);
  }

  note(text: string): void {
    process.stderr.write(`${text}\n`);
  }

  stop(): void {}

  #write(value: object): void {
    process.stdout.write(`${JSON.stringify(value)}\n`);
  }
}

function introduction({
  recipe,
  folder,
  parameters,
  backend,
  data,
  samples,
  testPart,
  stepsPerEpoch,
  step,
}: StartInfo): string[] {
  const { network, timeSteps, seed } = recipe;
  const time = timeSteps === undefined ? "" : `, T = ${timeSteps}`;
  const from = step === 0 ? "" : `, going on at step ${step}`;
  return [
    `${recipe.name}: ${network.type} of ${neuronTitle(network.neuron)} neurons, ${plural(parameters, "parameter")}${time}, seed ${seed}`,
    `${data}: ${count(samples.train)} training, ${count(samples.validation)} validation, ${count(samples.test)} test samples${partText(testPart)}`,
    `${backend}; ${plural(totalEpochs(recipe), "epoch")} of ${plural(stepsPerEpoch, "step")} in ${folder}${from}`,
  ];
}

function batchText({ loss, accuracy, samplesPerSecond }: BatchInfo): string {
  return `loss ${loss.toFixed(4)}  accuracy ${percent(accuracy)}  ${count(samplesPerSecond)} samples/s`;
}

/** epoch 2/10 */
function epochText(epoch: number, start: StartInfo | undefined): string {
  return `epoch ${epoch}/${start === undefined ? "?" : totalEpochs(start.recipe)}`;
}

/** How an epoch went. */
function epochLine(line: EpochMetrics, start: StartInfo | undefined): string {
  const held =
    line.validationAccuracy === undefined
      ? `test${partText(start?.testPart)} ${percent(line.testAccuracy ?? 0)}`
      : `validation ${percent(line.validationAccuracy)}`;
  return (
    `${epochText(line.epoch, start)}  loss ${line.trainLoss.toFixed(4)}  training ${percent(line.trainAccuracy)}  ${held}  ` +
    `firing ${percent(line.firingRate?.mean)}  ${count(line.trainSamplesPerSecond)} samples/s  ${duration(line.seconds)}`
  );
}
