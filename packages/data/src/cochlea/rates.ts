/** Sound enters the cochlea at this rate, in hertz; the membrane's velocity leaves at half of it. */
export const SOUND_RATE = 48_000;
/** Steps of the velocity per second. */
export const STEP_RATE = SOUND_RATE / 2;
