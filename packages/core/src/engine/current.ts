import { MyelinError } from "../errors.ts";
import type { Engine } from "./engine.ts";

/** Engines in the order in which they were chosen, the latest last; those no longer referenced may go. */
let chosen: WeakRef<Engine>[] = [];
/** The latest chosen engine, kept alive. */
let latest: Engine | undefined;
/** Engines with a running step, the latest to begin last. */
const running: Engine[] = [];

/** Makes an engine the current one; when it is disposed, the one before is again. */
export function choose(engine: Engine): void {
  chosen = [...chosen.filter((one) => one.deref() !== engine), new WeakRef(engine)];
  latest = engine;
}

/** Forgets a disposed engine. */
export function forget(engine: Engine): void {
  chosen = chosen.filter((one) => one.deref() !== undefined && one.deref() !== engine);
  latest = chosen.at(-1)?.deref();
}

/** Makes an engine current while its step runs. */
export function enter(engine: Engine): void {
  running.push(engine);
}

/** Ends what `enter` began. */
export function leave(engine: Engine): void {
  running.splice(running.lastIndexOf(engine), 1);
}

/** @throws MyelinError while a step of another engine runs, in which that one is current */
export function checkMayChoose(symbol: string, engine?: Engine): void {
  const busy = running.at(-1);
  if (busy === undefined || busy === engine) return;
  throw new MyelinError(
    `${symbol}: expected no running step, got one of ${busy.label}, which is current until it ends. ` +
      "Choose engines between steps.",
  );
}

/** The engine whose step is running, if one is. */
export function runningEngine(): Engine | undefined {
  return running.at(-1);
}

/**
 * The engine in which tensors and layers are made: that of the running step, else the one chosen last.
 * @throws MyelinError when no engine was started, or all are disposed
 */
export function currentEngine(): Engine {
  const engine = running.at(-1) ?? latest;
  if (!engine) {
    throw new MyelinError("currentEngine: expected an engine, got none. Call `await createEngine()` first.");
  }
  return engine;
}
