import {
  derivationOf,
  EquationNeuron,
  LeakyIntegrator,
  type Learnable,
  MyelinError,
  type NeuronDefinition,
  ZOO,
  type ZooName,
} from "@myelin/core";
import { makeFolder, replaceFile } from "@myelin/data/files";
import path from "node:path";
import { shorten } from "../format.ts";
import { buildNeuron } from "../model/index.ts";
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
  const { drive = DRIVES, current = subject.notes.current, steps, json } = flags;
  let derivation: string | undefined;
  const make = (): SteppedLayer => {
    const layer = subject.make();
    if (layer instanceof EquationNeuron) derivation = derivationOf(layer as EquationNeuron);
    return layer;
  };
  const responses = await respond(make, current, steps, drive);
  const { name, notes, settings } = subject;
  if (json) {
    process.stdout.write(`${JSON.stringify({ name, ...notes, settings, derivation, responses })}\n`);
    return;
  }
  const { neuronPicture, renderNeuron } = await import("../report/index.ts");
  const rows = Object.entries(settings).map(
    ([key, value]) => [key, shorten(JSON.stringify(value), 80)] as const,
  );
  const record = { name, title: notes.title, source: notes.source, settings: rows, derivation, responses };
  await makeFolder(flags.out);
  const files = [
    [`${name}.html`, renderNeuron(record)],
    ...responses.map((response) => [`${name}-${response.drive}.svg`, neuronPicture(name, response)]),
  ] as [string, string][];
  process.stdout.write(`${name}: ${notes.title}${notes.source === undefined ? "" : `. ${notes.source}`}\n`);
  if (derivation !== undefined) process.stdout.write(`${derivation}\n`);
  for (const [file, text] of files) {
    const target = path.join(flags.out, file);
    await replaceFile(target, text);
    process.stdout.write(`drawn: ${target}\n`);
  }
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
  return { settings, make: () => buildNeuron(recipe, [1]) };
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
