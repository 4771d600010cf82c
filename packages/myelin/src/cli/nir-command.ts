import { makeFolder, replaceFile } from "@myelin/data/files";
import { encodeNir, exportNir, nirInfo, readNirFile, type NirInfo } from "@myelin/exchange";
import path from "node:path";
import { percent, plural } from "../format.ts";
import {
  runNirGraph,
  withTrained,
  type NirRunOptions,
  type NirRunResult,
  type TrainedOptions,
} from "../run/index.ts";
import { watchWarnings } from "./watchers.ts";

/** Options of `myelin nir run`. */
export interface NirRunFlags extends NirRunOptions {
  readonly json: boolean;
}

/** `myelin nir run FILE --data NAME`: accuracy, speed and firing rates of a graph on test data. */
export async function runNir(file: string, { json, ...options }: NirRunFlags): Promise<void> {
  watchWarnings({ note: (text) => process.stderr.write(`${text}\n`) });
  const result = await runNirGraph(await readNirFile(file), path.basename(file), options);
  process.stdout.write(`${json ? JSON.stringify({ file, ...result }) : describeRun(file, result)}\n`);
}

function describeRun(file: string, result: NirRunResult): string {
  const { data, rule, steps, accuracy, samples, samplesPerSecond, firingRate } = result;
  const rates = Object.entries(firingRate?.layers ?? {});
  return [
    `${file} on ${data}: ${rule}, ${plural(steps, "step")} at most`,
    `accuracy ${percent(accuracy)}, ${samplesPerSecond.toFixed(1)} samples per second, ` +
      `firing rate ${percent(firingRate?.mean)} (${plural(samples, "sample")})`,
    ...rates.map(([layer, rate]) => `  ${layer}  ${percent(rate)}`),
  ].join("\n");
}

/** `myelin nir info FILE`: nodes, edges and parameters of a graph. */
export async function printNirInfo(file: string, { json }: { readonly json: boolean }): Promise<void> {
  watchWarnings({ note: (text) => process.stderr.write(`${text}\n`) });
  const info = nirInfo(await readNirFile(file));
  process.stdout.write(`${json ? JSON.stringify({ file, ...info }) : describe(file, info)}\n`);
}

function describe(file: string, { nodes, edges, parameters, recurrent }: NirInfo): string {
  const width = Math.max(0, ...nodes.map(({ name }) => name.length));
  const sizes = (shape: readonly number[] | undefined): string => (shape ? `[${shape.join(", ")}]` : "any");
  const cycles = recurrent ? ", recurrent" : "";
  return [
    `${file}: ${plural(nodes.length, "node")}, ${plural(edges.length, "edge")}, ${plural(parameters, "parameter")}${cycles}`,
    ...nodes.map(({ name, type, parameters: count, input, output }) => {
      const numbers = count > 0 ? `, ${plural(count, "parameter")}` : "";
      return `  ${name.padEnd(width)}  ${type}  ${sizes(input)} -> ${sizes(output)}${numbers}`;
    }),
    ...edges.map(([from, to]) => `  ${from} -> ${to}`),
  ].join("\n");
}

/** Options of `myelin nir export`. */
export interface NirExportFlags extends TrainedOptions {
  readonly dt: number;
  readonly approximate: boolean;
}

/** `myelin nir export RUN FILE`: a run's newest network as a graph. */
export async function exportRunAsNir(folder: string, file: string, flags: NirExportFlags): Promise<void> {
  watchWarnings({ note: (text) => process.stderr.write(`${text}\n`) });
  const { dt, approximate, ...options } = flags;
  await withTrained(folder, options, async ({ model, checkpoint }) => {
    const graph = await exportNir(model.network.eval(), { input: model.shape, dt, approximate });
    const contents = await encodeNir(graph);
    await makeFolder(path.dirname(file));
    await replaceFile(file, contents);
    const size = `${plural(graph.nodes.size, "node")}, ${contents.byteLength} bytes`;
    process.stdout.write(`${file}: ${size}, dt ${dt} s, from ${checkpoint}\n`);
  });
}
