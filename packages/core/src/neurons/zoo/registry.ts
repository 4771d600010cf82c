/** The zoo by name: what recipes, the command line and the tables of the documentation are made from. */
import { checkText } from "../../checks.ts";
import type { NeuronClass } from "../define-neuron.ts";
import * as neurons from "./all.ts";
import type { ZooNotes } from "./zoo-neuron.ts";

/** The name of a neuron of the zoo, which is that of its class. */
export type ZooName = keyof typeof neurons;

/** A neuron of the zoo, with any parameters. */
export interface ZooEntry extends NeuronClass {
  readonly notes: ZooNotes;
}

/** Every neuron of the zoo by its name. */
export const ZOO: Readonly<Record<ZooName, ZooEntry>> = inOrder(neurons);

/** The spellings under which each neuron is found: case, `-` and `_` do not count. */
const SPELLINGS = new Map(
  Object.entries(ZOO).flatMap(([name, { notes }]) =>
    [name, ...(notes.aliases ?? [])].map((spelling) => [plain(spelling), name as ZooName] as const),
  ),
);

/** The name of the neuron that a text means: its name or an alias, however it is spelt; undefined for another text. */
export function zooNameOf(text: string): ZooName | undefined {
  return SPELLINGS.get(plain(checkText("zooNameOf.text", text)));
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[\s_-]/g, "");
}

function inOrder<T extends object>(entries: T): T {
  return Object.fromEntries(Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1))) as T;
}
