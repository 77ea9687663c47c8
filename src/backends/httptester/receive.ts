// A text of a phone of the tester: a form, JSON or a query with `identity` and `text`, as `http` reads them, and perhaps `play`.
import type { Inbound, InboundRequest } from '../backend.js';
import { createReader } from '../http/receive.js';
import { idPlaying, isPlay, plays } from './play.js';

const read = createReader({ incomingIdentity: 'identity', incomingText: 'text' });

export const receive = (request: InboundRequest): Inbound => {
  const inbound = read(request);
  if (inbound.kind !== 'message') return inbound;
  const { gateway: { other = {}, ...told } = {}, ...message } = inbound;
  const { play = '', ...rest } = other;
  if (play !== '' && !isPlay(play)) {
    const reason = `"play" is ${JSON.stringify(play.slice(0, 40))}; expected one of ${plays.join(', ')}, or none.`;
    return { kind: 'rejected', status: 400, reason };
  }
  const gateway = {
    ...told,
    ...(play === '' ? {} : { id: idPlaying(play) }),
    ...(Object.keys(rest).length > 0 && { other: rest }),
  };
  return { ...message, ...(Object.keys(gateway).length > 0 && { gateway }) };
};
