export { aedat4, aedat4Encoder } from "./aedat4.ts";
