export { callPart } from "./call.ts";
export {
  definePlugin,
  type LayerPlace,
  type OptionSchemas,
  type OptionsOf,
  type OwnDataset,
  type OwnLayer,
  type OwnLoss,
  type OwnSurrogate,
  type OwnTransform,
  type PartKind,
  type Plugin,
  type PluginDefinition,
} from "./define.ts";
export { loadPlugin, PluginProblem } from "./load.ts";
export { type Clash, findClash, loadedPlugin, NO_PARTS, type Parts, partsOf, pluginHashes } from "./parts.ts";
