import type { ClusterInfo } from '@eventstore/db-client/generated/gossip_pb.js';
import gossip from '@eventstore/db-client/generated/gossip_pb.js';
import type { SupportedMethods } from '@eventstore/db-client/generated/serverfeatures_pb.js';
import features from '@eventstore/db-client/generated/serverfeatures_pb.js';
import type { Empty } from '@eventstore/db-client/generated/shared_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { handleUnaryCall } from '@grpc/grpc-js';
import type { StandIn } from './standIn.js';

/** Gossip: who is in the cluster. Names the leader that the faults give, else itself. */
export const readGossip =
  (server: StandIn): handleUnaryCall<Empty, ClusterInfo> =>
  (_call, answer) => {
    const { host, port } = server.faults.leader ?? server;
    const member = new gossip.MemberInfo()
      .setInstanceId(new shared.UUID().setString(server.id))
      .setTimeStamp(String(BigInt(Date.now()) * 10_000n))
      .setState(gossip.MemberInfo.VNodeState.LEADER)
      .setIsAlive(true)
      .setHttpEndPoint(new gossip.EndPoint().setAddress(host).setPort(port));
    answer(null, new gossip.ClusterInfo().setMembersList(server.faults.noMembers ? [] : [member]));
  };

const methods = [
  ['event_store.client.streams.streams', 'append'],
  ['event_store.client.streams.streams', 'batchappend'],
  ['event_store.client.streams.streams', 'read'],
  ['event_store.client.projections.projections', 'create', 'track_emitted_streams'],
] as const;

/** ServerFeatures: what this server can do, which decides how the client appends. */
export const supportedMethods = (): handleUnaryCall<Empty, SupportedMethods> => (_call, answer) => {
  const list = methods.map(([service, method, ...names]) =>
    new features.SupportedMethod()
      .setServiceName(service)
      .setMethodName(method)
      .setFeaturesList([...names]),
  );
  answer(null, new features.SupportedMethods().setEventStoreServerVersion('24.10.0.0').setMethodsList(list));
};
