import { createEngine, currentEngine, type Engine } from "../engine/index.ts";
import { MyelinError } from "../errors.ts";

/** Engines that were started for runs, and how many runs live in each. */
const started = new WeakMap<Engine, number>();

/** The last work that waits for its turn in each engine: an engine does one step at a time. */
const queues = new WeakMap<Engine, Promise<unknown>>();

/** The engine in which a run lives: the current one, or one that ends with the last run in it. */
export class RunEngine {
  readonly #engine: Engine;
  #hasLeft = false;

  private constructor(engine: Engine) {
    this.#engine = engine;
  }

  static async enter(): Promise<RunEngine> {
    const engine = findCurrent() ?? (await start());
    const runs = started.get(engine);
    if (runs !== undefined) started.set(engine, runs + 1);
    return new RunEngine(engine);
  }

  /** Runs `work` as a step, after those that were asked for before. */
  step<T>(work: () => T | Promise<T>): Promise<T> {
    const turn = (queues.get(this.#engine) ?? Promise.resolve()).then(() => this.#engine.step(work));
    queues.set(
      this.#engine,
      turn.catch(() => {}),
    );
    return turn;
  }

  async leave(): Promise<void> {
    const runs = started.get(this.#engine);
    if (this.#hasLeft || runs === undefined) return;
    this.#hasLeft = true;
    started.set(this.#engine, runs - 1);
    await queues.get(this.#engine);
    if (started.get(this.#engine) === 0) await this.#engine.dispose();
  }
}

function findCurrent(): Engine | undefined {
  try {
    return currentEngine();
  } catch (error) {
    if (error instanceof MyelinError) return undefined;
    throw error;
  }
}

async function start(): Promise<Engine> {
  const engine = await createEngine();
  started.set(engine, 0);
  return engine;
}
