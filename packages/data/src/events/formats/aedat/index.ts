export { aedat2, aedat2WithoutHeader } from "./aedat2.ts";
export { aedat3 } from "./aedat3.ts";
export { aedat4, aedat4Encoder } from "./aedat4/index.ts";
