import { engines } from '../transfer/engines.js';
import { declareEventQuestions } from './events.js';

for (const [name, engine] of engines) declareEventQuestions(name, engine);
