/** What a sweep looks for: a number of a run's result that shall be large or small. */
import { nearestName } from "@myelin/core/checks";
import { z } from "zod";
import { metricsSchema, resultSchema, type EpochMetrics, type Result } from "../../records/index.ts";

/** A number of a result, and which way is better. */
export interface Objective {
  /** Its path in result.json, such as `firingRate.mean`, or one of the short names. */
  readonly name: string;
  readonly goal: "max" | "min";
}

/** Short names of numbers in result.json; several are added up. */
const SHORT: Readonly<Record<string, readonly string[]>> = {
  accuracy: ["testAccuracy"],
  firingRate: ["firingRate.mean"],
  spikes: ["activity.spikes"],
  operations: ["activity.mac", "activity.ac"],
  energy: ["activity.energy.spiking.total"],
};

/** What an epoch calls the number of a result, the first that it has. */
const IN_EPOCHS: Readonly<Record<string, readonly string[]>> = {
  testAccuracy: ["validationAccuracy", "testAccuracy"],
  testLoss: ["validationLoss", "testLoss"],
};

/** Stands for any key of a section whose keys are names of layers. */
const ANY = "*";

const IN_RESULT = numbersOf(z.toJSONSchema(resultSchema, { unrepresentable: "any" }) as Node);
const IN_EPOCH = numbersOf(z.toJSONSchema(metricsSchema, { unrepresentable: "any" }) as Node);

/** The number that `objective` means in a result; undefined if the run has none. */
export function valueOf({ name }: Objective, result: Result): number | undefined {
  const parts = pathsOf(name).map((path) => numberAt(result, path));
  return parts.some((part) => part === undefined)
    ? undefined
    : parts.reduce<number>((sum, part) => sum + (part ?? 0), 0);
}

/** The same after an epoch; the accuracy is that on the samples that the epoch was judged by. */
export function valueAfterEpoch({ name }: Objective, line: EpochMetrics): number | undefined {
  const [path = ""] = pathsOf(name);
  const names = IN_EPOCHS[path] ?? [path];
  return names.map((own) => numberAt(line, own)).find((value) => value !== undefined);
}

/** Whether runs say so much after every epoch. */
export function isKnownInEpochs({ name }: Objective): boolean {
  const paths = pathsOf(name);
  return paths.length === 1 && (paths[0]! in IN_EPOCHS || IN_EPOCH.some((known) => fits(paths[0]!, known)));
}

/** What is wrong with the name of an objective: `expected <what>, got <value>. <hint>`; undefined for a good one. */
export function objectiveProblem(name: string): string | undefined {
  if (pathsOf(name).every((path) => IN_RESULT.some((known) => fits(path, known)))) return undefined;
  const names = [...Object.keys(SHORT), ...IN_RESULT.filter((path) => !path.includes(ANY))];
  const near = nearestName(name, names);
  const hint = near === undefined ? `Some are: ${names.slice(0, 9).join(", ")}.` : `Did you mean ${near}?`;
  return `expected a number of result.json, got "${name}". ${hint}`;
}

/** Less than 0 if `a` is better than `b`, for sorting the best to the front; what is not known goes last. */
export function compareValues({ goal }: Objective, a: number | undefined, b: number | undefined): number {
  const cost = (value: number | undefined): number =>
    value === undefined || Number.isNaN(value) ? Infinity : goal === "max" ? -value : value;
  const [first, second] = [cost(a), cost(b)];
  return first === second ? 0 : first - second;
}

function pathsOf(name: string): readonly string[] {
  return (Object.hasOwn(SHORT, name) ? SHORT[name] : undefined) ?? [name];
}

function numberAt(record: object, path: string): number | undefined {
  let at: unknown = record;
  const keys = path.split(".");
  for (let i = 0; i < keys.length; i++) {
    if (typeof at !== "object" || at === null) return undefined;
    // Names of layers may have dots of their own.
    const rest = keys.slice(i).join(".");
    if (Object.hasOwn(at, rest)) return toNumber((at as Record<string, unknown>)[rest]);
    if (!Object.hasOwn(at, keys[i]!)) return undefined;
    at = (at as Record<string, unknown>)[keys[i]!];
  }
  return toNumber(at);
}

function toNumber(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

/** The few parts of a JSON schema that say where numbers are. */
interface Node {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: Node | boolean;
  readonly anyOf?: readonly Node[];
  readonly oneOf?: readonly Node[];
}

function numbersOf(node: Node): string[] {
  if (node.type === "number" || node.type === "integer") return [""];
  const { properties = {}, additionalProperties: others } = node;
  const named = Object.entries(properties).flatMap(([key, child]) => below(key, child));
  const any = typeof others === "object" ? below(ANY, others) : [];
  const choices = [...(node.anyOf ?? []), ...(node.oneOf ?? [])].flatMap(numbersOf);
  return [...new Set([...named, ...any, ...choices])];
}

function below(key: string, child: Node): string[] {
  return numbersOf(child).map((path) => (path === "" ? key : `${key}.${path}`));
}

function fits(path: string, known: string): boolean {
  if (!known.includes(ANY)) return path === known;
  const parts = known.split(ANY).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".+")}$`).test(path);
}
