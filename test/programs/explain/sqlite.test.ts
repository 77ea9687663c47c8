import test from 'ava';
import { explainOn } from './engines.js';

explainOn(test, async () => undefined);
