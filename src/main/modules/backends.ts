import { ContainerModule } from 'inversify';
import type { BackendContext } from '../../backends/backend.js';
import type { Log } from '../../domain/log.js';
import type { Intake } from '../../routing/intake.js';
import { publicUrlOf } from '../addresses.js';
import { keys } from '../keys.js';
import { secretOf } from '../signingSecret.js';

/** Nobody offers again what cannot be stored now. */
const toldTo =
  (intake: Intake, backend: string, log: Log): BackendContext['tell'] =>
  (report) =>
    intake.report(backend, report).catch((err: unknown) => {
      log.warn(
        { backend, messageId: report.messageId, err },
        'a delivery report of the tester cannot be stored',
      );
    });

export const backends = new ContainerModule(({ bind }) => {
  bind(keys.backends)
    .toResolvedValue(
      (config, intake, log) => {
        const context = { publicUrl: publicUrlOf(config.http), secret: secretOf(config) };
        return config.backends.map((backend) =>
          backend.create({ ...context, tell: toldTo(intake, backend.name, log) }),
        );
      },
      [keys.config, keys.intake, keys.log],
    )
    .inSingletonScope();
});
