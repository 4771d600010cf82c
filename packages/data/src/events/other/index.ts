export { eventStream } from "./event-stream.ts";
export { nMnist } from "./n-mnist.ts";
