import { fileURLToPath, pathToFileURL } from 'node:url';
import test from 'ava';
import type { AnyApp } from '../../src/apps/app.js';
import { runScript, Simulation } from '../../src/testing/index.js';

// In a project of your own this is: import registration from './registration.js'
const file = fileURLToPath(new URL('../../../config/apps/registration.js', import.meta.url));
const { default: registration } = (await import(pathToFileURL(file).href)) as { default: AnyApp };

test('who registers is remembered', async (t) => {
  await runScript(
    [registration],
    `
      # nobody is known at first
      1112223333 > visit clinic
      1112223333 < Please register first: REGISTER <NAME>

      1112223333 > register Asha
      1112223333 < Thank you for registering, Asha!
      1112223333 > visit clinic
      1112223333 < Thank you, Asha. That is visit 1.
      1112223333 > visit school
      1112223333 < Thank you, Asha. That is visit 2.

      # another phone is another conversation
      4445556666 > visit clinic
      4445556666 < Please register first: REGISTER <NAME>
    `,
  );
  t.pass();
});

test('given a registration, when a visit is reported, then it is a fact', async (t) => {
  const clinic = new Simulation([registration]);
  clinic.remembered('registration', [{ type: 'ContactRegistered', data: { name: 'Asha' } }]);

  const { facts, replies } = await clinic.receive('visit school');

  t.deepEqual(facts, [{ type: 'registration.VisitReported', data: { place: 'school' } }]);
  t.deepEqual(replies, ['Thank you, Asha. That is visit 1.']);
  t.deepEqual(clinic.state('registration'), { name: 'Asha', visits: 1 });
});
