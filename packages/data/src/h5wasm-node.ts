/** The HDF5 library on files of the disk, as it is in Node. The build puts the library itself in here, too. */
export * from "h5wasm/node";
