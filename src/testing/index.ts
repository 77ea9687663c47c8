export { builtinApps } from '../apps/builtin.js';
export { runScript, ScriptError } from './script.js';
export {
  type Counts,
  type Incoming,
  type Reaction,
  Simulation,
  type SimulationOptions,
} from './simulation.js';
