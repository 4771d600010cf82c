import { decodeHalf } from "@myelin/core/io";

/**
 * float32 [65536]: the value of every half float, exactly. The Heidelberg data sets use them for times. JavaScript
 * engines of today have no such array, so their bits are kept in a `Uint16Array`.
 */
export const HALF_VALUES: Float32Array = Float32Array.from({ length: 65536 }, (_, bits) => decodeHalf(bits));
