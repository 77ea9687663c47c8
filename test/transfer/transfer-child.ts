// Exports or imports a store, and tells how far it is, until it is killed.
import { exportStore } from '../../src/programs/export.js';
import { importStore } from '../../src/programs/import.js';

const [command = '', data = '', file = ''] = process.argv.slice(2);
const sources = { env: {}, overrides: { data } };
const onProgress = ({ events }: { events: number }) => void process.send?.(events);
if (command === 'export') await exportStore({ to: file, resume: true, onProgress }, sources);
else await importStore({ from: file, inFlight: 20, onProgress }, sources);
process.disconnect?.();
