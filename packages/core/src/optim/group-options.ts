import { checkArray, checkOptions, isPlainObject, type KnownOptions, withDefaults } from "../checks.ts";
import { checkTensor, type Tensor } from "../engine/index.ts";
import { MyelinError } from "../errors.ts";

const PARAMETERS = "an array of parameters, or of groups { parameters, lr, ... }";
const HINT = "Pass network.parameters().";

/** A group as the user gives it: parameters, and options that differ from the optimiser's. */
export type GroupSpec<Options> = Partial<Options> & { readonly parameters: readonly Tensor[] };

/** The options that a user gives an optimiser, over its defaults, which name all options there are. */
export function optimizerOptions<Options extends object>(
  kind: string,
  defaults: Options,
  options: Partial<Options>,
): Options {
  checkOptions<object>(kind, options, namesIn(defaults), "{ lr: 0.01 }");
  return withDefaults(defaults, options);
}

/** Parameters, or groups of them, as groups whose options are complete. */
export function toGroups<Options extends object>(
  kind: string,
  parameters: readonly Tensor[] | readonly GroupSpec<Options>[],
  defaults: Options,
): (Options & { readonly parameters: readonly Tensor[] })[] {
  checkArray<unknown>(`${kind}.parameters`, parameters, PARAMETERS, undefined, HINT);
  const specs = isPlainObject(parameters[0]) ? parameters : [{ parameters }];
  return (specs as readonly GroupSpec<Options>[]).map((spec, i) => {
    const symbol = `${kind}.groups[${i}]`;
    checkOptions<object>(
      symbol,
      spec,
      { ...namesIn(defaults), parameters: true },
      "{ parameters, lr: 0.01 }",
    );
    checkParameters(kind, spec.parameters);
    return { ...withDefaults<object>(defaults, spec), parameters: spec.parameters } as Options &
      GroupSpec<Options>;
  });
}

/** Requires an array of parameters, each once. */
export function checkParameters(name: string, parameters: readonly Tensor[]): void {
  checkArray(`${name}.parameters`, parameters, "an array of parameters", (symbol, parameter) =>
    checkTensor(symbol, parameter, undefined, HINT),
  );
  if (parameters.length === 0) {
    throw new MyelinError(`${name}: expected at least one parameter, got 0. ${HINT}`);
  }
  const distinct = new Set(parameters).size;
  if (distinct !== parameters.length) {
    const got = `${parameters.length - distinct} listed twice`;
    throw new MyelinError(`${name}: expected every parameter once, got ${got}. Groups must not overlap.`);
  }
}

function namesIn<Options extends object>(defaults: Options): KnownOptions<Options> {
  return Object.fromEntries(Object.keys(defaults).map((name) => [name, true])) as KnownOptions<Options>;
}
