import { gunzip } from "../bytes/index.ts";

/**
 * An HDF5 file, gzipped, with two empty data sets that can grow: `spikes/times`, rows of variable length of float16, and
 * `spikes/units`, the same of uint16, in chunks of 256 rows. The HDF5 library writes such rows but cannot declare them.
 * Made with h5py: `create_dataset(name, (0,), maxshape=(None,), chunks=(256,), dtype=h5py.vlen_dtype(...))`.
 */
const TEMPLATE =
  "H4sIAAAAAAACA+v0cHHj5ZLiYgABDg4GFgYBBmTwHwomcKHyYfIJUJoRSndA6RVMMHFGsJwEVFwQaj66upAgV1eQ6v9oAGbPA1YI" +
  "zcEwCkYi8HB1DADREVA+LJWeYEJVV1yQmZ1ajEiPHhTaiyv9ejBD+BmsxKVfCw5Ud4+CkZ1+YempgxVVXUlmLij5MpTmZZYUI5Wr" +
  "DmTaG+zn7wJKwbByU4EZtbxGT8ejAFc5wAoJM0YYHxKDjIyMWOtLZgYFsFJJaJ4XVOBnYIKWAFysDFz8UPWswJgBqWNihpjMATWX" +
  "mYkJXoQwohQbDYMiPCDpigmerjTY8auHeaCBczQtUZauJFDSFQgzIYUw6empY1CFBwAgynKLkAoAAA==";

/** The bytes of the empty spike file. */
export async function emptySpikeFile(): Promise<Uint8Array> {
  const packed = Uint8Array.from(atob(TEMPLATE), (letter) => letter.charCodeAt(0));
  return gunzip(packed, { maxBytes: 65536, name: "spike file template" });
}
