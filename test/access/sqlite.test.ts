import { sqliteEngine } from '../store/sqlite-engine.js';
import { holdsOn } from './contract.js';

holdsOn('sqlite', sqliteEngine());
