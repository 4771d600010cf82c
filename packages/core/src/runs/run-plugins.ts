import { checkArray, isPlainObject, listNames, refuse } from "../checks.ts";
import { isLayerType, type LayerDescription, type OwnLayer } from "../description/index.ts";
import type { Tensor } from "../engine/index.ts";
import { FormatError } from "../errors.ts";
import type { Module } from "../nn/index.ts";
import type { RunDescription } from "./run-description.ts";

/** Parts of one's own that a run was trained with: what `definePlugin` of `myelin/plugin` gives. */
export interface RunPlugin {
  readonly parts: {
    readonly layers?: Readonly<Record<string, { readonly build: OwnBuild }>> | undefined;
    readonly losses?: Readonly<Record<string, { readonly scores?: OwnScores | undefined }>> | undefined;
  };
}

type OwnBuild = (
  options: never,
  place: Parameters<OwnLayer>[1],
) => Module | { readonly module: Module; readonly output?: readonly number[] | undefined };

type OwnScores = (outputs: Tensor, options: never) => Tensor;

/** What a run takes of plugins. */
export interface RunParts {
  readonly layers: Readonly<Record<string, OwnLayer>>;
  /** A score per class from outputs [T, B, K]; undefined unless a loss of one's own says how they are read. */
  readonly scores: ((outputs: Tensor) => Tensor) | undefined;
}

/** @throws MyelinError unless all were made by `definePlugin` */
export function checkPlugins(plugins: readonly RunPlugin[]): readonly RunPlugin[] {
  checkArray("loadRun.plugins", plugins, "an array of plugins", (symbol, plugin: unknown) => {
    const { parts } = (plugin ?? {}) as Partial<RunPlugin>;
    if (!isPlainObject(parts)) refuse(symbol, "what definePlugin gives", plugin);
  });
  return plugins;
}

/**
 * The parts of plugins that a run needs.
 *
 * @param name of the run, for messages
 * @throws FormatError if one is missing
 */
export function partsForRun(
  { network, ownScores }: RunDescription,
  plugins: readonly RunPlugin[],
  name: string,
): RunParts {
  const layers = Object.assign({}, ...plugins.map(({ parts }) => parts.layers ?? {})) as Record<
    string,
    { readonly build: OwnLayer }
  >;
  const missing = [...new Set(ownTypes(network.layers))].filter((type) => !Object.hasOwn(layers, type));
  if (missing.length > 0) throw lacking(name, `layers ${listNames(missing)}`);
  const makers = Object.entries(layers).map(([type, { build }]) => [type, build] as const);
  return { layers: Object.fromEntries(makers), scores: ownScores && scoresOf(ownScores, plugins, name) };
}

function scoresOf(
  { loss, options }: NonNullable<RunDescription["ownScores"]>,
  plugins: readonly RunPlugin[],
  name: string,
): (outputs: Tensor) => Tensor {
  const part = plugins.map(({ parts }) => parts.losses?.[loss]).find((own) => own?.scores !== undefined);
  if (part?.scores === undefined) throw lacking(name, `loss ${loss}`);
  const { scores } = part;
  return (outputs) => scores(outputs, options as never);
}

/** Types of layers that are none of the core's. */
function ownTypes(layers: readonly LayerDescription[]): string[] {
  return layers.flatMap((layer) => {
    if (!isLayerType(layer.type)) return [layer.type];
    return layer.type === "residual" ? ownTypes([...layer.branch, ...(layer.shortcut ?? [])]) : [];
  });
}

function lacking(name: string, what: string): FormatError {
  return new FormatError(
    `${name}: expected the plugins that the run was trained with, for its ${what}, got none with that. ` +
      "Open it with loadRun(source, { plugins: [plugin] }), where plugin is the default export of its file.",
  );
}
