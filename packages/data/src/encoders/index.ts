export {
  constantCurrent,
  deltaEncoding,
  latencyEncoding,
  poissonRate,
  type DeltaEncodingOptions,
  type Encoder,
  type EncoderSteps,
} from "./encoders.ts";
