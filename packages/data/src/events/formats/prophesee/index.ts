export { dat } from "./dat.ts";
export { evt2 } from "./evt2.ts";
export { evt21 } from "./evt21.ts";
export { evt3 } from "./evt3.ts";
