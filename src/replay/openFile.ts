import { schemaVersion } from '../domain/events.js';
import { StreamFile } from '../store/sqlite/streamFile.js';
import { tells } from './groups.js';

/** The file of an embedded store, to read of it what matters to a replay. @param end - position of the last event that is part of it */
export const openFile = (path: string, end: string): Promise<StreamFile> =>
  StreamFile.open(path, {
    end,
    wants: tells,
    withoutTrace: ['MessageRouted', 'RoutingFailed', 'MessageSent', 'MessageCancelled'],
    schema: schemaVersion,
  });
