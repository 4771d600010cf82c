import { mkdirSync } from "node:fs";
import { convertTask, downloadTask } from "./data.mjs";
import { leftoversIn } from "./leftovers.mjs";
import { faultsOf, run, SIGNALS } from "./process.mjs";
import { exportTask, reportTask, trainTasks } from "./runs.mjs";

/** After so many kills a chain is let run to its end. */
const MOST_KILLS = 5;

/**
 * @typedef {object} Task work that may be killed and goes on when the same command runs again
 * @property {string} name
 * @property {number} ms how long it takes undisturbed
 * @property {(folder: string) => Promise<void>} [prepare]
 * @property {(folder: string) => string[] | undefined} command what Node runs next; nothing once all is done
 * @property {(folder: string) => string[]} compare what differs from undisturbed work, once it has ended
 */

/**
 * @typedef {object} Chain
 * @property {string} name
 * @property {(folder: string, most: number) => Promise<{ faults: string[], signals: NodeJS.Signals[] }>} run
 */

/**
 * Does each kind of work once undisturbed.
 *
 * @param {string} folder
 * @param {() => number} random
 */
export async function makeChains(folder, random) {
  const trainings = await trainTasks(folder);
  const [first] = trainings;
  const others = [
    await reportTask(first),
    await exportTask(first),
    await downloadTask(folder),
    await convertTask(folder),
  ];
  const tasks = others.flatMap((other, i) => [trainings[i % trainings.length] ?? other, other]);
  const chains = tasks.map((task) => chainOf(task, random));
  return { choose: (/** @type {number} */ n) => /** @type {Chain} */ (chains[n % chains.length]) };
}

/**
 * @param {Task} task
 * @param {() => number} random
 * @returns {Chain}
 */
function chainOf(task, random) {
  return {
    name: task.name,
    async run(folder, most) {
      mkdirSync(folder);
      await task.prepare?.(folder);
      /** @type {NodeJS.Signals[]} */
      const signals = [];
      const faults = [];
      while (signals.length < Math.min(most, MOST_KILLS)) {
        const command = task.command(folder);
        if (command === undefined) break;
        const signal = /** @type {NodeJS.Signals} */ (SIGNALS[Math.floor(random() * SIGNALS.length)]);
        const ended = await run(command, { signal, afterMs: random() * task.ms });
        faults.push(...faultsOf(ended));
        signals.push(signal);
      }
      const command = task.command(folder);
      const last = command && (await run(command));
      if (last && last.code !== 0) faults.push(`the last command ended with ${last.code}: ${last.text}`);
      else faults.push(...task.compare(folder), ...leftoversIn(folder));
      return { faults, signals };
    },
  };
}
