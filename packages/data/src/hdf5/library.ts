import type * as h5wasm from "h5wasm";

/** The HDF5 library, as its build for Node or the one for browsers. */
export type Hdf5Library = Pick<typeof h5wasm, "File" | "Dataset" | "Group" | "Module" | "FS" | "ready">;

/** An open HDF5 file. */
export type Hdf5File = InstanceType<Hdf5Library["File"]>;

/** A data set inside an HDF5 file. */
export type Hdf5Dataset = InstanceType<Hdf5Library["Dataset"]>;
