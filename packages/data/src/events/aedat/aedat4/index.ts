export { aedat4 } from "./aedat4.ts";
