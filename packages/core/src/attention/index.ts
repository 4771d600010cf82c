export {
  AdvancedSpatialAttention,
  type AdvancedSpatialAttentionOptions,
  type AttentionMaps,
} from "./advanced-spatial-attention.ts";
