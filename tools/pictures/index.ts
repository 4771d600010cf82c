/** The pictures of the lessons. */
import { LESSON_1 } from "./lesson-1.ts";
import { LESSON_2 } from "./lesson-2.ts";
import { LESSON_3 } from "./lesson-3.ts";
import { LESSON_4 } from "./lesson-4.ts";
import { LESSON_5 } from "./lesson-5.ts";
import { LESSON_6 } from "./lesson-6.ts";
import { LESSON_7 } from "./lesson-7.ts";
import type { Picture } from "./picture.ts";

export type { Picture } from "./picture.ts";

/** All of them, in the order of the lessons. */
export const PICTURES: readonly Picture[] = [
  ...LESSON_1,
  ...LESSON_2,
  ...LESSON_3,
  ...LESSON_4,
  ...LESSON_5,
  ...LESSON_6,
  ...LESSON_7,
];
