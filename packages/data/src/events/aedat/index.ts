export { aedat2 } from "./aedat2.ts";
export { aedat3 } from "./aedat3.ts";
export { aedat4 } from "./aedat4/index.ts";
