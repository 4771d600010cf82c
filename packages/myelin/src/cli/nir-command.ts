import { nirInfo, readNirFile, type NirInfo } from "@myelin/exchange";
import { plural } from "../format.ts";
import { watchWarnings } from "./watchers.ts";

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
