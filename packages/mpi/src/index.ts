/**
 * The processes of an MPI job as a communicator for the trainer.
 *
 * @module @myelin/mpi
 */
export { type CallTimes, connectMpi, MpiCommunicator, type MpiOptions, RanksLost } from "./communicator.ts";
export { findLauncher, type Launcher } from "./launcher.ts";
