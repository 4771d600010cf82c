export { encodeEvents, WRITABLE_FORMATS, type EncodeEventsOptions, type WritableFormat } from "./encoders.ts";
