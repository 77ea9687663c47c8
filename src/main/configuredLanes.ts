import type { ConfiguredLane } from '../outbound/backendStatus.js';
import type { Config } from './config/config.js';
import { backendFacts } from './nodeFacts.js';

/** What is told of each configured backend. */
export const configuredLanes = (config: Pick<Config, 'backends'>): readonly ConfiguredLane[] => {
  const facts = backendFacts(config);
  return config.backends.map(({ name, common: { engine, window } }) => ({
    name,
    engine,
    window,
    configuration: facts[name] ?? {},
  }));
};
