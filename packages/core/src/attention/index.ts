export {
  AdvancedSpatialAttention,
  type AdvancedSpatialAttentionOptions,
  type AttentionMaps,
} from "./advanced-spatial-attention.ts";
export { ATTENTION_DEFAULTS } from "./defaults.ts";
