import { MyelinError } from "../../errors.ts";
import { isComputed, type Node, reachable } from "../graph/graph.ts";
import type { Model } from "../model.ts";
import { HoistedValue } from "./hoisted.ts";

/** Values of parameters by name: one for the layer, or one per channel or neuron. */
export type FirstValues = ReadonlyMap<string, number | ArrayLike<number>>;

/** A value of the equations that parameters alone make. */
interface Made {
  readonly value: HoistedValue;
  readonly isDivisor: boolean;
}

const known = new WeakMap<Model, readonly Made[]>();

/**
 * Requires that what parameters alone make in the equations is finite, and not 0 where it divides. What stands in a
 * branch of `where` may never be used and is left alone, and so is what depends on parameters without known values.
 *
 * @throws MyelinError that names the parameter and its value
 */
export function checkParameters(model: Model, values: FirstValues): void {
  let made = known.get(model);
  if (!made) known.set(model, (made = madeOf(model)));
  for (const one of made) checkMade(model, one, values);
}

function checkMade(model: Model, { value: made, isDivisor }: Made, values: FirstValues): void {
  const { parameters } = made;
  const own = parameters.map((name) => values.get(name));
  const counts = own.map((value) => (typeof value === "number" ? 1 : (value?.length ?? 0)));
  const count = Math.max(...counts);
  // One value per channel beside one per neuron are told apart only by the first input.
  if (counts.some((one) => one !== 1 && one !== count)) return;
  for (let i = 0; i < count; i++) {
    const at = (name: string): number => numberAt(values.get(name)!, i);
    const value = made.of(at);
    if (Number.isFinite(value) && !(isDivisor && value === 0)) continue;
    throw fault(model, value, new Map(parameters.map((name) => [name, at(name)])));
  }
}

/** @param value what the parameters have made */
function fault(model: Model, value: number, parameters: ReadonlyMap<string, number>): MyelinError {
  const [[name, first], ...others] = [...parameters] as [[string, number], ...[string, number][]];
  const beside = others.map(([other, its]) => `${other} = ${its}`).join(", ");
  const got = beside === "" ? String(first) : `${first} beside ${beside}`;
  const [expected, hint] =
    value === 0
      ? ["no divisor of 0", "They divide by what it makes."]
      : ["finite values", `It makes ${value}.`];
  const symbol = `${model.name}.${name}`;
  return new MyelinError(
    `${symbol}: expected a value with which the equations have ${expected}, got ${got}. ${hint}`,
  );
}

function numberAt(value: number | ArrayLike<number>, i: number): number {
  return typeof value === "number" ? value : value[value.length === 1 ? 0 : i]!;
}

function madeOf(model: Model): Made[] {
  const roots = [...model.states.map(({ after }) => after), ...model.outputs.map(({ node }) => node)];
  const certain = alwaysUsed(roots);
  const divisors = new Set(
    certain.flatMap((node) => (isComputed(node, "divide") ? [node.operands[1]!] : [])),
  );
  return certain.flatMap((node) => {
    const leaves = reachable([node]).filter((inner) => inner.kind === "leaf");
    const isOurs = leaves.length > 0 && leaves.every(({ source }) => source === "parameter");
    const isDivisor = divisors.has(node);
    if (!isOurs || (node.kind === "leaf" && !isDivisor)) return [];
    return [{ value: new HoistedValue({ node }), isDivisor }];
  });
}

/** The nodes below the roots that do not lie in a branch of `where` alone. */
function alwaysUsed(roots: readonly Node[]): Node[] {
  const found = new Set<Node>();
  const waiting = [...roots];
  for (let node; (node = waiting.pop());) {
    if (found.has(node)) continue;
    found.add(node);
    if (node.kind === "computed")
      waiting.push(...(isComputed(node, "select") ? node.operands.slice(0, 1) : node.operands));
  }
  return [...found].sort((a, b) => a.id - b.id);
}
