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
import { evaluate } from './evaluate.js';
import { type Projection, silence } from './projection.js';
import { projectionRefusals } from './projectionRefusals.js';
import { ProjectionRegister } from './projectionRegister.js';
import type { StandIn } from './standIn.js';

/** Projections management, with what goes wrong with it on a real server, on cue. */
export class Projections {
  /** As in --run-projections. */
  run: 'All' | 'System' | 'None' = 'All';
  /** Whoever calls may look at projections, and change none. */
  readOnly = false;
  /** So many calls are left without an answer, as by a server that has just started. */
  silent = 0;
  /** How long an operation is being written. Two on one projection that meet in that time leave it stuck. */
  operationMs = 0;
  /** How often all were restarted. */
  restarts = 0;
  /** Creations, updates and the like that have come in. */
  operations = 0;
  readonly #register: ProjectionRegister;

  constructor(private readonly server: StandIn) {
    this.#register = new ProjectionRegister(() => server.log);
  }

  /** As two operations that met leave one. */
  leaveStuck(name: string): void {
    this.#register.find(name).isStuck = true;
  }

  get service(): UntypedServiceImplementation {
    return {
      create: this.#unary((request: messages.CreateReq) => this.#create(request)),
      update: this.#operation((request: messages.UpdateReq, projection) => {
        const options = request.getOptions();
        projection.update(options?.getQuery() ?? '');
        if (options?.hasEmitEnabled()) projection.emitEnabled = options.getEmitEnabled();
        return new projections.UpdateResp();
      }),
      delete: this.#unary((request: messages.DeleteReq) => {
        if (this.readOnly) throw projectionRefusals.denied();
        this.#register.delete(request.getOptions()?.getName());
        return new projections.DeleteResp();
      }),
      enable: this.#operation((_request: messages.EnableReq, projection) => {
        projection.isRunning = true;
        return new projections.EnableResp();
      }),
      disable: this.#operation((_request: messages.DisableReq, projection) => {
        projection.isRunning = false;
        return new projections.DisableResp();
      }),
      reset: this.#operation((_request: messages.ResetReq, projection) => {
        projection.epoch = projection.version;
        return new projections.ResetResp();
      }),
      state: this.#unary(async (request: messages.StateReq) => {
        const options = request.getOptions();
        const { states } = await this.#evaluated(options?.getName(), 'ProjectionState');
        return new projections.StateResp().setState(messageOf(states?.get(options?.getPartition() ?? '')));
      }),
      result: this.#unary(async (request: messages.ResultReq) => {
        const options = request.getOptions();
        const { results } = await this.#evaluated(options?.getName(), 'ProjectionResult');
        return new projections.ResultResp().setResult(messageOf(results?.get(options?.getPartition() ?? '')));
      }),
      statistics: (call: ServerWritableStream<messages.StatisticsReq, messages.StatisticsResp>) => {
        this.#statistics(call).catch((error: unknown) => call.emit('error', error));
      },
      restartSubsystem: this.#unary((_request: Empty) => {
        if (this.readOnly) throw projectionRefusals.denied();
        this.restarts += 1;
        for (const projection of this.#register.all) projection.isStuck = false;
        return new shared.Empty();
      }),
    };
  }

  #unary<Request, Response>(
    work: (request: Request) => Response | Promise<Response>,
  ): handleUnaryCall<Request, Response> {
    return ({ request }, answer) => {
      this.#heard()
        .then(() => work(request))
        .then(
          (response) => answer(null, response),
          (error: unknown) => answer(projectionRefusals.of(error) as ServiceError),
        );
    };
  }

  /** A node that does not lead answers no call of projections, and one that has just started none either. */
  async #heard(): Promise<void> {
    if (this.run === 'None') throw projectionRefusals.unimplemented();
    if (this.server.faults.leader !== undefined) await silence;
    if (this.silent === 0) return;
    this.silent -= 1;
    await silence;
  }

  async #create(request: messages.CreateReq): Promise<messages.CreateResp> {
    if (this.readOnly) throw projectionRefusals.received('NotAuthorized');
    this.operations += 1;
    const options = request.getOptions();
    const name = options?.getContinuous()?.getName() ?? options?.getTransient()?.getName() ?? '';
    const emitEnabled = options?.getContinuous()?.getEmitEnabled() ?? false;
    await this.#register.create(name, options?.getQuery() ?? '', emitEnabled, this.operationMs);
    return new projections.CreateResp();
  }

  #operation<Request extends Named, Response>(
    change: (request: Request, projection: Projection) => Response,
  ): handleUnaryCall<Request, Response> {
    return this.#unary(async (request: Request) => {
      if (this.readOnly) throw projectionRefusals.received('NotAuthorized');
      this.operations += 1;
      const projection = this.#register.find(request.getOptions()?.getName());
      await projection.write(this.operationMs);
      return change(request, projection);
    });
  }

  async #evaluated(
    name: string | undefined,
    expected: string,
  ): Promise<Partial<ReturnType<typeof evaluate>>> {
    const projection = this.#register.find(name, expected);
    if (projection.isUntold) await silence;
    return projection.isStuck ? {} : evaluate(projection.query, this.server.log.all);
  }

  async #statistics(
    call: ServerWritableStream<messages.StatisticsReq, messages.StatisticsResp>,
  ): Promise<void> {
    await this.#heard();
    const options = call.request.getOptions();
    const asked = options?.hasName()
      ? [this.#register.find(options.getName(), 'Statistics')]
      : this.#register.all;
    // All of them are put together first, and it fails at one that it has no figures of.
    if (asked.some(({ isUntold }) => isUntold)) throw projectionRefusals.thrown();
    for (const projection of asked) {
      const details = projection.details(this.server.log.all, this.run === 'System');
      call.write(new projections.StatisticsResp().setDetails(details));
    }
    call.end();
  }
}

interface Named {
  getOptions(): { getName(): string } | undefined;
}

/** An unknown partition is an empty object to the server, as is a state that is not there yet. */
const messageOf = (state: unknown): InstanceType<typeof struct.Value> =>
  struct.Value.fromJavaScript((state ?? {}) as Parameters<typeof struct.Value.fromJavaScript>[0]);
