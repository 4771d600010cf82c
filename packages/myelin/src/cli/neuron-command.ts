import { LeakyIntegrator, MyelinError, type NeuronDefinition } from "@myelin/core";
import { buildNeuron, derivationOf, type Learnable, ZOO, type ZooName } from "@myelin/core/neurons";
import { makeFolder, replaceFile } from "@myelin/data/files";
import path from "node:path";
import { shorten } from "../format.ts";
import { neuronChoice } from "../model/index.ts";
import {
  CATALOGUE,
  type CatalogueEntry,
  type Drive,
  DRIVES,
  findNeuron,
  nearestNeuron,
  respond,
  type SteppedLayer,
} from "../neuron/index.ts";
import { loadNeuron, type NeuronRecipe, parseNeuron } from "../recipe/index.ts";
import type { NeuronRecord } from "../report/index.ts";
import { watchWarnings } from "./watchers.ts";

/** Options of `myelin neuron`. */
export interface NeuronFlags {
  readonly out: string;
  readonly set: readonly string[];
  readonly drive?: readonly Drive[];
  readonly current?: number;
  readonly steps: number;
  readonly json: boolean;
}

/** A neuron with how it is made. */
interface Subject {
  readonly name: string;
  readonly notes: Pick<CatalogueEntry, "title" | "current"> & { readonly source: string | undefined };
  readonly settings: Readonly<Record<string, unknown>>;
  readonly make: () => SteppedLayer;
}

/** `myelin neuron [NAME|FILE.yaml]`: lists the neurons, or draws one and prints its equations. */
export async function runNeuron(name: string | undefined, flags: NeuronFlags): Promise<void> {
  watchWarnings({ note: (text) => process.stderr.write(`${text}\n`) });
  if (name === undefined) process.stdout.write(flags.json ? definitions() : list());
  else await show(await subjectOf(name, flags.set), flags);
}

async function show(subject: Subject, flags: NeuronFlags): Promise<void> {
  const { name, notes, settings } = subject;
  const { drive = DRIVES, current = notes.current, steps } = flags;
  const isPicture = isPictureFile(flags);
  let derivation: string | undefined;
  const make = (): SteppedLayer => {
    const layer = subject.make();
    derivation = derivationOf(layer);
    return layer;
  };
  const responses = await respond(make, current, steps, drive);
  if (flags.json) {
    process.stdout.write(`${JSON.stringify({ name, ...notes, settings, derivation, responses })}\n`);
    return;
  }
  process.stdout.write(`${name}: ${notes.title}${notes.source === undefined ? "" : `. ${notes.source}`}\n`);
  if (derivation !== undefined) process.stdout.write(`${derivation}\n`);
  const rows = Object.entries(settings).map(
    ([key, value]) => [key, shorten(JSON.stringify(value), 80)] as const,
  );
  const record = { name, title: notes.title, source: notes.source, settings: rows, derivation, responses };
  await (isPicture ? drawPicture(record, flags.out) : drawAll(record, flags.out));
}

async function drawPicture({ name, responses }: NeuronRecord, file: string): Promise<void> {
  const { neuronPicture } = await import("../report/index.ts");
  await write(file, neuronPicture(name, responses[0]!));
}

/** A page, and a picture of each response. */
async function drawAll(record: NeuronRecord, folder: string): Promise<void> {
  const { neuronPicture, renderNeuron } = await import("../report/index.ts");
  const { name, responses } = record;
  await write(path.join(folder, `${name}.html`), renderNeuron(record));
  for (const response of responses) {
    await write(path.join(folder, `${name}-${response.drive}.svg`), neuronPicture(name, response));
  }
}

async function write(file: string, text: string): Promise<void> {
  await makeFolder(path.dirname(file));
  await replaceFile(file, text);
  process.stdout.write(`drawn: ${file}\n`);
}

/** Whether a single picture is asked for by its name. */
function isPictureFile({ out, drive = DRIVES }: NeuronFlags): boolean {
  const isPicture = out.toLowerCase().endsWith(".svg");
  if (!isPicture || drive.length === 1) return isPicture;
  throw new MyelinError(
    `neuron --out: expected one --drive for a picture, got ${drive.join(" ")}. Or name a folder.`,
  );
}

async function subjectOf(name: string, changes: readonly string[]): Promise<Subject> {
  const entry = findNeuron(name);
  if (entry) return named(entry, changes);
  if (!/\.ya?ml$|[\\/]/i.test(name)) throw unknown(name);
  const recipe = await loadNeuron(name, changes);
  const base = findNeuron(recipe.type);
  const notes = {
    title: base?.title ?? "a neuron of one's own",
    source: base?.source,
    current: base?.current ?? 1.5,
  };
  return { name: path.basename(name).replace(/\.ya?ml$/i, ""), notes, ...ofRecipe(recipe) };
}

function named(entry: CatalogueEntry, changes: readonly string[]): Subject {
  const { name } = entry;
  if (name !== "LeakyIntegrator")
    return { name, notes: entry, ...ofRecipe(parseNeuron({ type: name }, changes)) };
  if (changes.length === 0) return { name, notes: entry, settings: {}, make: () => new LeakyIntegrator() };
  throw new MyelinError(
    `neuron ${name}: expected no --set with it, got ${changes.join(" ")}. It is a layer of its own.`,
  );
}

function ofRecipe(recipe: NeuronRecipe): Pick<Subject, "settings" | "make"> {
  const { type, ...given } = recipe;
  const declared = Object.entries(ZOO[type as ZooName]?.definition.parameters ?? {});
  const defaults = declared.map(([name, value]) => [name, typeof value === "number" ? value : value.value]);
  const settings = { ...(Object.fromEntries(defaults) as object), ...given };
  return { settings, make: () => buildNeuron(neuronChoice(recipe), [1]) };
}

function unknown(name: string): MyelinError {
  const near = nearestNeuron(name);
  const hint = near === undefined ? "List them with: npx myelin neuron" : `Did you mean ${near}?`;
  const expected = "the name of a neuron, or a YAML file with one";
  return new MyelinError(`neuron: expected ${expected}, got ${JSON.stringify(shorten(name, 60))}. ${hint}`);
}

function list(): string {
  const width = Math.max(...CATALOGUE.map(({ name }) => name.length));
  const lines = CATALOGUE.map(({ name, title, source }) => `${name.padEnd(width)}  ${title}. ${source}`);
  return `${lines.join("\n")}\n`;
}

/** Every neuron, those of the zoo with their definitions. */
function definitions(): string {
  const all = CATALOGUE.map((entry) => {
    const definition: NeuronDefinition | undefined = ZOO[entry.name as ZooName]?.definition;
    return definition === undefined ? entry : { ...entry, ...definitionOf(definition) };
  });
  return `${JSON.stringify(all)}\n`;
}

function definitionOf({ equations, state, parameters = {}, outputs = ["s"] }: NeuronDefinition): object {
  const declared = Object.entries(parameters).map(([name, parameter]) => [name, declaredAs(parameter)]);
  return { equations, state, parameters: Object.fromEntries(declared) as object, outputs };
}

function declaredAs(parameter: number | Learnable): object {
  if (typeof parameter === "number") return { value: parameter };
  return { value: parameter.value, learnable: true, per: parameter.per };
}
