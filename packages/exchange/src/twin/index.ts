export { twinSource } from "./source.ts";
