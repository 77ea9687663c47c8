export { builtinApps } from '../apps/builtin.js';
export type { Reaction } from './reaction.js';
export { runScript, ScriptError } from './script.js';
export { type Counts, type Incoming, Simulation, type SimulationOptions } from './simulation.js';
