import type { TestFn } from 'ava';
import { agreementContract } from './contract/agreements.js';
import { appendContract } from './contract/append.js';
import { checkpointContract } from './contract/checkpoints.js';
import { closingContract } from './contract/closing.js';
import { idempotencyContract } from './contract/idempotency.js';
import { limitsContract } from './contract/limits.js';
import { modelContract } from './contract/model.js';
import { readContract } from './contract/read.js';
import { subscribeContract } from './contract/subscribe.js';
import type { Engine } from './engine.js';

/** What every engine promises: the whole of src/store/port.ts and nothing that only one engine has. */
export const storeContract = (test: TestFn, engine: Engine): void => {
  appendContract(test, engine);
  idempotencyContract(test, engine);
  limitsContract(test, engine);
  readContract(test, engine);
  subscribeContract(test, engine);
  closingContract(test, engine);
  checkpointContract(test, engine);
  agreementContract(test, engine);
  modelContract(test, engine);
};
