import test from 'ava';
import { connectionFor } from '../../oneServer/server.js';
import { backendsOn } from './engines.js';

backendsOn(test.serial, connectionFor);
