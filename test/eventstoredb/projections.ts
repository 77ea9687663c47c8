import type * as messages from '@eventstore/db-client/generated/projections_pb.js';
import projections from '@eventstore/db-client/generated/projections_pb.js';
import type { Empty } from '@eventstore/db-client/generated/shared_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import type {
  handleUnaryCall,
  ServerWritableStream,
  ServiceError,
  UntypedServiceImplementation,
} from '@grpc/grpc-js';
import struct from 'google-protobuf/google/protobuf/struct_pb.js';
import { evaluate, parse } from './evaluate.js';
import { failures } from './refusals.js';
import type { StandIn } from './standIn.js';

interface Projection {
  readonly name: string;
  query: string;
  emitEnabled: boolean;
  running: boolean;
  /** Grows with every change of the query. */
  version: number;
  /** Grows with every reset. */
  epoch: number;
}

/** Projections management. A projection is evaluated when it is asked for: always from the beginning, always current. */
export const projectionsService = (server: StandIn): UntypedServiceImplementation => {
  const known = new Map<string, Projection>();
  const find = (name = ''): Projection => {
    const projection = known.get(name);
    if (!projection) throw failures.notFound(`Projection '${name}'`);
    return projection;
  };
  return {
    create: unary((request: messages.CreateReq) => {
      const options = request.getOptions();
      const name = options?.getContinuous()?.getName() ?? options?.getTransient()?.getName() ?? '';
      if (known.has(name)) throw failures.conflict(`Projection '${name}' exists already.`);
      const emitEnabled = options?.getContinuous()?.getEmitEnabled() ?? false;
      known.set(name, {
        name,
        query: options?.getQuery() ?? '',
        emitEnabled,
        running: true,
        version: 0,
        epoch: 0,
      });
      return new projections.CreateResp();
    }),
    update: unary((request: messages.UpdateReq) => {
      const options = request.getOptions();
      const projection = find(options?.getName());
      projection.query = options?.getQuery() ?? '';
      if (options?.hasEmitEnabled()) projection.emitEnabled = options.getEmitEnabled();
      projection.version += 1;
      return new projections.UpdateResp();
    }),
    delete: unary((request: messages.DeleteReq) => {
      const projection = find(request.getOptions()?.getName());
      if (projection.running)
        throw failures.conflict(`Projection '${projection.name}' is running: disable it first.`);
      known.delete(projection.name);
      return new projections.DeleteResp();
    }),
    enable: unary((request: messages.EnableReq) => {
      find(request.getOptions()?.getName()).running = true;
      return new projections.EnableResp();
    }),
    disable: unary((request: messages.DisableReq) => {
      find(request.getOptions()?.getName()).running = false;
      return new projections.DisableResp();
    }),
    reset: unary((request: messages.ResetReq) => {
      find(request.getOptions()?.getName()).epoch += 1;
      return new projections.ResetResp();
    }),
    state: unary((request: messages.StateReq) => {
      const options = request.getOptions();
      const { states } = evaluate(find(options?.getName()).query, server.log.all);
      return new projections.StateResp().setState(messageOf(states.get(options?.getPartition() ?? '')));
    }),
    result: unary((request: messages.ResultReq) => {
      const options = request.getOptions();
      const { results } = evaluate(find(options?.getName()).query, server.log.all);
      return new projections.ResultResp().setResult(messageOf(results.get(options?.getPartition() ?? '')));
    }),
    statistics: (call: ServerWritableStream<messages.StatisticsReq, messages.StatisticsResp>) => {
      const options = call.request.getOptions();
      const asked = options?.hasName() ? [known.get(options.getName())] : [...known.values()];
      const there = asked.filter((projection) => projection !== undefined);
      if (there.length < asked.length) {
        call.emit('error', failures.notFound(`Projection '${options?.getName()}'`));
        return;
      }
      for (const projection of there)
        call.write(new projections.StatisticsResp().setDetails(detailsOf(projection)));
      call.end();
    },
    restartSubsystem: unary((_request: Empty) => new shared.Empty()),
  };
};

const unary =
  <Request, Response>(work: (request: Request) => Response): handleUnaryCall<Request, Response> =>
  ({ request }, answer) => {
    try {
      answer(null, work(request));
    } catch (error) {
      const known = typeof (error as { code?: unknown }).code === 'number';
      answer((known ? error : failures.conflict((error as Error).message)) as ServiceError);
    }
  };

/** An unknown partition is an empty object to the server, as is a state that is not there yet. */
const messageOf = (state: unknown): InstanceType<typeof struct.Value> =>
  struct.Value.fromJavaScript((state ?? {}) as Parameters<typeof struct.Value.fromJavaScript>[0]);

const detailsOf = (projection: Projection): messages.StatisticsResp.Details => {
  const fault = faultOf(projection);
  const status = fault ? 'Faulted' : projection.running ? 'Running' : 'Stopped';
  return new projections.StatisticsResp.Details()
    .setName(projection.name)
    .setEffectivename(projection.name)
    .setMode('Continuous')
    .setStatus(status)
    .setStatereason(fault ?? '')
    .setProgress(fault ? 0 : 100)
    .setVersion(String(projection.version))
    .setEpoch(String(projection.epoch))
    .setCoreprocessingtime('0')
    .setEventsprocessedafterrestart('0')
    .setBufferedevents('0');
};

const faultOf = ({ query }: Projection): string | undefined => {
  try {
    parse(query);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
};
