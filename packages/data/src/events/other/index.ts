export { compact, COMPACT_HEADER_BYTES, COMPACT_MAGIC, COMPACT_RECORD_BYTES, WIDE_SIDE } from "./compact.ts";
export { eventStream } from "./event-stream.ts";
export { nMnist } from "./n-mnist.ts";
