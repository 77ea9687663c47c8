import test from 'ava';
import { connectionFor } from '../../oneServer/server.js';
import { explainOn } from './engines.js';

explainOn(test.serial, connectionFor);
