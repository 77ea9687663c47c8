import { ContainerModule } from 'inversify';
import { publicUrlOf } from '../addresses.js';
import { keys } from '../keys.js';
import { secretOf } from '../signingSecret.js';

export const backends = new ContainerModule(({ bind }) => {
  bind(keys.backends)
    .toResolvedValue(
      (config) => {
        const context = { publicUrl: publicUrlOf(config.http), secret: secretOf(config) };
        return config.backends.map((backend) => backend.create(context));
      },
      [keys.config],
    )
    .inSingletonScope();
});
