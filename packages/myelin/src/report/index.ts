/** HTML reports of training runs; a module of its own because drawing them needs a plotting library. */
export { renderReport } from "./render.ts";
export type * from "../run/record.ts";
