/** So many characters together are hardly anything but the secret. */
const leastAnywhere = 8;

/**
 * A text without these secrets, also where they come percent-encoded. A short one is blanked as a whole word only: within words,
 * as `u` in Authorization, it would tear the sentence, and tell by the gaps what it is.
 */
export const withoutSecrets = (text: string, secrets: readonly string[], blank: string): string => {
  const forms = secrets.flatMap((secret) => [secret, encodeURIComponent(secret.toWellFormed())]);
  // The longer first: one may be a part of another.
  const ordered = [...new Set(forms)].filter((form) => form !== '').sort((a, b) => b.length - a.length);
  return ordered.reduce(
    (left, form) =>
      form.length >= leastAnywhere
        ? left.replaceAll(form, blank)
        : left.replaceAll(asWord(form), () => blank),
    text,
  );
};

const asWord = (form: string): RegExp =>
  new RegExp(
    `(?<![\\p{L}\\p{N}])${form.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')}(?![\\p{L}\\p{N}])`,
    'gu',
  );
