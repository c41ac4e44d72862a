/**
 * io/memory: the outside, simulated. A `SimulatedWorld` has one clock that moves only when told, and hosts whose networks
 * are joined by a `SimulatedInternet` on which latency, loss, cuts and resets can be set. What it does is decided by its seed
 * alone, so a run can be repeated. Behaviour is held to that of `io/node` by `test/compliance`.
 */
export { type HttpHandler, type SimulatedHost, SimulatedWorld, type WorldOptions } from './world.ts';
