import { Tensor, type Module } from "@myelin/core";
import { UnsupportedError } from "@myelin/core/checks";
import { EquationNeuron } from "@myelin/core/neurons";
import { pythonNumber } from "../python.ts";

/** Words that are no names in Python, or have a meaning in the class around the equations. */
const TAKEN = new Set(
  (
    "False None True and as assert async await break class continue def del elif else except finally for from global if " +
    "import in is lambda nonlocal not or pass raise return try while with yield self functions math"
  ).split(" "),
);

const NAME = /[\p{L}_][\p{L}\p{N}_]*/gu;

/** Whether a layer is made of equations. */
export function hasEquations(module: Module): module is EquationNeuron {
  return module instanceof EquationNeuron;
}

/** A neuron's equations as a class in Python, but for its name. */
export function equationsSource(neuron: EquationNeuron): string {
  const { name, equations, state, parameters, inputs, outputs } = neuron.description;
  if (inputs.length !== 1) {
    throw new UnsupportedError(
      `twinSource: expected neurons of one input, got ${neuron.label} with ${inputs.join(", ")}. ` +
        "A layer of PyTorch in a sequence has one.",
    );
  }
  const states = Object.keys(state).map(pythonName);
  const given = ["self", ...inputs, ...Object.keys(state), ...parameters].map((one) => {
    return one === "self" ? one : pythonName(one);
  });
  const lines = equations.split("\n").map((line) => `        ${pythonText(line)}`);
  return [
    `    ${JSON.stringify(name)}`,
    "",
    `    at_rest = [${Object.values(state).map(atRest).join(", ")}]`,
    "",
    `    def equations(${given.join(", ")}):`,
    ...lines,
    `        return ${pythonName(outputs[0]!)}, [${states.join(", ")}]`,
  ].join("\n");
}

/** A number, or the name of the parameter that says it. */
function atRest(value: number | string): string {
  return typeof value === "string" ? JSON.stringify(value) : pythonNumber(value);
}

/** The numbers of a layer as a dictionary in Python, as its class takes them. */
export function equationNumbers(neuron: EquationNeuron): string {
  const numbers = neuron as unknown as Readonly<
    Record<string, Tensor | number | ArrayLike<number> | undefined>
  >;
  const parts = neuron.description.parameters.map((name) => {
    const value = numbers[name];
    return `${JSON.stringify(name)}: ${value === undefined ? refuse(neuron, name) : argument(value)}`;
  });
  return `{${parts.join(", ")}}`;
}

function argument(value: Tensor | number | ArrayLike<number>): string {
  if (typeof value === "number") return pythonNumber(value);
  if (value instanceof Tensor) return `learned(${value.shape.join(", ")})`;
  return `[${Array.from(value, pythonNumber).join(", ")}]`;
}

function refuse(neuron: EquationNeuron, name: string): never {
  throw new UnsupportedError(
    `twinSource: expected the numbers of ${neuron.label}.${name}, got none before its first input. Give it \`features\`.`,
  );
}

/** The language of equations is Python's but for the names. */
function pythonText(line: string): string {
  return line.replace(NAME, (name, at: number) => {
    if (line[at + name.length] === "(") return `functions.${name}`;
    return name === "pi" ? "math.pi" : pythonName(name);
  });
}

function pythonName(name: string): string {
  return TAKEN.has(name) ? `${name}_` : name;
}
