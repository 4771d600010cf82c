import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { myelin, run as runProgram } from "./process.mjs";

/** @typedef {import("./chains.mjs").Task} Task */

/** Everything random that there is, and checkpoints all the time. */
const RECIPE = `seed: 3
data: { name: mnist, limit: 600, limitTest: 300, validation: 0.2, augment: { crop: { padding: 2 } } }
encoder: { type: poisson }
timeSteps: 4
loss: { type: rateCrossEntropy }
optimizer: { type: adamw, lr: 0.01, weightDecay: 0.01, clipNorm: 5, schedule: { type: oneCycle } }
epochs: 4
batchSize: 20
checkpoint: { everySeconds: 0.05 }
report: { everySteps: 4 }
`;

/** @type {Record<string, string>} */
const NETWORKS = {
  dense: "network: { type: mlp, neuron: { type: KLIF }, hidden: [64], dropout: 0.2 }",
  sparse:
    "network: { type: mlp, neuron: { type: LIF }, hidden: [64], dropout: 0.2 }\n" +
    "structure: { density: 0.2, prune: magnitude, grow: gradient, updateInterval: 5 }",
  threads: "threads: 2\nnetwork: { type: mlp, neuron: { type: PLIF }, hidden: [64, 32] }",
};

/**
 * A training of each network, done once undisturbed.
 *
 * @param {string} folder
 * @returns {Promise<(Task & { run: string, recipe: string })[]>}
 */
export async function trainTasks(folder) {
  const tasks = [];
  for (const [name, network] of Object.entries(NETWORKS)) {
    const recipe = join(folder, `${name}.yaml`);
    writeFileSync(recipe, `name: ${name}\n${RECIPE}${network}\n`);
    const run = join(folder, name);
    tasks.push({
      ...{ name: `train ${name}`, recipe, run, ms: await undisturbed(myelin("train", recipe, "--out", run)) },
      command: (/** @type {string} */ place) => trainCommand(recipe, join(place, "run")),
      compare: (/** @type {string} */ place) => differences(run, join(place, "run")),
    });
  }
  return tasks;
}

/**
 * Drawing the report of a finished run again.
 *
 * @param {{ run: string, recipe: string } | undefined} training
 * @returns {Promise<Task>}
 */
export async function reportTask(training) {
  const { run, recipe } = required(training);
  const ms = await undisturbed(trainCommand(recipe, run));
  return {
    name: "report",
    ms,
    async prepare(folder) {
      cpSync(run, join(folder, "run"), { recursive: true });
    },
    command: (folder) => trainCommand(recipe, join(folder, "run")),
    compare(folder) {
      const html = readFileSync(join(folder, "run/report.html"), "utf8").trimEnd();
      return [
        ...differences(run, join(folder, "run")),
        ...(html.endsWith("</html>") ? [] : ["half a report.html"]),
      ];
    },
  };
}

/**
 * The weights as safetensors.
 *
 * @param {{ run: string } | undefined} training
 * @returns {Promise<Task>}
 */
export async function exportTask(training) {
  const { run } = required(training);
  const whole = `${run}.safetensors`;
  const ms = await undisturbed(myelin("export", run, whole));
  return {
    name: "export",
    ms,
    command: (folder) => myelin("export", run, join(folder, "network.safetensors")),
    compare: (folder) => different("the exported weights", whole, join(folder, "network.safetensors")),
  };
}

/**
 * @template T
 * @param {T | undefined} value
 * @returns {T}
 */
function required(value) {
  if (value === undefined) throw new Error("kill: expected a training to work on, got none.");
  return value;
}

/**
 * Runs a command and says how long it took.
 *
 * @param {string[]} command
 */
export async function undisturbed(command) {
  const { code, text, ms } = await runProgram(command);
  if (code !== 0) throw new Error(`kill: expected ${command.join(" ")} to end well, got: ${text}`);
  return ms;
}

/**
 * @param {string} recipe
 * @param {string} run
 */
function trainCommand(recipe, run) {
  const resume = existsSync(join(run, "config.yaml")) ? ["--resume"] : [];
  return myelin("train", recipe, "--out", run, ...resume);
}

/**
 * What differs between two finished runs, times apart.
 *
 * @param {string} wanted
 * @param {string} got
 * @returns {string[]}
 */
function differences(wanted, got) {
  const weights = (/** @type {string} */ run) => {
    const checkpoints = join(run, "checkpoints");
    return join(checkpoints, readFileSync(join(checkpoints, "LATEST"), "utf8").trim(), "model.safetensors");
  };
  return [
    ...different("the weights", weights(wanted), weights(got)),
    ...(measured(wanted, "metrics.jsonl") === measured(got, "metrics.jsonl") ? [] : ["metrics.jsonl"]),
    ...(measured(wanted, "result.json") === measured(got, "result.json") ? [] : ["result.json"]),
  ];
}

/**
 * @param {string} what
 * @param {string} wanted
 * @param {string} got
 * @returns {string[]}
 */
export function different(what, wanted, got) {
  return readFileSync(wanted).equals(readFileSync(got)) ? [] : [`${what} differ`];
}

/**
 * A file of a run without what depends on the machine's speed.
 *
 * @param {string} run
 * @param {string} file
 */
function measured(run, file) {
  const text = readFileSync(join(run, file), "utf8");
  return text.replaceAll(/"(seconds|trainSamplesPerSecond|peakMemoryBytes)": ?[-+.\de]+/g, "");
}
