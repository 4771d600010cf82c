/** The HDF5 library on files in memory. The build puts the library itself in here, so that the package needs no other. */
export * from "h5wasm";
