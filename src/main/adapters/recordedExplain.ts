import type { ReadingRecord } from '../../audit/recorded.js';
import type { Explainer } from '../../explain/explainer.js';
import type { ExplainRequest, Explanation } from '../../explain/explanation.js';

/** Where reading is recorded: who asked, before it is answered, and how many messages were told of. */
export const recordedExplain = async (
  record: ReadingRecord,
  explainer: Pick<Explainer, 'explain'>,
  request: ExplainRequest,
): Promise<Explanation> => {
  const { message, conversation } = request;
  const id = await record.asked('explain', {
    ...(message === undefined ? {} : { message: [message] }),
    ...(conversation === undefined ? {} : { conversation: [conversation] }),
  });
  const explanation = await explainer.explain(request);
  await record.answered(id, explanation.chains.length, true);
  return explanation;
};
