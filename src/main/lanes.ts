import type { Config } from './config/config.js';

/** The lane's settings of a backend: its keys in the configuration bear the same names. */
export const laneSettingsOf = ({ backends }: Config, name: string) => {
  const common = backends.find((backend) => backend.name === name)?.common;
  if (common === undefined) throw new Error(`No backend ${name}.`);
  const { concurrency, ratePerSecond, timeoutMs, retry, onUnclear, probe, holdProbeMs, window } = common;
  return {
    concurrency,
    timeoutMs,
    retry,
    onUnclear,
    probe,
    holdProbeMs,
    window,
    ...(ratePerSecond === undefined ? {} : { ratePerSecond }),
  };
};
