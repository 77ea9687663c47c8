// Loaded into a server under test with --import: tells its event-loop delay to the parent, on demand.
import { monitorEventLoopDelay } from 'node:perf_hooks';

const histogram = monitorEventLoopDelay({ resolution: 1 });
histogram.enable();
process.on('message', (message) => {
  if (message === 'reset') histogram.reset();
  // The monitor's own timer of 1 ms is part of what it measures.
  if (message === 'delay') process.send?.({ p99Ms: Math.max(0, histogram.percentile(99) / 1e6 - 1) });
});
process.channel?.unref();
