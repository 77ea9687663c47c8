import { AccessError } from '../access/accessError.js';
import { openPeople, type People, type PeopleOptions } from '../programs/people.js';
import { printError } from '../terminal/print.js';

/** What cannot be done is a sentence, and exit code 1. */
export const withPeople = async (
  work: (people: People) => Promise<void>,
  options: PeopleOptions = {},
): Promise<void> => {
  const people = await openPeople(options);
  try {
    await work(people);
  } catch (error) {
    if (!(error instanceof AccessError)) throw error;
    printError(error.message);
    process.exitCode = 1;
  } finally {
    await people.close();
  }
};
