import type { RecordedEvent } from '../../domain/event.js';
import { visible } from '../../terminal/visible.js';

export const shown = (text: string): string => (text === '' ? '(no text)' : visible(text));

/** A fact of an app. */
export const recorded = ({ type, data }: RecordedEvent): string =>
  `recorded  ${visible(type)} ${visible(JSON.stringify(data))}`;
