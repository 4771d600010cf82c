/** Frameworks that weights come from and go to. */
export const FRAMEWORKS = ["pytorch", "snntorch", "spikingjelly", "norse"] as const;

/** One of them. */
export type Framework = (typeof FRAMEWORKS)[number];
