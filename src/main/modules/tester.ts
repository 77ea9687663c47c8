import { ContainerModule } from 'inversify';
import { idPlaying, isPlay } from '../../backends/httptester/play.js';
import { testerPages } from '../../web/pages/tester/tester.js';
import { playedIn } from '../config/config.js';
import { keys } from '../keys.js';

export const tester = new ContainerModule(({ bind }) => {
  bind(keys.testerPages)
    .toResolvedValue(
      ({ backends }, intake, explainer, questions) =>
        testerPages({
          testers: playedIn(backends),
          receive: async ({ backend, identity }, text, play) => {
            const gateway = isPlay(play) ? { gateway: { id: idPlaying(play) } } : {};
            await intake.receive(backend, { identity, text, ...gateway }, 'inline');
          },
          explainer,
          questions,
        }),
      [keys.config, keys.intake, keys.explainer, keys.questions],
    )
    .inSingletonScope();
});
