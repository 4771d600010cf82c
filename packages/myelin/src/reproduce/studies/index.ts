/** The studies of `myelin reproduce`. */
import type { Study } from "../study.ts";
import { asa } from "./asa.ts";
import { delays } from "./delays.ts";
import { esl } from "./esl.ts";
import { klif } from "./klif.ts";
import { neurons } from "./neurons.ts";

export const STUDIES = { klif, delays, asa, esl, neurons } as const satisfies Readonly<Record<string, Study>>;
export type StudyName = keyof typeof STUDIES;
